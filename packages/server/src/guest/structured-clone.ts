import { Blob, File, isBlob, isFile } from "./blob.ts";
import { type CryptoKey, type KeyParts, createKey, isKey, keyBytes } from "./crypto-key.ts";
import { isMoreThanData, kindOf } from "./data-kind.ts";
import { DOMException } from "./dom-exception.ts";
import {
  NativeArrayBuffer,
  NativeDataView,
  NativeDate,
  NativeError,
  NativeMap,
  NativeRegExp,
  NativeSet,
  arrayBufferSlice,
  arrayBufferTransfer,
  arrayIsArray,
  dateGetTime,
  isView,
  mapForEach,
  mapGet,
  mapHas,
  mapSet,
  objectDefineProperty,
  objectKeys,
  objectToString,
  ownValue,
  regExpFlags,
  regExpSource,
  setAdd,
  setForEach,
  toText,
  typedArrayTag,
  append,
  arrayBufferDetached,
  objectHasOwn,
  setHas,
  toDictionary,
} from "./primordials.ts";

type ErrorConstructorByName = Readonly<Record<string, ErrorConstructor>>;
type TypedArrayConstructor = new (buffer: ArrayBuffer, offset: number, length: number) => ArrayBufferView;

const ERRORS = {
  __proto__: null,
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
} as unknown as ErrorConstructorByName;

const TYPED_ARRAYS = { __proto__: null } as unknown as Record<string, TypedArrayConstructor>;
for (const name of [
  "BigInt64Array",
  "BigUint64Array",
  "Float16Array",
  "Float32Array",
  "Float64Array",
  "Int8Array",
  "Int16Array",
  "Int32Array",
  "Uint8Array",
  "Uint8ClampedArray",
  "Uint16Array",
  "Uint32Array",
]) {
  TYPED_ARRAYS[name] = (globalThis as unknown as Record<string, TypedArrayConstructor>)[
    name
  ] as TypedArrayConstructor;
}

/** Everything met so far, so that what is shared stays shared and cycles end. */
type Memory = Map<object, unknown>;

/**
 * `structuredClone` of the HTML standard (https://html.spec.whatwg.org/#structuredserializeinternal) for data:
 * plain objects and arrays, Date, RegExp, Map, Set, ArrayBuffer and its views, Error, boxed primitives, cycles.
 *
 * @throws DOMException DataCloneError for functions, symbols and objects that are more than their data
 */
export function structuredClone(
  value: unknown,
  options: { transfer?: readonly ArrayBuffer[] } = {},
): unknown {
  const transfer = checkTransfer(toDictionary(options).transfer ?? []);
  const clone = copy(value, new NativeMap());
  // Last, so that a refusal leaves the sources whole.
  for (let index = 0; index < transfer.length; index++) arrayBufferTransfer(transfer[index] as ArrayBuffer);
  return clone;
}

function checkTransfer(list: readonly ArrayBuffer[]): ArrayBuffer[] {
  const checked: ArrayBuffer[] = [];
  const seen = new NativeSet<ArrayBuffer>();
  for (let index = 0; index < list.length; index++) {
    const buffer = list[index] as ArrayBuffer;
    if (!(buffer instanceof NativeArrayBuffer)) throw refusal(buffer, "cannot be transferred");
    if (arrayBufferDetached(buffer)) throw refusal(buffer, "was transferred already");
    if (setHas(seen, buffer)) throw refusal(buffer, "cannot be transferred twice");
    setAdd(seen, buffer);
    append(checked, buffer);
  }
  return checked;
}

function copy(value: unknown, memory: Memory): unknown {
  switch (typeof value) {
    case "object":
      return value === null ? null : copyObject(value, memory);
    case "function":
    case "symbol":
      throw refusal(value, "cannot be cloned");
    default:
      return value;
  }
}

