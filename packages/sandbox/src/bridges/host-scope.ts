import { CapabilityError } from "../capability.ts";
import { type BridgeErrorCode, BridgeError } from "./errors.ts";
import { Flattener } from "./guest/flatten.ts";
import type { FlattenPolicy } from "./guest/flatten-policy.ts";
import { kindOf } from "./guest/kinds.ts";
import { type RestoreHooks, restore } from "./guest/restore.ts";
import { type Failure, Question, ROOT_NODE, Slot, type Special, type Wire } from "./guest/wire.ts";
import { describeShort, describeTree } from "./host-plain.ts";
import type { TransferTypes } from "./guest/transfer-types.ts";
import { hostReader } from "./host-reader.ts";
import { NO_TYPES } from "./host-types.ts";
import { type Node, NodeTable } from "./node-table.ts";
import {
  describeElements,
  describeJson,
  describeKeys,
  describeListing,
  describeObject,
  describeProperties,
  describeProperty,
} from "./payload.ts";

/** Characters of the data that go with the message that tells of it. */
const ROOT_BUDGET_CHARS = 4_096;

/** The data itself, as JSON, where that is short and says all; else what a question about it would be answered. */
export interface RootDescription {
  readonly isWhole: boolean;
  readonly length: number;
  readonly text: string;
}

/** One object of host data, and the guest's questions about it. */
export class HostScope {
  readonly id: number;
  readonly #types: TransferTypes;
  #data: object;
  #nodes: NodeTable | undefined;
  #isEnded = false;

  constructor(id: number, data: object, types: TransferTypes = NO_TYPES) {
    this.id = id;
    this.#data = data;
    this.#types = types;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Lets go of the data. */
  end(): void {
    this.#isEnded = true;
    this.#data = {};
    this.#nodes = undefined;
  }

  /** Made when the guest has something to ask about. */
  get #table(): NodeTable {
    return (this.#nodes ??= new NodeTable(this.#data, this.#types));
  }

  /** What the kernel is told of the root before it asks. */
  describeRoot(): RootDescription {
    const whole = describeShort(this.#data, ROOT_BUDGET_CHARS, undefined, (wide) =>
      this.#table.addWide(wide),
    );
    if (whole !== undefined) return { isWhole: true, length: -1, text: whole };
    const root = this.#table.get(ROOT_NODE);
    const { length } = this.#table.add(root.value);
    const text = length < 0 ? this.#describe(() => describeObject(this.#table, root, ROOT_BUDGET_CHARS)) : "";
    return { isWhole: false, length, text };
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
    const copies = this.#copyNodes(wire, code, subject);
    const hooks: RestoreHooks = {
      node: (node) => copies.get(node),
      function: refuseHook,
      typed: this.#types.restore,
      pending: refuseHook,
    };
    return restore(wire, hooks);
  }

  /** Copied together: what two of them share, a whole graph maybe, is copied once. */
  #copyNodes(wire: Wire, code: BridgeErrorCode, subject: string): ReadonlyMap<number, unknown> {
    const nodes = findNodes(wire);
    if (nodes.length === 0) return new Map();
    const values = nodes.map((node) => this.#table.get(node).value);
    const copies = copyData(values, this.#types, code, subject);
    return new Map(nodes.map((node, index) => [node, copies[index]]));
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
    return describeResult(result, this.#types);
  }
}

/** The answer to a question about data; its arguments are as {@link Question} says. */
function describe(table: NodeTable, node: Node, [kind, , a, b, c, d]: readonly unknown[]): string {
  switch (kind) {
    case Question.Object:
      return describeObject(table, node);
    case Question.Elements:
      return describeElements(table, node, requireIndex(a), requireIndex(b), requireIndex(c), d === 1);
    case Question.Keys:
      return describeKeys(node);
    case Question.Listing:
      return describeListing(table, node);
    case Question.Json:
      return describeJson(table, node);
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

/** The numbers of all nodes in a wire, which need not be well-formed. */
function findNodes([, specials]: Wire): number[] {
  const nodes = new Set<number>();
  for (const special of Array.isArray(specials) ? (specials as readonly Special[]) : []) {
    if (special[0] === Slot.Node) nodes.add(special[3] as number);
  }
  return [...nodes];
}

/** All that code could see of host objects, functions apart: they make it fail. */
function copyData(
  values: readonly object[],
  types: TransferTypes,
  code: BridgeErrorCode,
  subject: string,
): unknown[] {
  const refuse = refuseAs(code, subject);
  const wire = flatten(values, {
    reader: hostReader,
    omitsUnseen: true,
    describeTyped: types.describe,
    // The path inside the object itself.
    refuse: (what, path) => refuse(what, path.replace(/^\[\d+\]/, "")),
  });
  const hooks: RestoreHooks = {
    node: refuseHook,
    function: refuseHook,
    pending: refuseHook,
    typed: types.restore,
  };
  return restore(wire, hooks) as unknown[];
}

function describeResult(result: unknown, types: TransferTypes): string {
  const json = typeof result === "object" && result !== null ? describeTree(result) : undefined;
  if (json !== undefined) return `[${json}]`;
  const refuse = refuseAs("BRIDGE_DATA", "the value that a host function gave back");
  return JSON.stringify(flatten(result, { reader: hostReader, describeTyped: types.describe, refuse }));
}

function flatten(value: unknown, policy: FlattenPolicy): Wire {
  const flattener = new Flattener(policy);
  flattener.put(flattener.holder, 0, value);
  return flattener.finish();
}

function refuseAs(code: BridgeErrorCode, subject: string): FlattenPolicy["refuse"] {
  return (what, path) => {
    throw new BridgeError(code, `${subject}${path && ` at ${path}`} is ${what}`);
  };
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
