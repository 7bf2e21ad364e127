/**
 * How values cross between host and guest, in both directions: JSON text, and beside it a list of what JSON cannot
 * say. Nothing inside the JSON is ever a marker, so no data can be mistaken for one.
 *
 * A wire is the array `[root, specials?, ...parts]`. Part 0 is the wire itself (its key 0 is the root), part n is
 * `wire[n + 1]`. Containers are moved out into parts of their own where something must point at them: a special inside
 * them, a second reference, or too deep a nesting. A special is therefore addressed by part and key, never by a path.
 */
export type Wire = [root: Json, specials?: readonly Special[], ...parts: Json[]];

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** `[kind, part, key, payload]` puts a value into a slot; `[kind, part, payload]` says what a part becomes. */
export type Special = readonly [kind: number, part: number, ...rest: Json[]];

/** What stands in a slot. The payload is in the comment. */
export const Slot = {
  Undefined: 1,
  /** "NaN", "Infinity", "-Infinity" or "-0". */
  Number: 2,
  /** Hexadecimal text, "-ff". */
  BigInt: 3,
  /** Milliseconds, `null` when invalid. */
  Date: 4,
  /** Source, flags. */
  RegExp: 5,
  /** Name of the constructor, base64. */
  Bytes: 6,
  /** A boxed primitive: "Number", "String", "Boolean" or "BigInt"; the primitive as in a slot of its own part. */
  Boxed: 7,
  /** Number of a part. */
  Link: 8,
  /** Number of a node; length of its array or -1. The other side has the object itself. */
  Node: 9,
  /** Number of a host function. */
  Function: 10,
  /** Too large for this answer: ask for it by key. */
  Pending: 11,
  /** No element, in an array. */
  Hole: 12,
  /** Name of a transfer type, its data: an object of a class that both sides know. */
  Typed: 13,
} as const;

/** What a part becomes, when it is not the object or array that it looks like. */
export const PartKind = {
  /** From `[key, value, key, value …]`. */
  Map: 32,
  /** From `[value, value …]`. */
  Set: 33,
  /** An array with holes, from `{ index: value }`. Payload: length. */
  Sparse: 34,
  /** From `{ name, message }`. */
  Error: 35,
} as const;

/** Deepest nesting of a value that crosses. */
export const MAX_WIRE_DEPTH = 10_000;
/** Nesting inside one part: no engine runs out of stack over it. */
export const PART_DEPTH = 32;

/** What the guest asks while it runs. The text is a JSON array that begins with one of these. */
export const Question = {
  /** Node: keys and values of an object. Answer: wire of an object, or {@link WIDE}. */
  Object: 1,
  /** Node, index, from, to, 1 if all will be wanted: elements around the index inside a gap. Answer: wire of `[from, to, element …]`. */
  Elements: 2,
  /** Node: keys of a wide object. Answer: wire of an array. */
  Keys: 8,
  /** Node: all of a wide object. Answer: wire of `[object, keys]`, its first properties and the keys of the others. */
  Listing: 3,
  /** Node, key: one property of a wide object, or a pending one. Answer: wire of an object with it, or empty. */
  Property: 4,
  /** Node, key: properties from that key on, in order. Answer: wire of an object. */
  Properties: 5,
  /** Node: what `JSON.stringify` makes of it. Answer: {@link RAW_TEXT} and the text, or empty where the guest must. */
  Json: 7,
  /** Function; a new line and the wire of the arguments. Answer: wire of the result. */
  Call: 6,
} as const;

/** Objects of more keys are read key by key. */
export const WIDE_KEYS = 256;
/** Answer to {@link Question.Object} for objects of more than {@link WIDE_KEYS} keys. */
export const WIDE = "w";

/** Begins an answer that is a text and nothing else: what follows is the text, as it is. */
export const RAW_TEXT = "'";

/** Answer of a kernel that does not know the scope or code of a message: it wants to be told everything. */
export const UNKNOWN = "?";

/** The scope of executions over data of their own: each is told of it, and ends it. */
export const TRANSIENT_SCOPE = 0;

/** Number of a scope's data itself. */
export const ROOT_NODE = 0;

/**
 * Head of a message to the kernel, as JSON. After a new line, when the scope is told: its data as JSON where that is
 * whole; else, when the root is no array, what {@link Question.Object} would be answered for the root.
 *
 * The head of the most frequent message is a number alone: run the code of this number, known already, over the data
 * that follows, which is whole and nobody's but this execution's.
 */
export interface MessageHead {
  readonly scope: number;
  readonly code: number;
  /** Text of the code, when it is told. */
  readonly text?: string;
  /** Length of the scope's root, -1 unless it is an array, when the scope is told. */
  readonly length?: number;
  /** JSON says all of the data, when the scope is told. */
  readonly isWhole?: boolean;
  /** Scopes and codes that are over. */
  readonly endedScopes?: readonly number[];
  readonly endedCodes?: readonly number[];
}

/** What stands for a result or answer when there is none; its text begins with `{`, a wire's with `[`. */
export interface Failure {
  readonly code: string;
  readonly name?: string;
  readonly message: string;
}