function copyObject(value: object, memory: Memory): unknown {
  if (mapHas(memory, value)) return mapGet(memory, value);
  if (arrayIsArray(value)) {
    return copyProperties(value, remember(memory, value, newArray(value.length)), memory);
  }
  if (isView(value)) return remember(memory, value, copyView(value, memory));
  if (isBlob(value)) return remember(memory, value, copyBlob(value));
  if (isKey(value)) return remember(memory, value, createKey(keyParts(value)));
  const tag = kindOf(value);
  switch (tag) {
    case "[object Date]":
      return remember(memory, value, new NativeDate(dateGetTime(value as Date)));
    case "[object RegExp]":
      return remember(memory, value, new NativeRegExp(regExpSource(value), regExpFlags(value)));
    case "[object Boolean]":
    case "[object Number]":
    case "[object String]":
    case "[object BigInt]":
      return remember(memory, value, Object((value as { valueOf(): unknown }).valueOf()) as object);
    case "[object ArrayBuffer]":
      if (arrayBufferDetached(value)) throw refusal(value, "was transferred already");
      return remember(memory, value, arrayBufferSlice(value as ArrayBuffer, 0));
    case "[object Map]":
      return copyMap(value as Map<unknown, unknown>, memory);
    case "[object Set]":
      return copySet(value as Set<unknown>, memory);
    case "[object Error]":
      return copyError(value as Error, memory);
    case "[object DOMException]":
      return remember(memory, value, new DOMException((value as Error).message, (value as Error).name));
    default:
      if (isMoreThanData(tag)) throw refusal(value, "cannot be cloned");
      return copyProperties(value, remember(memory, value, {}), memory);
  }
}

function copyBlob(blob: Blob): Blob {
  const { type } = blob;
  return isFile(blob)
    ? new File([blob], blob.name, { type, lastModified: blob.lastModified })
    : new Blob([blob], { type });
}

function keyParts(key: CryptoKey): KeyParts {
  const { algorithm, extractable, usages } = key;
  return { algorithm, extractable, usages, bytes: keyBytes(key) };
}

function copyProperties(source: object, target: object, memory: Memory): object {
  const keys = objectKeys(source);
  const { length } = keys;
  for (let index = 0; index < length; index++) {
    const key = keys[index] as string;
    // A getter before may have deleted it.
    if (!objectHasOwn(source, key)) continue;
    setOwn(target, key, copy((source as Record<string, unknown>)[key], memory));
  }
  return target;
}

/** The whole buffer is copied once, also when several views show it. */
function copyView(view: ArrayBufferView, memory: Memory): ArrayBufferView {
  const buffer = copyObject(view.buffer, memory) as ArrayBuffer;
  const name = typedArrayTag(view);
  if (name === undefined) return new NativeDataView(buffer, view.byteOffset, view.byteLength);
  const TypedArray = TYPED_ARRAYS[name] as TypedArrayConstructor;
  return new TypedArray(buffer, view.byteOffset, (view as Uint8Array).length);
}

function copyMap(source: Map<unknown, unknown>, memory: Memory): Map<unknown, unknown> {
  const target = remember(memory, source, new NativeMap<unknown, unknown>());
  mapForEach(source, (value, key) => void mapSet(target, copy(key, memory), copy(value, memory)));
  return target;
}

function copySet(source: Set<unknown>, memory: Memory): Set<unknown> {
  const target = remember(memory, source, new NativeSet<unknown>());
  setForEach(source, (value) => void setAdd(target, copy(value, memory)));
  return target;
}

function copyError(source: Error, memory: Memory): Error {
  const Constructor = ERRORS[toText(source.name)] ?? NativeError;
  const target = remember(memory, source, new Constructor());
  const message = ownValue(source, "message");
  const stack = source.stack;
  if (message !== undefined) define(target, "message", toText(message));
  define(target, "stack", typeof stack === "string" ? stack : "");
  if ("cause" in source) define(target, "cause", copy(source.cause, memory));
  return target;
}

function remember<Clone extends object>(memory: Memory, source: object, clone: Clone): Clone {
  mapSet(memory, source, clone);
  return clone;
}

function newArray(length: number): unknown[] {
  const list: unknown[] = [];
  list.length = length;
  return list;
}

/** An own property whatever its name is: assigning `__proto__` would change the prototype. */
function setOwn(target: object, key: string, value: unknown): void {
  if (key !== "__proto__") (target as Record<string, unknown>)[key] = value;
  else objectDefineProperty(target, key, { value, writable: true, configurable: true, enumerable: true });
}

function define(target: object, key: string, value: unknown): void {
  objectDefineProperty(target, key, { value, writable: true, configurable: true, enumerable: false });
}

function refusal(value: unknown, what: string): DOMException {
  const kind =
    typeof value === "function"
      ? "a function"
      : typeof value === "symbol"
        ? "a symbol"
        : objectToString(value);
  return new DOMException(`${kind} ${what}`, "DataCloneError");
}
