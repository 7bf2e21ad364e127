import { GuestError } from "./errors.ts";
import {
  arrayIsArray,
  jsonStringify,
  numberIsFinite,
  objectKeys,
  objectToString,
  regExpToString,
} from "./primordials.ts";

/** Deepest nesting of data that crosses a wall; enforced on both sides of it. */
export const MAX_JSON_DEPTH = 256;

/** Which error codes an encoding gives; results and arguments differ. */
export interface EncodeCodes {
  /** Something in it is not data. */
  readonly invalid: string;
  /** Too large or too deep. */
  readonly limit: string;
  /** Of the limit for its size, where that is a setting. */
  readonly limitName?: string;
}

/** The error of what has more bytes than it may; counting ends with the first too many. */
export function refuseExcess(
  what: string,
  bytes: number,
  maxBytes: number,
  { limit, limitName }: Pick<EncodeCodes, "limit" | "limitName">,
): GuestError {
  const name = limitName === undefined ? "limit" : `limit ${limitName}`;
  return new GuestError(limit, `the ${what} has ${bytes} bytes or more, its ${name} is ${maxBytes} bytes`);
}

interface Frame {
  readonly value: object;
  readonly key: string | number;
  readonly parent: Frame | undefined;
}

/**
 * Writes a value as JSON text, in one pass that reads each property once.
 *
 * As `JSON.stringify`, and stricter where that loses data silently: functions, symbols, BigInt, Map, Set,
 * binary data, promises and cycles are refused with their path. `undefined` is left out of objects and `null`
 * in arrays; NaN and the infinities are `null`; `toJSON` is honoured; an Error becomes its name and message.
 *
 * @throws GuestError with one of `codes`, as soon as more than `maxChars` characters are written, long before
 * a huge or endless structure is walked to its end.
 */
export function encode(root: unknown, maxChars: number, codes: EncodeCodes): string {
  let written = 0;

  const spend = (chars: number): void => {
    written += chars;
    if (written > maxChars) throw refuseExcess("value", written, maxChars, codes);
  };

  const writeNull = (): string => {
    spend(4);
    return "null";
  };

  const writeString = (value: string): string => {
    // The shortest that it can become, before the work; then what its escapes add.
    spend(value.length + 2);
    const text = jsonStringify(value);
    spend(text.length - value.length - 2);
    return text;
  };

  const write = (
    value: unknown,
    key: string | number,
    parent: Frame | undefined,
    depth: number,
  ): string | undefined => {
    switch (typeof value) {
      case "string":
        return writeString(value);
      case "number": {
        const text = numberIsFinite(value) ? `${value}` : "null";
        spend(text.length);
        return text;
      }
      case "boolean":
        spend(5);
        return value ? "true" : "false";
      case "undefined":
        return undefined;
      case "object":
        if (value === null) return writeNull();
        return writeObject(value, key, parent, depth);
      default:
        throw refusal(value, key, parent);
    }
  };

  const writeObject = (
    value: object,
    key: string | number,
    parent: Frame | undefined,
    depth: number,
  ): string | undefined => {
    if (depth >= MAX_JSON_DEPTH) {
      throw new GuestError(
        codes.limit,
        `${describePath(key, parent)} is nested deeper than ${MAX_JSON_DEPTH} levels`,
      );
    }
    for (let ancestor = parent; ancestor; ancestor = ancestor.parent) {
      if (ancestor.value === value) {
        throw new GuestError(codes.invalid, `${describePath(key, parent)} is a cycle: it contains itself`);
      }
    }
    const frame: Frame = { value, key, parent };
    const toJson: unknown = (value as { toJSON?: unknown }).toJSON;
    if (typeof toJson === "function") {
      return write((value as { toJSON(key: string): unknown }).toJSON(`${key}`), key, frame, depth + 1);
    }
    if (arrayIsArray(value)) return writeArray(value as unknown[], frame, depth);
    const tag = objectToString(value);
    if (tag === "[object Error]") {
      const { name, message } = value as Error;
      return write({ name, message }, key, parent, depth);
    }
    if (isOpaque(tag)) throw refusal(value, key, parent);
    return writeRecord(value as Record<string, unknown>, frame, depth);
  };

  const writeArray = (value: readonly unknown[], frame: Frame, depth: number): string => {
    const { length } = value;
    // Each element takes at least one character and a comma: refuse before walking.
    if (length * 2 > maxChars - written) {
      throw new GuestError(
        codes.limit,
        `${describePath(frame.key, frame.parent)} has ${length} elements, too many`,
      );
    }
    spend(2);
    let text = "[";
    for (let index = 0; index < length; index++) {
      spend(1);
      if (index > 0) text += ",";
      text += write(value[index], index, frame, depth + 1) ?? writeNull();
    }
    return `${text}]`;
  };

  const writeRecord = (value: Record<string, unknown>, frame: Frame, depth: number): string => {
    spend(2);
    let text = "";
    const keys = objectKeys(value);
    const { length } = keys;
    for (let index = 0; index < length; index++) {
      const key = keys[index] as string;
      const item = write(value[key], key, frame, depth + 1);
      if (item === undefined) continue;
      spend(2);
      text += `${text === "" ? "" : ","}${writeString(key)}:${item}`;
    }
    return `{${text}}`;
  };

  const refusal = (value: unknown, key: string | number, parent: Frame | undefined): GuestError => {
    return new GuestError(codes.invalid, `${describePath(key, parent)} is ${describeKind(value)}`);
  };

  return write(root, "", undefined, 0) ?? "null";
}

function isOpaque(tag: string): boolean {
  switch (tag) {
    case "[object Map]":
    case "[object Set]":
    case "[object WeakMap]":
    case "[object WeakSet]":
    case "[object RegExp]":
    case "[object Promise]":
    case "[object ArrayBuffer]":
    case "[object DataView]":
    case "[object Generator]":
    case "[object Int8Array]":
    case "[object Uint8Array]":
    case "[object Uint8ClampedArray]":
    case "[object Int16Array]":
    case "[object Uint16Array]":
    case "[object Int32Array]":
    case "[object Uint32Array]":
    case "[object Float16Array]":
    case "[object Float32Array]":
    case "[object Float64Array]":
    case "[object BigInt64Array]":
    case "[object BigUint64Array]":
      return true;
    default:
      return false;
  }
}

function describeKind(value: unknown): string {
  switch (typeof value) {
    case "bigint":
      return "a BigInt, which JSON cannot carry: use String(value)";
    case "function":
      return "a function, and only data can cross";
    case "symbol":
      return "a symbol, and only data can cross";
    default:
      break;
  }
  const tag = objectToString(value);
  switch (tag) {
    case "[object Map]":
      return "a Map: use Object.fromEntries(map)";
    case "[object Set]":
      return "a Set: use [...set]";
    case "[object RegExp]":
      return `the regular expression ${regExpToString(value as RegExp)}: use its source`;
    case "[object Promise]":
      return "a promise: await it";
    default:
      return `${tag}, and only plain data can cross`;
  }
}

function describePath(key: string | number, parent: Frame | undefined): string {
  let path = "";
  let lastKey = key;
  for (let frame = parent; frame; frame = frame.parent) {
    path = (typeof lastKey === "number" ? `[${lastKey}]` : `.${lastKey}`) + path;
    lastKey = frame.key;
  }
  return path === "" ? "the value" : `the value at ${path}`;
}
