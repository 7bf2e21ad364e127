import { CapabilityError } from "../capability.ts";
import { type BridgeErrorCode, BridgeError } from "./errors.ts";
import { Flattener } from "./guest/flatten.ts";
import type { FlattenPolicy } from "./guest/flatten-policy.ts";
import { kindOf } from "./guest/kinds.ts";
import { type RestoreHooks, restore } from "./guest/restore.ts";
import { type Failure, Question, ROOT_NODE, type Wire } from "./guest/wire.ts";
import { hostReader } from "./host-reader.ts";
import { type Node, NodeTable } from "./node-table.ts";
import {
  describeElements,
  describeKeys,
  describeObject,
  describeProperties,
  describeProperty,
} from "./payload.ts";

/** Characters of the data that go with the message that tells of it. */
const ROOT_BUDGET_CHARS = 4_096;

/** One object of host data, and the guest's questions about it. */
export class HostScope {
  readonly id: number;
  #table: NodeTable;
  #isEnded = false;

  constructor(id: number, data: object) {
    this.id = id;
    this.#table = new NodeTable(data);
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Lets go of the data. */
  end(): void {
    this.#isEnded = true;
    this.#table = new NodeTable({});
  }

  /** What the kernel is told of the root before it asks. */
  describeRoot(): { readonly length: number; readonly text: string } {
    const root = this.#table.get(ROOT_NODE);
    const { length } = this.#table.add(root.value);
    const text = length < 0 ? this.#describe(() => describeObject(this.#table, root, ROOT_BUDGET_CHARS)) : "";
    return { length, text };
  }

  /** Answers one {@link Question} as text. Never throws. */
  answer(question: string): string {
    try {
      return this.#answer(question);
    } catch (error) {
      return JSON.stringify(describeFailure(error));
    }
  }

  /** A copy of what the guest gave. Nodes in it become copies of the host's own objects. */
  read(wire: Wire, code: BridgeErrorCode, subject: string): unknown {
    const copies = new Map<number, unknown>();
    const hooks: RestoreHooks = {
      node: (node) => {
        if (!copies.has(node)) copies.set(node, copyData(this.#table.get(node).value, code, subject));
        return copies.get(node);
      },
      function: refuseHook,
      pending: refuseHook,
    };
    return restore(wire, hooks);
  }

  #answer(question: string): string {
    const newline = question.indexOf("\n");
    const head = newline < 0 ? question : question.slice(0, newline);
    const parts = JSON.parse(head) as readonly unknown[];
    const node = this.#table.get(parts[1]);
    if (parts[0] === Question.Call)
      return this.#call(node.value, JSON.parse(question.slice(newline + 1)) as Wire);
    if (typeof node.value === "function") throw new RangeError("a function has no content");
    return this.#describe(() => describe(this.#table, node, parts));
  }

  #describe(describeNow: () => string): string {
    try {
      return describeNow();
    } catch (error) {
      if (!this.#table.canBorrow) throw error;
      this.#table.canBorrow = false;
      return describeNow();
    }
  }

  #call(target: object, wire: Wire): string {
    if (typeof target !== "function") throw new RangeError("not a function");
    const args = this.read(wire, "BRIDGE_DATA", "the arguments of a host function: the value") as unknown[];
    const result = Reflect.apply(target, undefined, args) as unknown;
    // Nobody will wait for it: without this its failure would end the process.
    if (result instanceof Promise) result.catch(() => {});
    return JSON.stringify(flatten(result, "BRIDGE_DATA", "the value that a host function gave back"));
  }
}

/** The answer to a question about data; its arguments are as {@link Question} says. */
function describe(table: NodeTable, node: Node, [kind, , a, b, c]: readonly unknown[]): string {
  switch (kind) {
    case Question.Object:
      return describeObject(table, node);
    case Question.Elements:
      return describeElements(table, node, requireIndex(a), requireIndex(b), requireIndex(c));
    case Question.Keys:
      return describeKeys(node);
    case Question.Property:
      return describeProperty(table, node, requireKey(a));
    case Question.Properties:
      return describeProperties(table, node, requireKey(a));
    default:
      throw new RangeError(`question ${String(kind)} does not exist`);
  }
}

function requireIndex(value: unknown): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0)
    throw new RangeError(`${String(value)} is no index`);
  return value as number;
}

function requireKey(value: unknown): string {
  if (typeof value !== "string") throw new RangeError("a key that is no text");
  return value;
}

function refuseHook(): never {
  throw new RangeError("a wire with what only a host may send");
}

/** Own data of a host object, all of it. */
function copyData(value: object, code: BridgeErrorCode, subject: string): unknown {
  return restore(flatten(value, code, subject), {
    node: refuseHook,
    function: refuseHook,
    pending: refuseHook,
  });
}

function flatten(value: unknown, code: BridgeErrorCode, subject: string): Wire {
  const policy: FlattenPolicy = {
    reader: hostReader,
    refuse(what, path) {
      throw new BridgeError(code, `${subject}${path && ` at ${path}`} is ${what}`);
    },
  };
  const flattener = new Flattener(policy);
  flattener.put(flattener.holder, 0, value);
  return flattener.finish();
}

/** What a guest may know of an error of the host: never its stack, and a code only where it is meant for guests. */
function describeFailure(error: unknown): Failure {
  const isCoded = error instanceof BridgeError || error instanceof CapabilityError;
  const isError = typeof error === "object" && error !== null && kindOf(error) === "error";
  const name = isError ? hostReader.readInherited(error, "name") : undefined;
  const message = isError ? hostReader.readInherited(error, "message") : undefined;
  return {
    code: isCoded ? error.code : "",
    name: typeof name === "string" ? name : "Error",
    message: typeof message === "string" ? message : isError ? "" : "the host function threw no error",
  };
}
