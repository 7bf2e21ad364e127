import { mapSize } from "../guest/primordials.ts";
import { Flattener } from "./guest/flatten.ts";
import { ABSENT, type Content, type FlattenPolicy, type NodeReference } from "./guest/flatten-policy.ts";
import type { Frame } from "./guest/frame.ts";
import { kindOf } from "./guest/kinds.ts";
import { measureLeaf } from "./guest/leaves.ts";
import { PRIMITIVE_CHARS, PUNCTUATION_CHARS, PlainTest } from "./guest/plain.ts";
import { setSize, toIndex } from "./guest/primordials.ts";
import { PART_DEPTH, RAW_TEXT, Slot, WIDE, WIDE_KEYS } from "./guest/wire.ts";
import type { TypedPayload } from "./guest/transfer-types.ts";
import { describeShort } from "./host-plain.ts";
import { hostReader } from "./host-reader.ts";
import { type Node, type NodeTable, lengthOf } from "./node-table.ts";

/**
 * Characters of the first and the longest answer about one node. The first is small, because every execution parses
 * again what it touches; whoever reads on gets {@link GROWTH} times as much with each answer.
 */
const FIRST_BUDGET_CHARS = 1_024;
const LAST_BUDGET_CHARS = 262_144;
const GROWTH = 4;
/** Characters of an object's answer. */
const OBJECT_BUDGET_CHARS = 4_096;
/** Characters of a wide object that comes as a whole to who wants all of it. */
const LISTING_CHARS = 524_288;
/** Longest text that the host makes for a guest's `JSON.stringify`. */
const MAX_JSON_CHARS = 2_097_152;
/** How far an element may reach over the budget of its chunk, so that not each chunk ends in a torn one. */
const SLACK = 0.25;
/** Texts up to here come with their object, whatever else there is. */
const SHORT_CHARS = 256;
/** Characters of budget for each element that comes with one when an array is read from its end. */
const BACKWARD_CHARS = 256;
/** A longer run of holes is skipped instead of told. */
const HOLE_RUN = 16;

/** Rough size of a node or special on the wire, in characters. */
const CONTAINER_CHARS = 24;

/** Flattens host data until a budget is spent; containers that do not fit stay behind as nodes. */
class Payload implements FlattenPolicy {
  readonly reader = hostReader;
  readonly flattener = new Flattener(this);
  remaining: number;
  readonly #table: NodeTable;
  readonly #plainTest: PlainTest;

  constructor(table: NodeTable, budget: number) {
    this.#table = table;
    this.#plainTest = new PlainTest(budget, (value) => table.has(value), table.addWide);
    this.remaining = budget;
  }

  isPlain(value: object, depth: number): boolean {
    const test = this.#plainTest;
    test.remaining = this.remaining;
    try {
      if (!this.#table.canBorrow || !test.accepts(value, PART_DEPTH - 1 - depth)) return false;
    } catch {
      // A Proxy whose traps throw.
      return false;
    }
    this.remaining = test.remaining;
    return true;
  }

  describeTyped(value: object): TypedPayload | undefined {
    return this.#table.types.describe(value);
  }

  refer(value: object): NodeReference | undefined {
    return this.#table.find(value);
  }

  numberFunction(value: object): number {
    return this.#table.add(value).node;
  }

  admit(value: object, isArray: boolean, depth: number): Content | NodeReference {
    const keys = isArray ? undefined : hostReader.keys(value);
    const count = keys ? keys.length : hostReader.length(value);
    let chars = PUNCTUATION_CHARS * (count + 1);
    if (chars > this.remaining || depth >= PART_DEPTH - 1) return this.#leave(value, keys);
    const items: unknown[] = [];
    for (let index = 0; index < count; index++) {
      const key = keys ? (keys[index] as string) : index;
      const item = hostReader.read(value, key);
      chars += measureAtom(item) + (typeof key === "string" ? key.length : 0);
      if (chars > this.remaining) return this.#leave(value, keys);
      items.push(item);
    }
    this.remaining -= chars;
    return { keys, items };
  }

  refuse(): void {}

  #leave(value: object, keys: readonly string[] | undefined): NodeReference {
    const reference = this.#table.add(value);
    this.#table.get(reference.node).ownKeys = keys;
    return reference;
  }

