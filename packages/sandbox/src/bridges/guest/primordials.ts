import { numberIsFinite } from "../../guest/primordials.ts";

/** More built-ins captured before any guest code runs: those that only the bridge kernel and its codec need. */

// oxlint-disable typescript/unbound-method -- unbound on purpose: each is bound to Function.prototype.call below

const bindCall = Function.prototype.bind.bind(Function.prototype.call) as <
  This,
  Args extends unknown[],
  Result,
>(
  method: (this: This, ...args: Args) => Result,
) => (self: This, ...args: Args) => Result;

function captureGetter<This, Result>(prototype: object, key: PropertyKey): (self: This) => Result {
  return bindCall(Object.getOwnPropertyDescriptor(prototype, key)?.get as (this: This) => Result);
}

export const NativeFunction = Function;
export const NativeProxy = Proxy;
export const NativeSet = Set;
export const NativeDate = Date;
export const NativeRegExp = RegExp;
export const NativeArrayBuffer = ArrayBuffer;
export const NativeSyntaxError = SyntaxError;
export const NativeWeakMap = WeakMap;
export const NativeBigInt = BigInt;
export const NativeObject = Object;
export const ObjectPrototype: object = Object.prototype;
export const ArrayPrototype: object = Array.prototype;

export const objectAssign = Object.assign as (target: object, source: object) => object;
export const objectIs = Object.is;
export const objectIsFrozen = Object.isFrozen;
export const objectGetPrototypeOf = Object.getPrototypeOf as (value: object) => object | null;
export const {
  get: reflectGet,
  set: reflectSet,
  has: reflectHas,
  deleteProperty: reflectDeleteProperty,
  preventExtensions: reflectPreventExtensions,
  ownKeys: reflectOwnKeys,
} = Reflect;
export const isSafeInteger = Number.isSafeInteger;
export const toNumber = Number;

export const hasOwn = Object.hasOwn;
export const mapHas = bindCall(Map.prototype.has) as <K>(map: Map<K, unknown>, key: K) => boolean;
export const mapForEach = bindCall(Map.prototype.forEach) as <K, V>(
  map: Map<K, V>,
  visit: (value: V, key: K) => void,
) => void;
export const weakMapGet = bindCall(WeakMap.prototype.get) as <K extends object, V>(
  map: WeakMap<K, V>,
  key: K,
) => V | undefined;
export const weakMapSet = bindCall(WeakMap.prototype.set) as <K extends object, V>(
  map: WeakMap<K, V>,
  key: K,
  value: V,
) => WeakMap<K, V>;
export const setAdd = bindCall(Set.prototype.add) as <V>(set: Set<V>, value: V) => Set<V>;
export const setHas = bindCall(Set.prototype.has) as <V>(set: Set<V>, value: V) => boolean;
export const setDelete = bindCall(Set.prototype.delete) as <V>(set: Set<V>, value: V) => boolean;
export const setForEach = bindCall(Set.prototype.forEach) as <V>(
  set: Set<V>,
  visit: (value: V) => void,
) => void;
export const setSize = captureGetter<Set<unknown>, number>(Set.prototype, "size");
export const dateGetTime = bindCall(Date.prototype.getTime) as (value: object) => number;
export const regExpSource = captureGetter<RegExp, string>(RegExp.prototype, "source");
export const regExpFlags = captureGetter<RegExp, string>(RegExp.prototype, "flags");
export const bufferByteLength = captureGetter<ArrayBuffer, number>(ArrayBuffer.prototype, "byteLength");
export const numberValueOf = bindCall(Number.prototype.valueOf) as (value: object) => number;
export const stringValueOf = bindCall(String.prototype.valueOf) as (value: object) => string;
export const booleanValueOf = bindCall(Boolean.prototype.valueOf) as (value: object) => boolean;
export const bigIntValueOf = bindCall(BigInt.prototype.valueOf) as (value: object) => bigint;
export const bigIntToString = bindCall(BigInt.prototype.toString) as (value: bigint, radix: number) => string;
export const charCodeAt = bindCall(String.prototype.charCodeAt) as (text: string, index: number) => number;
export const fromCharCode = String.fromCharCode;
export const indexOf = bindCall(String.prototype.indexOf) as (text: string, part: string) => number;
export const stringIsWellFormed = bindCall(String.prototype.isWellFormed) as (text: string) => boolean;
export { stringSlice } from "../../guest/primordials.ts";
export const arrayPush = bindCall(Array.prototype.push) as <V>(array: V[], value: V) => number;

const TypedArray = Object.getPrototypeOf(Uint8Array.prototype) as object;
/** Name of a typed array's constructor, whatever realm it is from; `undefined` for everything else. */
export const typedArrayName = captureGetter<unknown, string | undefined>(TypedArray, Symbol.toStringTag);
export const typedArrayBuffer = captureGetter<ArrayBufferView, ArrayBuffer>(TypedArray, "buffer");
export const typedArrayByteOffset = captureGetter<ArrayBufferView, number>(TypedArray, "byteOffset");
export const typedArrayByteLength = captureGetter<ArrayBufferView, number>(TypedArray, "byteLength");
export const dataViewBuffer = captureGetter<DataView, ArrayBuffer>(DataView.prototype, "buffer");
export const dataViewByteOffset = captureGetter<DataView, number>(DataView.prototype, "byteOffset");
export const dataViewByteLength = captureGetter<DataView, number>(DataView.prototype, "byteLength");

/** The index that a property key names (ECMA-262 7.1.21), or -1. */
export function toIndex(key: string): number {
  const index = +key;
  return index >= 0 && index < 4_294_967_295 && `${index}` === key && isSafeInteger(index) ? index : -1;
}

/** Whether JSON carries the number as it is. */
export function numberIsPlain(value: number): boolean {
  return numberIsFinite(value) && !objectIs(value, -0);
}
