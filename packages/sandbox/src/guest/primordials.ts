/**
 * Built-ins captured before any guest code runs. The guest may replace every global and prototype method
 * afterwards; the kernel calls only what is captured here, so that tampering cannot change what it does.
 */

// oxlint-disable typescript/unbound-method -- unbound on purpose: each is bound to Function.prototype.call below

const { apply, construct, getOwnPropertyDescriptor, defineProperty } = Reflect;
const bindCall = Function.prototype.bind.bind(Function.prototype.call) as <
  This,
  Args extends unknown[],
  Result,
>(
  method: (this: This, ...args: Args) => Result,
) => (self: This, ...args: Args) => Result;

function typedArrayGetter(key: string): (bytes: Uint8Array) => unknown {
  const prototype = Object.getPrototypeOf(Uint8Array.prototype) as object;
  return bindCall(getOwnPropertyDescriptor(prototype, key)?.get as (this: Uint8Array) => unknown);
}

export const reflectApply = apply;
export const reflectConstruct = construct;
export const reflectGetOwnPropertyDescriptor = getOwnPropertyDescriptor;
export const reflectDefineProperty = defineProperty;

export const objectFreeze = Object.freeze;
export const objectKeys = Object.keys;
export const objectCreate = Object.create;
export const objectSetPrototypeOf = Object.setPrototypeOf;
export const arrayIsArray = Array.isArray;
export const numberIsFinite = Number.isFinite;
export const jsonParse = JSON.parse;
export const jsonStringify = JSON.stringify;
export const dateNow = Date.now;
export const toText = String;

export const NativePromise = Promise;
export const NativeError = Error;
export const NativeTypeError = TypeError;
export const NativeRangeError = RangeError;
export const NativeMap = Map;
export const NativeUint8Array = Uint8Array;

export const objectToString = bindCall(Object.prototype.toString);
export const mapGet = bindCall(Map.prototype.get) as <K, V>(map: Map<K, V>, key: K) => V | undefined;
export const mapSet = bindCall(Map.prototype.set) as <K, V>(map: Map<K, V>, key: K, value: V) => Map<K, V>;
export const mapDelete = bindCall(Map.prototype.delete) as <K>(map: Map<K, unknown>, key: K) => boolean;
export const mapClear = bindCall(Map.prototype.clear) as (map: Map<unknown, unknown>) => void;
export const mapSize = bindCall(
  Object.getOwnPropertyDescriptor(Map.prototype, "size")?.get as () => number,
) as (map: Map<unknown, unknown>) => number;
export const promiseThen = bindCall(Promise.prototype.then) as (
  promise: Promise<unknown>,
  onFulfilled: () => void,
  onRejected?: (reason: unknown) => void,
) => Promise<unknown>;
export const stringSlice = bindCall(String.prototype.slice) as (
  text: string,
  start: number,
  end?: number,
) => string;
export const bytesSet = bindCall(Uint8Array.prototype.set) as (to: Uint8Array, from: Uint8Array) => void;
export const bytesBuffer = typedArrayGetter("buffer") as (bytes: Uint8Array) => ArrayBuffer;
export const bytesOffset = typedArrayGetter("byteOffset") as (bytes: Uint8Array) => number;
export const bytesLength = typedArrayGetter("byteLength") as (bytes: Uint8Array) => number;
export const dateToIso = bindCall(Date.prototype.toISOString) as (date: Date) => string;
export const regExpToString = bindCall(RegExp.prototype.toString) as (pattern: RegExp) => string;

/** A promise that is settled already, for work that must wait for the current microtasks. */
export const settledPromise: Promise<unknown> = Promise.resolve();

/** Own property or nothing: never a getter of, or a value from, a tampered prototype. */
export function ownValue(target: object, key: PropertyKey): unknown {
  const descriptor = reflectGetOwnPropertyDescriptor(target, key);
  return descriptor && "value" in descriptor ? descriptor.value : undefined;
}
