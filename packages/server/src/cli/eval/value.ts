import { isBoxedPrimitive } from "node:util/types";
import { ExpressionError } from "@skerry/expressions";
import type { JsonValue } from "@skerry/sandbox";

/** What a person or a pipe may want to see. A value that holds one object many times has no end otherwise. */
const MAX_VALUES = 1_000_000;
const MAX_DEPTH = 1_000;

/**
 * The result of an evaluation as JSON data. What JSON has no form for becomes text, and dates, durations and intervals
 * text as in ISO 8601; a Map is a list of its entries, a Set and bytes are lists. Undefined stays undefined.
 *
 * @throws ExpressionError `EXPRESSION_RESULT` for more than a million values, or more than a thousand levels of them.
 */
export function toJsonValue(value: unknown): JsonValue | undefined {
  return new JsonWriter().write(value);
}

class JsonWriter {
  readonly #ancestors = new Set<object>();
  #count = 0;

  write(value: unknown): JsonValue | undefined {
    if (++this.#count > MAX_VALUES) {
      throw unprintable(`holds more than ${MAX_VALUES.toLocaleString("en")} values`);
    }
    switch (typeof value) {
      case "object":
        return value && this.#writeObject(value);
      case "number":
        return Number.isFinite(value) ? value : String(value);
      case "string":
      case "boolean":
        return value;
      case "bigint":
        return String(value);
      default:
        return undefined;
    }
  }

  #writeObject(value: object): JsonValue | undefined {
    if (this.#ancestors.has(value)) return "[cycle]";
    if (this.#ancestors.size >= MAX_DEPTH) {
      throw unprintable(`is nested deeper than ${MAX_DEPTH.toLocaleString("en")} levels`);
    }
    this.#ancestors.add(value);
    const written = writeText(value) ?? this.#writeContainer(value);
    this.#ancestors.delete(value);
    return written;
  }

  #writeContainer(value: object): JsonValue | undefined {
    if (isBoxedPrimitive(value)) return this.write(value.valueOf());
    if (value instanceof ArrayBuffer) return [...new Uint8Array(value)];
    if (value instanceof DataView) return this.write(value.buffer);
    if (Array.isArray(value) || value instanceof Map || value instanceof Set || ArrayBuffer.isView(value)) {
      return Array.from(value as Iterable<unknown>, (element) => this.write(element) ?? null);
    }
    const entries = Object.entries(value).map(([key, part]) => [key, this.write(part)] as const);
    return Object.fromEntries(
      entries.filter((entry): entry is [string, JsonValue] => entry[1] !== undefined),
    );
  }
}

/** The text of an object that is one value. */
function writeText(value: object): string | undefined {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? String(value) : value.toISOString();
  if (value instanceof RegExp || value instanceof Error) return String(value);
  return isIsoValue(value) ? (value.toISO() ?? String(value)) : undefined;
}

interface IsoValue {
  /** Null when it is invalid. */
  toISO(): string | null;
  toString(): string;
}

/** No function crosses in a result, so what can say itself in ISO 8601 is one of Luxon's. */
function isIsoValue(value: object): value is IsoValue {
  return "toISO" in value && typeof value.toISO === "function";
}

function unprintable(what: string): ExpressionError {
  return new ExpressionError("EXPRESSION_RESULT", `the result ${what}: it is not printed`);
}
