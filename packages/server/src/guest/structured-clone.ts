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
  stringIndexOf,
  toText,
  typedArrayTag,
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
  const transfer = options?.transfer ?? [];
  const clone = copy(value, new NativeMap());
  // Last, so that a refusal leaves the sources whole.
  for (let index = 0; index < transfer.length; index++) {
    const buffer = transfer[index] as ArrayBuffer;
    if (!(buffer instanceof NativeArrayBuffer)) throw refusal(buffer, "cannot be transferred");
    arrayBufferTransfer(buffer);
  }
  return clone;
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
  const tag = objectToString(value);
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

function isMoreThanData(tag: string): boolean {
  switch (tag) {
    case "[object AbortController]":
    case "[object AbortSignal]":
    case "[object Crypto]":
    case "[object Event]":
    case "[object FormData]":
    case "[object Generator]":
    case "[object AsyncGenerator]":
    case "[object Headers]":
    case "[object Promise]":
    case "[object Request]":
    case "[object Response]":
    case "[object Symbol]":
    case "[object URL]":
    case "[object URLSearchParams]":
    case "[object WeakMap]":
    case "[object WeakSet]":
      return true;
    default:
      return stringIndexOf(tag, "[object Intl.") === 0 || stringIndexOf(tag, "[object Temporal.") === 0;
  }
}

function copyProperties(source: object, target: object, memory: Memory): object {
  const keys = objectKeys(source);
  const { length } = keys;
  for (let index = 0; index < length; index++) {
    const key = keys[index] as string;
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
