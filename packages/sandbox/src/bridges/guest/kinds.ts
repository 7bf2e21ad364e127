import { NativeTypeError, arrayIsArray, mapSize, objectKeys, ownValue } from "../../guest/primordials.ts";
import {
  NativeWeakMap,
  ObjectPrototype,
  bigIntValueOf,
  booleanValueOf,
  bufferByteLength,
  dataViewByteLength,
  dateGetTime,
  numberValueOf,
  objectGetPrototypeOf,
  regExpSource,
  setSize,
  stringValueOf,
  typedArrayName,
  weakMapGet,
  weakMapSet,
} from "./primordials.ts";

/** What an object is to the wire. */
export type Kind =
  | "record"
  | "array"
  | "date"
  | "regexp"
  | "map"
  | "set"
  | "error"
  | "buffer"
  | "view"
  | "typedArray"
  | "number"
  | "string"
  | "boolean"
  | "bigint"
  | "opaque";

/** What objects of a prototype may be; the brand throws unless the object is that by its internal slots. */
interface Candidate {
  readonly kind: Kind;
  readonly brand: (value: never) => unknown;
  /** What a refusal calls it. */
  readonly label?: string;
}

const unchecked = (): void => {};
const RECORD: Candidate = { kind: "record", brand: unchecked };

/** By name of the constructor, so that objects of another realm (another window, a vm context) count as well. */
const BUILT_INS: Readonly<Record<string, Candidate>> = {
  Object: RECORD,
  Date: { kind: "date", brand: dateGetTime },
  RegExp: { kind: "regexp", brand: regExpSource },
  Map: { kind: "map", brand: mapSize },
  Set: { kind: "set", brand: setSize },
  Error: { kind: "error", brand: unchecked },
  ArrayBuffer: { kind: "buffer", brand: bufferByteLength },
  DataView: { kind: "view", brand: dataViewByteLength },
  TypedArray: { kind: "typedArray", brand: requireTypedArray },
  Number: { kind: "number", brand: numberValueOf },
  String: { kind: "string", brand: stringValueOf },
  Boolean: { kind: "boolean", brand: booleanValueOf },
  BigInt: { kind: "bigint", brand: bigIntValueOf },
  Symbol: { kind: "opaque", brand: unchecked, label: "a symbol" },
  Promise: { kind: "opaque", brand: unchecked, label: "a promise: await it" },
  WeakMap: { kind: "opaque", brand: unchecked, label: "a WeakMap" },
  WeakSet: { kind: "opaque", brand: unchecked, label: "a WeakSet" },
  WeakRef: { kind: "opaque", brand: unchecked, label: "a WeakRef" },
  SharedArrayBuffer: { kind: "opaque", brand: unchecked, label: "a SharedArrayBuffer" },
  // Generators and every other iterator.
  Iterator: { kind: "opaque", brand: unchecked, label: "an iterator: use [...iterator]" },
  AsyncIterator: { kind: "opaque", brand: unchecked, label: "an asynchronous iterator" },
};

const candidates = captureCandidates();

/** Says what an object is. Runs no code of the object's, unless it is a Proxy. */
export function kindOf(value: object): Kind {
  try {
    if (arrayIsArray(value)) return "array";
    const prototype = objectGetPrototypeOf(value);
    if (prototype === ObjectPrototype || prototype === null) return "record";
    const { kind, brand } = weakMapGet(candidates, prototype) ?? findCandidate(prototype);
    brand(value as never);
    return kind;
  } catch {
    // A revoked Proxy, one whose traps throw, or an object that only inherits from a built-in.
    return "record";
  }
}

/** How a message calls an object of the kind `opaque`. */
export function describeOpaque(value: object): string {
  const prototype = objectGetPrototypeOf(value);
  return (prototype && weakMapGet(candidates, prototype)?.label) ?? "no data";
}

function findCandidate(prototype: object): Candidate {
  let found: Candidate | undefined;
  for (let link: object | null = prototype; link !== null && !found; link = objectGetPrototypeOf(link)) {
    found = weakMapGet(candidates, link) ?? ownValueOf(BUILT_INS, constructorName(link));
  }
  weakMapSet(candidates, prototype, found ?? RECORD);
  return found ?? RECORD;
}

function constructorName(prototype: object): unknown {
  const constructor = ownValue(prototype, "constructor");
  return typeof constructor === "function" ? ownValue(constructor, "name") : undefined;
}

function ownValueOf(table: Readonly<Record<string, Candidate>>, key: unknown): Candidate | undefined {
  return typeof key === "string" ? (ownValue(table, key) as Candidate | undefined) : undefined;
}

function requireTypedArray(value: unknown): void {
  if (typedArrayName(value) === undefined) throw new NativeTypeError("not a typed array");
}

/** The prototypes of this realm. */
function captureCandidates(): WeakMap<object, Candidate> {
  const captured = new NativeWeakMap<object, Candidate>();
  const register = (prototype: unknown, candidate: Candidate): void => {
    if (typeof prototype === "object" && prototype !== null) weakMapSet(captured, prototype, candidate);
  };
  for (const name of objectKeys(BUILT_INS)) {
    const constructor = ownValue(globalThis, name);
    if (typeof constructor === "function") register(constructor.prototype, BUILT_INS[name] ?? RECORD);
  }
  const prototypeOf = (value: unknown): object => objectGetPrototypeOf(value as object) ?? ObjectPrototype;
  register(prototypeOf(Uint8Array.prototype), BUILT_INS["TypedArray"] ?? RECORD);
  register(prototypeOf(prototypeOf([].values())), BUILT_INS["Iterator"] ?? RECORD);
  const asyncGenerator = prototypeOf((async function* () {})());
  register(prototypeOf(prototypeOf(asyncGenerator)), BUILT_INS["AsyncIterator"] ?? RECORD);
  return captured;
}