  /** Puts a property if it fits. */
  putFitting(frame: Frame, key: string | number, value: unknown): boolean {
    const chars = measureAtom(value);
    if (chars > this.remaining) return false;
    this.remaining -= chars;
    this.flattener.put(frame, key, value);
    return true;
  }

  /** Puts properties from a position on until only the slack is left. @returns Position of the next. */
  putProperties(frame: Frame, node: Node, start: number, slack: number): number {
    const keys = keysOf(node);
    let position = start;
    for (; position < keys.length && this.remaining > slack; position++) {
      const key = keys[position] as string;
      const item = hostReader.read(node.value, key);
      this.remaining -= key.length;
      if (item !== ABSENT && !this.putFitting(frame, key, item)) break;
    }
    return position;
  }

  toText(): string {
    return JSON.stringify(this.flattener.finish());
  }
}

/** Answer about an object: its properties as far as they fit, texts and bytes that do not fit as pending. */
export function describeObject(table: NodeTable, node: Node, budget = OBJECT_BUDGET_CHARS): string {
  const { value } = node;
  if (node.isWide) return WIDE;
  const keys = ownKeysOf(node);
  if (keys.length > WIDE_KEYS) return WIDE;
  const payload = new Payload(table, budget);
  const frame = payload.flattener.open(payload.flattener.holder, 0, {});
  const items = keys.map((key) => hostReader.read(value, key));
  // What is small goes first: no large neighbour shall push it out.
  for (let index = 0; index < keys.length; index++) {
    const chars = measureAtom(items[index]);
    payload.remaining -= (keys[index] as string).length + (chars <= SHORT_CHARS ? chars : CONTAINER_CHARS);
  }
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] as string;
    const item = items[index];
    if (item === ABSENT) continue;
    if (measureAtom(item) <= SHORT_CHARS) payload.flattener.put(frame, key, item);
    else if (!payload.putFitting(frame, key, item)) payload.flattener.mark(frame, key, Slot.Pending, []);
  }
  return payload.toText();
}

/**
 * Answer about the elements around an index, inside the gap that the guest has: `[from, to, element …]`. What is
 * missing at the end are holes.
 */
export function describeElements(
  table: NodeTable,
  node: Node,
  index: number,
  gapStart: number,
  gapEnd: number,
  isWalk: boolean,
): string {
  const { value } = node;
  const end = Math.min(gapEnd, lengthOf(value));
  const isBackward = index === end - 1 && index > gapStart;
  const budget = nextBudget(node, isBackward ? end : index, isWalk);
  const start = isBackward ? Math.max(gapStart, end - budget / BACKWARD_CHARS) : index;
  const slack = budget * SLACK;
  const payload = new Payload(table, budget + slack);
  const head: number[] = [start, end];
  const frame = payload.flattener.open(payload.flattener.holder, 0, head);
  let position = start;
  while (position < end && (payload.remaining > slack || position <= index)) {
    const item = hostReader.read(value, position);
    const key = head.length;
    if (item === ABSENT) {
      const next = nextElement(node, position);
      if (position >= index && next - position > HOLE_RUN) {
        position = Math.min(next, end);
        break;
      }
      payload.flattener.mark(frame, key, Slot.Hole, []);
      payload.remaining -= CONTAINER_CHARS;
    } else if (!payload.putFitting(frame, key, item)) {
      // One that fits nowhere travels alone, and only when it is asked for.
      if (position < index) return describeElements(table, node, index, position + 1, gapEnd, isWalk);
      if (position > index) break;
      payload.flattener.put(frame, key, item);
    }
    // A refused element is there, but has no value.
    if (head.length === key) payload.flattener.mark(frame, key, Slot.Undefined, []);
    position++;
  }
  head[1] = position;
  node.next = isBackward ? start : position;
  return payload.toText();
}

/** Answer about the keys of a wide object. */
export function describeKeys(node: Node): string {
  return JSON.stringify([keysOf(node)]);
}

