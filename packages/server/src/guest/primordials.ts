/**
 * Built-ins captured before any script runs. Scripts may replace every global and prototype method, by mistake
 * (an old polyfill) or on purpose; what a request or response holds must not change by that. Code that runs
 * after set-up calls these, walks arrays by index and never relies on iteration protocols of its own arrays.
 */

// oxlint-disable typescript/unbound-method -- unbound on purpose: each is bound to Function.prototype.call below

const bindCall = Function.prototype.bind.bind(Function.prototype.call) as <
  This,
  Args extends unknown[],
  Result,
>(
  method: (this: This, ...args: Args) => Result,
) => (self: This, ...args: Args) => Result;

const { fromCharCode } = String;
const TypedArrayPrototype = Object.getPrototypeOf(Uint8Array.prototype) as Uint8Array;

/** The getter of an accessor that a constructor's prototype has. */
function getterOf<Target, Value>(prototype: Target, key: PropertyKey): (self: unknown) => Value {
  const descriptor = Object.getOwnPropertyDescriptor(prototype, key) as { get: (this: unknown) => Value };
  return bindCall(descriptor.get);
}

export const asyncIteratorSymbol: typeof Symbol.asyncIterator = Symbol.asyncIterator;
export const iteratorSymbol: typeof Symbol.iterator = Symbol.iterator;

export const reflectApply = Reflect.apply;
export const reflectOwnKeys = Reflect.ownKeys;
export const objectFreeze = Object.freeze;
export const objectKeys = Object.keys;
export const objectCreate = Object.create;
export const objectDefineProperty = Object.defineProperty;
export const objectGetPrototypeOf = Object.getPrototypeOf;
export const objectPrototype = Object.prototype;
export const objectHasOwn = Object.hasOwn;
export const objectPropertyIsEnumerable = bindCall(Object.prototype.propertyIsEnumerable) as (
  target: object,
  key: PropertyKey,
) => boolean;
export const objectToString = bindCall(Object.prototype.toString);
export const arrayIsArray = Array.isArray;
export const jsonParse = JSON.parse;
export const jsonStringify = JSON.stringify;
export const dateNow = Date.now;
export const numberIsInteger = Number.isInteger;
export const mathRound = Math.round;
export const mathTrunc = Math.trunc;

export const NativePromise = Promise;
export const NativeFunction = Function;
export const NativeError = Error;
export const NativeTypeError = TypeError;
export const NativeRangeError = RangeError;
export const NativeNumber = Number;
export const NativeMap = Map;
export const NativeSet = Set;
export const NativeDate = Date;
export const NativeRegExp = RegExp;
export const NativeArrayBuffer = ArrayBuffer;
export const NativeDataView = DataView;
export const NativeUint8Array = Uint8Array;
export const NativeUint16Array = Uint16Array;
export const isView = ArrayBuffer.isView;

export const stringToLowerCase = bindCall(String.prototype.toLowerCase);
export const stringToUpperCase = bindCall(String.prototype.toUpperCase);
export const stringCharCodeAt = bindCall(String.prototype.charCodeAt);
export const stringIndexOf = bindCall(String.prototype.indexOf) as (text: string, part: string) => number;
export const stringSlice = bindCall(String.prototype.slice) as (
  text: string,
  start: number,
  end?: number,
) => string;
export const stringCodePointAt = bindCall(String.prototype.codePointAt);
export const stringNormalize = bindCall(String.prototype.normalize) as (text: string, form: string) => string;
export const stringToWellFormed = bindCall(String.prototype.toWellFormed);

/** Text from UTF-16 code units (or bytes of Latin-1); at most some thousand at once. */
export const textOfUnits = (units: Uint16Array | Uint8Array): string =>
  reflectApply(fromCharCode, undefined, units as unknown as number[]);

export const arraySort = bindCall(Array.prototype.sort) as <Item>(
  list: Item[],
  compare: (a: Item, b: Item) => number,
) => Item[];

export const promiseThen = bindCall(Promise.prototype.then) as <T>(
  promise: Promise<T>,
  onFulfilled: (value: T) => void,
  onRejected: (reason: unknown) => void,
) => Promise<void>;

