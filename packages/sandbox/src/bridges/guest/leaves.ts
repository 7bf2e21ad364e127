import {
  NativeRangeError,
  NativeUint8Array,
  numberIsFinite,
  ownValue,
  reflectConstruct,
} from "../../guest/primordials.ts";
import { decodeBase64, encodeBase64 } from "./base64.ts";
import type { Kind } from "./kinds.ts";
import {
  NativeBigInt,
  NativeDate,
  NativeObject,
  NativeRegExp,
  bigIntToString,
  bigIntValueOf,
  booleanValueOf,
  bufferByteLength,
  dataViewBuffer,
  dataViewByteLength,
  dataViewByteOffset,
  dateGetTime,
  numberValueOf,
  objectIs,
  regExpFlags,
  regExpSource,
  stringSlice,
  stringValueOf,
  toNumber,
  typedArrayBuffer,
  typedArrayByteLength,
  typedArrayByteOffset,
  typedArrayName,
} from "./primordials.ts";
import { type Json, Slot } from "./wire.ts";

/** A slot's kind and payload. */
type Leaf = readonly [slot: number, payload: readonly Json[]];

type BufferConstructor = new (buffer: ArrayBuffer) => unknown;

/** Every view of an ArrayBuffer that this realm has. */
const VIEWS = new Map<string, BufferConstructor>();

for (const name of [
  "Int8Array",
  "Uint8Array",
  "Uint8ClampedArray",
  "Int16Array",
  "Uint16Array",
  "Int32Array",
  "Uint32Array",
  "Float16Array",
  "Float32Array",
  "Float64Array",
  "BigInt64Array",
  "BigUint64Array",
  "DataView",
]) {
  const constructor = ownValue(globalThis, name);
  if (typeof constructor === "function") VIEWS.set(name, constructor as BufferConstructor);
}

/** Objects without anything inside them: dates, patterns, bytes and boxed primitives. */
export function describeLeaf(kind: Kind, value: object): Leaf | undefined {
  switch (kind) {
    case "date": {
      const time = dateGetTime(value);
      return [Slot.Date, [numberIsFinite(time) ? time : null]];
    }
    case "regexp":
      return [Slot.RegExp, [regExpSource(value as RegExp), regExpFlags(value as RegExp)]];
    case "buffer":
    case "view":
    case "typedArray": {
      const { name, bytes } = readBytes(kind, value);
      return [Slot.Bytes, [name, encodeBase64(bytes)]];
    }
    case "number":
      return [Slot.Boxed, ["Number", writeNumber(numberValueOf(value))]];
    case "string":
      return [Slot.Boxed, ["String", stringValueOf(value)]];
    case "boolean":
      return [Slot.Boxed, ["Boolean", booleanValueOf(value)]];
    case "bigint":
      return [Slot.Boxed, ["BigInt", writeBigInt(bigIntValueOf(value))]];
    default:
      return undefined;
  }
}

/** Characters that a leaf takes on the wire, roughly. */
export function measureLeaf(kind: Kind, value: object): number {
  switch (kind) {
    case "regexp":
      return 32 + regExpSource(value as RegExp).length;
    case "buffer":
    case "view":
    case "typedArray":
      return 32 + (readBytes(kind, value).bytes.byteLength / 3) * 4;
    case "string":
      return 32 + stringValueOf(value).length;
    default:
      return 32;
  }
}

/** The opposite of {@link describeLeaf}, and of the primitives that JSON cannot say. */
export function restoreLeaf(slot: number, a: Json | undefined, b: Json | undefined): unknown {
  switch (slot) {
    case Slot.Undefined:
      return undefined;
    case Slot.Number:
      return toNumber(a);
    case Slot.BigInt:
      return readBigInt(text(a));
    case Slot.Date:
      return new NativeDate(typeof a === "number" ? a : NaN);
    case Slot.RegExp:
      return new NativeRegExp(text(a), text(b));
    case Slot.Bytes:
      return restoreBytes(text(a), text(b));
    case Slot.Boxed:
      return NativeObject(restoreBoxed(a, b));
    default:
      throw new NativeRangeError(`a wire with a slot of the unknown kind ${slot}`);
  }
}

/** The shortest text that reads as the same number; "-0" for that. */
export function writeNumber(value: number): string {
  return objectIs(value, -0) ? "-0" : `${value}`;
}

/** Hexadecimal: unlike decimal, both ways take time in proportion to the length. */
export function writeBigInt(value: bigint): string {
  return bigIntToString(value, 16);
}

function readBigInt(hex: string): bigint {
  return hex[0] === "-" ? -NativeBigInt(`0x${stringSlice(hex, 1)}`) : NativeBigInt(`0x${hex}`);
}

function readBytes(kind: Kind, value: object): { name: string; bytes: Uint8Array } {
  if (kind === "buffer") {
    const buffer = value as ArrayBuffer;
    return { name: "ArrayBuffer", bytes: new NativeUint8Array(buffer, 0, bufferByteLength(buffer)) };
  }
  const view = value as DataView;
  if (kind === "view") {
    const bytes = new NativeUint8Array(
      dataViewBuffer(view),
      dataViewByteOffset(view),
      dataViewByteLength(view),
    );
    return { name: "DataView", bytes };
  }
  const bytes = new NativeUint8Array(
    typedArrayBuffer(view),
    typedArrayByteOffset(view),
    typedArrayByteLength(view),
  );
  return { name: typedArrayName(view) ?? "", bytes };
}

function restoreBytes(name: string, base64: string): unknown {
  const bytes = decodeBase64(base64);
  if (name === "ArrayBuffer") return typedArrayBuffer(bytes);
  if (name === "Uint8Array") return bytes;
  const constructor = VIEWS.get(name);
  if (!constructor) throw new NativeRangeError(`${name} does not exist in this engine`);
  return reflectConstruct(constructor, [typedArrayBuffer(bytes)]);
}

function restoreBoxed(name: Json | undefined, value: Json | undefined): unknown {
  if (name === "Number") return toNumber(value);
  return name === "BigInt" ? readBigInt(text(value)) : value;
}

function text(value: Json | undefined): string {
  if (typeof value !== "string") throw new NativeRangeError("a wire with something else where text belongs");
  return value;
}
