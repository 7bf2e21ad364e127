import { cut } from "./errors.ts";
import {
  NativeError,
  arrayIsArray,
  dateToIso,
  jsonStringify,
  objectKeys,
  objectToString,
  regExpToString,
  toText,
} from "./primordials.ts";

const MAX_DEPTH = 4;
const MAX_ITEMS = 100;
const MAX_CHARS = 8_192;

/**
 * One value as text for people, the way a console shows it. Bounded in depth, items and length; nothing that
 * the guest defines for formatting (`inspect` symbols, `toString`, format strings) is honoured.
 */
export function inspect(value: unknown): string {
  return cut(typeof value === "string" ? cut(value, MAX_CHARS) : show(value, 0, MAX_CHARS), MAX_CHARS);
}

function show(value: unknown, depth: number, room: number): string {
  switch (typeof value) {
    case "string":
      return jsonStringify(cut(value, room));
    case "bigint":
      return `${cut(toText(value), room)}n`;
    case "function":
      return "[Function]";
    case "symbol":
      return cut(toText(value), room);
    case "object":
      return value === null ? "null" : showObject(value, depth, room);
    case "undefined":
      return "undefined";
    default:
      return toText(value);
  }
}

function showObject(value: object, depth: number, room: number): string {
  if (value instanceof NativeError) {
    const { stack } = value;
    return typeof stack === "string" ? cut(stack, room) : "[Error]";
  }
  const tag = objectToString(value);
  if (tag === "[object Date]") return showDate(value as Date);
  if (tag === "[object RegExp]") return regExpToString(value as RegExp);
  if (depth >= MAX_DEPTH) return arrayIsArray(value) ? "[Array]" : "[Object]";
  if (arrayIsArray(value)) return showItems(value as unknown[], depth, room);
  if (tag !== "[object Object]") return tag;
  return showRecord(value as Record<string, unknown>, depth, room);
}

function showDate(value: Date): string {
  try {
    return dateToIso(value);
  } catch {
    return "Invalid Date";
  }
}

function showItems(value: readonly unknown[], depth: number, room: number): string {
  let text = "";
  const { length } = value;
  for (let index = 0; index < length; index++) {
    if (index === MAX_ITEMS || text.length > room) return `[ ${text}, … ${length - index} more ]`;
    text += `${index > 0 ? ", " : ""}${show(value[index], depth + 1, room - text.length)}`;
  }
  return length === 0 ? "[]" : `[ ${text} ]`;
}

function showRecord(value: Record<string, unknown>, depth: number, room: number): string {
  let text = "";
  const keys = objectKeys(value);
  const { length } = keys;
  for (let index = 0; index < length; index++) {
    if (index === MAX_ITEMS || text.length > room) return `{ ${text}, … ${length - index} more }`;
    const key = keys[index] as string;
    text += `${index > 0 ? ", " : ""}${cut(key, room)}: ${show(value[key], depth + 1, room - text.length)}`;
  }
  return length === 0 ? "{}" : `{ ${text} }`;
}
