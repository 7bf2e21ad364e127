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
import { NativeFunction, indexOf, numberIsPlain } from "./primordials.ts";
import { GuestScope } from "./scope.ts";
import { type Failure, type MessageHead, Question, ROOT_NODE, TRANSIENT_SCOPE, UNKNOWN } from "./wire.ts";

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
    const { scope: id, code, text, length, endedScopes = [], endedCodes = [] } = head;
    for (let index = 0; index < endedCodes.length; index++) mapDelete(codes, endedCodes[index] as number);
    for (let index = 0; index < endedScopes.length; index++) endScope(endedScopes[index] as number);
    if (text !== undefined) mapSet(codes, code, compile(text));
    if (length === undefined) return;
    endScope(id);
    const scope = new GuestScope(length);
    if (length < 0) scope.keep(`[${Question.Object},${ROOT_NODE}]`, root);
    mapSet(scopes, id, scope);
  };

  const endScope = (id: number): void => {
    mapGet(scopes, id)?.clear();
    mapDelete(scopes, id);
  };

  return (message) => {
    const newline = indexOf(message, "\n");
    const head = jsonParse(newline < 0 ? message : stringSlice(message, 0, newline)) as MessageHead;
    learn(head, newline < 0 ? "" : stringSlice(message, newline + 1));
    const code = mapGet(codes, head.code);
    const scope = mapGet(scopes, head.scope);
    if (!code || !scope) return UNKNOWN;
    if (typeof code !== "function") return jsonStringify(code);
    const answer = run(code, scope, ask);
    if (head.scope === TRANSIENT_SCOPE) endScope(TRANSIENT_SCOPE);
    return answer;
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

function run(code: Code, scope: GuestScope, ask: Ask): string {
  const execution = new Execution(scope, ask);
  try {
    const value = code(execution.root);
    return isPlain(value)
      ? `[${jsonStringify(value)}]`
      : execution.write(value, "BRIDGE_RESULT", "the result");
  } catch (thrown) {
    return jsonStringify(describeThrown(thrown));
  } finally {
    execution.end();
  }
}

/** Whether JSON says it all. */
function isPlain(value: unknown): boolean {
  switch (typeof value) {
    case "string":
    case "boolean":
      return true;
    case "number":
      return numberIsPlain(value);
    default:
      return value === null;
  }
}
