import {
  NativeMap,
  jsonParse,
  jsonStringify,
  mapDelete,
  mapGet,
  mapSet,
  objectFreeze,
  stringSlice,
} from "../../guest/primordials.ts";
import { describeSyntaxError, describeThrown } from "./errors.ts";
import { Execution } from "./execution.ts";
import { NativeFunction, indexOf } from "./primordials.ts";
import { GuestScope } from "./scope.ts";
import { type Failure, type MessageHead, Question, ROOT_NODE, TRANSIENT_SCOPE, UNKNOWN } from "./wire.ts";
import { writeResult } from "./writer.ts";

type Code = (data: object) => unknown;

/** The engine's way to the host, and the way in that it gets for it. */
export type Ask = (question: string) => string;
export type Receive = (message: string) => string;

/** The kernel's side of all executions in this realm. */
export function createReceive(ask: Ask): Receive {
  const codes = new NativeMap<number, Code | Failure>();
  const scopes = new NativeMap<number, GuestScope>();

  /** Learns and forgets what the message says. */
  const learn = (head: MessageHead, root: string): void => {
    const { scope: id, code, text, length, isWhole = false, endedScopes = [], endedCodes = [] } = head;
    for (let index = 0; index < endedCodes.length; index++) mapDelete(codes, endedCodes[index] as number);
    for (let index = 0; index < endedScopes.length; index++) endScope(endedScopes[index] as number);
    if (text !== undefined) mapSet(codes, code, compile(text));
    if (length === undefined) return;
    endScope(id);
    const scope = new GuestScope(length, isWhole ? root : undefined);
    if (length < 0 && !isWhole) scope.keep(`[${Question.Object},${ROOT_NODE}]`, root);
    mapSet(scopes, id, scope);
  };

  const endScope = (id: number): void => {
    mapGet(scopes, id)?.clear();
    mapDelete(scopes, id);
  };

  const runInScope = (head: MessageHead): string => {
    const code = mapGet(codes, head.code);
    const scope = mapGet(scopes, head.scope);
    if (!code || !scope) return UNKNOWN;
    const execution = scope.whole === undefined ? new Execution(scope, ask) : undefined;
    try {
      return run(code, execution?.root ?? parseWhole(scope.whole), execution);
    } finally {
      execution?.end();
      if (head.scope === TRANSIENT_SCOPE) endScope(TRANSIENT_SCOPE);
    }
  };

  return (message) => {
    const newline = indexOf(message, "\n");
    if (message[0] !== "{") {
      const code = mapGet(codes, +stringSlice(message, 0, newline));
      return code ? run(code, parseWhole(stringSlice(message, newline + 1))) : UNKNOWN;
    }
    const head = jsonParse(newline < 0 ? message : stringSlice(message, 0, newline)) as MessageHead;
    learn(head, newline < 0 ? "" : stringSlice(message, newline + 1));
    return runInScope(head);
  };
}

function compile(text: string): Code | Failure {
  try {
    const code = new NativeFunction("data", text) as Code & { prototype: object };
    // Sloppy code reaches its own function by `arguments.callee`; what it left there, the next run would find.
    objectFreeze(code.prototype);
    return objectFreeze(code);
  } catch (error) {
    return describeSyntaxError(error);
  }
}

function parseWhole(json = "{}"): object {
  return jsonParse(json) as object;
}

function run(code: Code | Failure, data: object, execution?: Execution): string {
  if (typeof code !== "function") return jsonStringify(code);
  try {
    return writeResult(code(data), execution);
  } catch (thrown) {
    return jsonStringify(describeThrown(thrown));
  }
}