/** Answer about all of a wide object: `[object, keys]`, the properties that fit and the keys of those after them. */
export function describeListing(table: NodeTable, node: Node): string {
  const budget = nextBudget(node, 0, true);
  const whole = table.canBorrow
    ? describeShort(node.value, LISTING_CHARS, (inner) => table.has(inner))
    : undefined;
  if (whole !== undefined) return `[[${whole},[]]]`;
  const slack = budget * SLACK;
  const payload = new Payload(table, budget + slack);
  const listing = payload.flattener.open(payload.flattener.holder, 0, []);
  const frame = payload.flattener.open(listing, 0, {});
  node.next = payload.putProperties(frame, node, 0, slack);
  payload.flattener.open(listing, 1, keysOf(node).slice(node.next));
  return payload.toText();
}

/** Answer with the JSON of a node, where JSON says all of it. */
export function describeJson(table: NodeTable, node: Node): string {
  const json = table.canBorrow ? describeShort(node.value, MAX_JSON_CHARS) : undefined;
  return json === undefined ? "" : RAW_TEXT + json;
}

/** Answer about one property: an object that has it, or nothing. */
export function describeProperty(table: NodeTable, node: Node, key: string): string {
  const payload = new Payload(table, OBJECT_BUDGET_CHARS);
  const frame = payload.flattener.open(payload.flattener.holder, 0, {});
  const item = hostReader.read(node.value, key);
  return item !== ABSENT && payload.flattener.put(frame, key, item) ? payload.toText() : "";
}

/** Answer about the properties from a key on: an object with as many as fit, at least with that one. */
export function describeProperties(table: NodeTable, node: Node, key: string): string {
  const keys = keysOf(node);
  node.positions ??= new Map(keys.map((name, position) => [name, position]));
  const start = node.positions.get(key);
  if (start === undefined) return "";
  const budget = nextBudget(node, start, false);
  const slack = budget * SLACK;
  const payload = new Payload(table, budget + slack);
  const frame = payload.flattener.open(payload.flattener.holder, 0, {});
  const name = keys[start] as string;
  payload.flattener.put(frame, name, hostReader.read(node.value, name));
  node.next = payload.putProperties(frame, node, start + 1, slack);
  return payload.toText();
}

/** Whoever goes on where the last answer ended gets more; whoever wants all gets the most. */
function nextBudget(node: Node, border: number, isWalk: boolean): number {
  const isNext = node.budget > 0 && border === node.next;
  node.budget = isNext ? Math.min(node.budget * GROWTH, LAST_BUDGET_CHARS) : FIRST_BUDGET_CHARS;
  if (isWalk) node.budget = LAST_BUDGET_CHARS;
  return node.budget;
}

/** Keys of the properties that a guest can see. */
function keysOf(node: Node): readonly string[] {
  node.keys ??= ownKeysOf(node).filter((key) => isVisible(hostReader.read(node.value, key)));
  return node.keys;
}

function ownKeysOf(node: Node): readonly string[] {
  return (node.ownKeys ??= hostReader.keys(node.value));
}

function isVisible(item: unknown): boolean {
  if (item === ABSENT || typeof item === "symbol") return false;
  return typeof item !== "object" || item === null || kindOf(item) !== "opaque";
}

/** Index of the first element after a hole, Infinity when there is none. */
function nextElement(node: Node, hole: number): number {
  const keys = ownKeysOf(node);
  // Index keys come first and in ascending order (ECMA-262 10.1.11.1).
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const index = toIndex(keys[middle] as string);
    if (index >= 0 && index <= hole) low = middle + 1;
    else high = middle;
  }
  const index = low < keys.length ? toIndex(keys[low] as string) : -1;
  return index < 0 ? Infinity : index;
}

/** Characters of a value, of a container only what it takes when it stays behind. */
function measureAtom(value: unknown): number {
  if (typeof value === "string") return value.length + PUNCTUATION_CHARS;
  if (typeof value === "bigint") return measureBigInt(value);
  if (typeof value !== "object" || value === null) return PRIMITIVE_CHARS;
  const kind = kindOf(value);
  switch (kind) {
    case "record":
    case "array":
      return PUNCTUATION_CHARS;
    case "map":
      return CONTAINER_CHARS * (1 + mapSize(value as Map<unknown, unknown>));
    case "set":
      return CONTAINER_CHARS * (1 + setSize(value as Set<unknown>));
    default:
      return measureLeaf(kind, value);
  }
}

/** Its text is as long as the number is large; asking for the text is the only way to know. */
function measureBigInt(value: bigint): number {
  return value.toString(16).length + PUNCTUATION_CHARS;
}
