import { DateTime } from "luxon";
import type { ReceiverType } from "./definition.ts";

const PREVIEW_CHARS = 40;

/** The table in which a value's functions are looked up. */
export function receiverTypeOf(value: unknown): ReceiverType {
  switch (typeof value) {
    case "string":
      return "string";
    case "number":
      return "number";
    case "boolean":
      return "boolean";
    case "object":
      if (value === null) return "any";
      if (Array.isArray(value)) return "array";
      return value instanceof DateTime || value instanceof Date ? "date" : "object";
    default:
      return "any";
  }
}

/** Names a value in a message, without running any of its code. */
export function describeValue(value: unknown): string {
  const type = receiverTypeOf(value);
  switch (typeof value) {
    case "string": {
      const preview = value.length > PREVIEW_CHARS ? `${value.slice(0, PREVIEW_CHARS)}…` : value;
      return `the string ${JSON.stringify(preview)}`;
    }
    case "object":
      return value === null ? "null" : `${type === "array" || type === "object" ? "an" : "a"} ${type}`;
    case "number":
    case "boolean":
    case "bigint":
      return `the ${typeof value} ${value}`;
    case "undefined":
      return "undefined";
    default:
      return `a ${typeof value}`;
  }
}
