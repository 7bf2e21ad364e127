import { cut } from "../../../guest/errors.ts";
import {
  NativeRangeError,
  NativeTypeError,
  dateNow,
  jsonStringify,
  numberIsFinite,
} from "../../../guest/primordials.ts";
import { arrayPush, objectIs } from "../primordials.ts";
import type { Json } from "../wire.ts";
import {
  type ArgumentKind,
  DURATION_FIELDS,
  MAX_LIST_ITEMS,
  MAX_NUMBER_CHARS,
  MAX_PASSAGE_CHARS,
  MAX_TEXT_CHARS,
  MAX_WORD_CHARS,
} from "./schema.ts";

/**
 * Makes an argument of guest code what the host is told of it. May run guest code.
 *
 * @throws TypeError for a value that ECMA-402 refuses, RangeError for one that is too long.
 */
export function writeArgument(kind: ArgumentKind, value: unknown): Json {
  switch (kind) {
    case "text":
      return writeText(value, MAX_TEXT_CHARS);
    case "word":
      return writeText(value, MAX_WORD_CHARS);
    case "passage":
      return writeText(value, MAX_PASSAGE_CHARS);
    case "number":
      return writeNumber(value);
    case "givenNumber":
      return writeNumber(requireGiven(value));
    case "time":
      return value === undefined ? dateNow() : writeTime(value);
    case "givenTime":
      return writeTime(requireGiven(value));
    case "list":
      return writeList(value);
    default:
      return writeDuration(value);
  }
}

/** @throws RangeError for one that is longer. */
export function writeText(value: unknown, maxChars: number): string {
  const text = `${value as number}`;
  if (text.length <= maxChars) return text;
  throw new NativeRangeError(`a text of ${text.length} characters: Intl takes up to ${maxChars} here`);
}

function requireGiven(value: unknown): unknown {
  if (value === undefined) throw new NativeTypeError("start or end of a range cannot be undefined");
  return value;
}

/** ECMA-402 16.5.16, ToIntlMathematicalValue. */
function writeNumber(value: unknown): string {
  if (typeof value === "string") return writeText(`s${value}`, MAX_NUMBER_CHARS);
  // Twice: ToNumeric, which keeps a big integer what it is, and the sign.
  const number = typeof value === "bigint" ? value : -(-(value as number));
  if (typeof number === "bigint") return writeText(`i${number}`, MAX_NUMBER_CHARS);
  return objectIs(number, -0) ? "n-0" : `n${number}`;
}

function writeTime(value: unknown): number | null {
  const time = +(value as string);
  return numberIsFinite(time) ? time : null;
}

function writeList(value: unknown): string[] {
  const list: string[] = [];
  if (value === undefined) return list;
  let chars = 0;
  for (const item of value as Iterable<unknown>) {
    if (typeof item !== "string") {
      throw new NativeTypeError(`the list has an item that is no text: ${typeof item}`);
    }
    chars += item.length;
    if (arrayPush(list, item) > MAX_LIST_ITEMS || chars > MAX_TEXT_CHARS) {
      throw new NativeRangeError(
        `the list is too long: Intl takes up to ${MAX_LIST_ITEMS} items and ${MAX_TEXT_CHARS} characters`,
      );
    }
  }
  return list;
}

/** ECMA-402 13.5.6, ToDurationRecord. */
function writeDuration(value: unknown): Json {
  if (typeof value === "string") return writeText(value, MAX_WORD_CHARS);
  if (typeof value !== "object" || value === null) {
    throw new NativeTypeError(`a duration must be an object, not ${typeof value}`);
  }
  const duration: Record<string, number> = {};
  for (let index = 0; index < DURATION_FIELDS.length; index++) {
    const field = DURATION_FIELDS[index] as string;
    const amount = (value as Record<string, unknown>)[field];
    if (amount === undefined) continue;
    const number = +(amount as string);
    if (!numberIsFinite(number)) {
      throw new NativeRangeError(`${field} is ${cut(jsonStringify(`${number}`), MAX_WORD_CHARS)}`);
    }
    duration[field] = number;
  }
  return duration;
}
