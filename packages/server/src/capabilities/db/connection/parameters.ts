import type { JsonValue } from "@skerry/sandbox";
import { createDbError } from "../errors.ts";
import type { Parameter } from "./exchange.ts";

/**
 * Values of a script as PostgreSQL takes them: numbers and booleans as text, lists as arrays (`{1,2}`), objects as JSON.
 *
 * @throws CapabilityError `DB_VALUE_INVALID`.
 */
export function encodeParameter(value: JsonValue | Buffer): Parameter {
  if (value === null || Buffer.isBuffer(value)) return value;
  if (Array.isArray(value)) return checkText(encodeArray(value));
  if (typeof value === "object") return checkText(JSON.stringify(value));
  return checkText(String(value));
}

/** https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO */
function encodeArray(list: readonly JsonValue[]): string {
  const items = list.map((item) => {
    if (item === null) return "NULL";
    if (Array.isArray(item)) return encodeArray(item);
    const text = typeof item === "object" ? JSON.stringify(item) : String(item);
    return `"${text.replace(/["\\]/g, "\\$&")}"`;
  });
  return `{${items.join(",")}}`;
}

/** PostgreSQL has no such characters, and the second would get lost on its way. */
function checkText(text: string): string {
  if (!text.includes("\0") && text.isWellFormed()) return text;
  throw createDbError(
    "DB_VALUE_INVALID",
    "A value holds the character U+0000 or half a character, which PostgreSQL cannot keep as text; hand bytes over as a Uint8Array.",
  );
}