export const mapGet = bindCall(Map.prototype.get) as <K, V>(map: Map<K, V>, key: K) => V | undefined;
export const mapSet = bindCall(Map.prototype.set) as <K, V>(map: Map<K, V>, key: K, value: V) => Map<K, V>;
export const mapDelete = bindCall(Map.prototype.delete) as <K>(map: Map<K, unknown>, key: K) => boolean;
export const mapHas = bindCall(Map.prototype.has) as <K>(map: Map<K, unknown>, key: K) => boolean;
export const mapForEach = bindCall(Map.prototype.forEach) as <K, V>(
  map: Map<K, V>,
  callback: (value: V, key: K) => void,
) => void;
export const setAdd = bindCall(Set.prototype.add) as <T>(set: Set<T>, value: T) => Set<T>;
export const setForEach = bindCall(Set.prototype.forEach) as <T>(
  set: Set<T>,
  callback: (value: T) => void,
) => void;

export const typedArrayTag = getterOf<Uint8Array, string | undefined>(
  TypedArrayPrototype,
  Symbol.toStringTag,
);
export const bytesSet = bindCall(Uint8Array.prototype.set) as (
  to: Uint8Array,
  from: Uint8Array,
  at?: number,
) => void;
export const arrayBufferSlice = bindCall(ArrayBuffer.prototype.slice) as (
  buffer: ArrayBuffer,
  start: number,
  end?: number,
) => ArrayBuffer;

/** As the web platform converts to text: symbols are refused with a TypeError. */
export function toText(value: unknown): string {
  // oxlint-disable-next-line typescript/no-unnecessary-template-expression -- the conversion is the purpose
  return `${value as string}`;
}

export const arrayBufferTransfer = bindCall(ArrayBuffer.prototype.transfer) as (
  buffer: ArrayBuffer,
) => ArrayBuffer;
export const arrayBufferDetached = getterOf<ArrayBuffer, boolean>(ArrayBuffer.prototype, "detached");
export const errorIsError = (Error as unknown as { isError(value: unknown): boolean }).isError;
export const mapSize = getterOf<Map<unknown, unknown>, number>(Map.prototype, "size");
export const setSize = getterOf<Set<unknown>, number>(Set.prototype, "size");
export const setHas = bindCall(Set.prototype.has) as <T>(set: Set<T>, value: T) => boolean;
export const toStringTagSymbol: typeof Symbol.toStringTag = Symbol.toStringTag;
export const dateGetTime = bindCall(Date.prototype.getTime) as (date: Date) => number;
const regExpExec = bindCall(RegExp.prototype.exec);
/** Whether a pattern without the flags g and y matches. */
export const regExpTest = (pattern: RegExp, text: string): boolean => regExpExec(pattern, text) !== null;
export const textOfCodePoint = String.fromCodePoint;
export const regExpSource = getterOf<RegExp, string>(RegExp.prototype, "source");
export const regExpFlags = getterOf<RegExp, string>(RegExp.prototype, "flags");

/** Own property or nothing: never a value from a prototype that a script changed. */
export function ownValue(target: object, key: string): unknown {
  return objectHasOwn(target, key) ? (target as Record<string, unknown>)[key] : undefined;
}

/** Adds one item; faster than a call and blind to a replaced `push`. */
export function append<Item>(list: Item[], item: Item): void {
  list[list.length] = item;
}

/** Adds one item where not even a setter on `Array.prototype` hears of it; much slower than {@link append}. */
export function appendOwn<Item>(list: Item[], item: Item): void {
  objectDefineProperty(list, list.length, {
    __proto__: null,
    value: item,
    configurable: true,
    enumerable: true,
    writable: true,
  } as PropertyDescriptor);
}

/** As Web IDL takes a dictionary: nothing stands for an empty one. @throws TypeError for other values than objects */
export function toDictionary<Dictionary extends object>(value: Dictionary | null | undefined): Dictionary {
  if (value === undefined || value === null) return {} as Dictionary;
  if (typeof value === "object" || typeof value === "function") return value;
  throw new NativeTypeError(`Options must be an object, not ${typeof value}`);
}
