import { Validator } from "@cfworker/json-schema";
import type { Schema } from "@cfworker/json-schema";
import type { JsonValue } from "@skerry/sandbox";
import type { ErrorDetail } from "../problems/errors.ts";
import { measureSchema, SchemaRefusal } from "./schema-measure.ts";

/** Finds what of a value does not fit; empty when all does. `text` is the value's JSON. */
export type SchemaCheck = (value: JsonValue) => readonly ErrorDetail[];

const MAX_SCHEMA_CHARACTERS = 64 * 1024;
/** Parts of the schema times parts of the value: more would keep the host busy for too long. */
const MAX_STEPS = 1_000_000;
/** Characters of a text that take as long to check as one more value. */
const CHARACTERS_PER_PART = 64;
const MAX_DETAILS = 20;
const MAX_MESSAGE = 200;
const MAX_PATH = 200;

/**
 * Tells why a value is no schema that may check inputs and outputs, undefined when it is one. Schemas are a part of JSON
 * Schema draft 2020-12 (https://json-schema.org/draft/2020-12): a tenant writes them and the host runs them, so whatever
 * could take more than a bounded time is left out, namely patterns, `uniqueItems`, recursion and references to elsewhere.
 */
export function checkSchema(schema: unknown): string | undefined {
  try {
    measure(schema);
    return undefined;
  } catch (error) {
    if (error instanceof SchemaRefusal) return error.message;
    throw error;
  }
}

/**
 * Makes the check of a schema that {@link checkSchema} found good. Its time is bounded: a value with too many parts for
 * its schema does not fit.
 */
export function createSchemaCheck(schema: unknown): SchemaCheck {
  const { text, parts } = measure(schema);
  // An interpreter: nothing of a tenant's schema may become code of the host. It writes into the schema, so it gets its own.
  const validator = new Validator(JSON.parse(text) as Schema, "2020-12");
  const maxParts = Math.floor(MAX_STEPS / parts);
  return (value) => {
    if (countParts(value, maxParts) > maxParts) {
      return [
        { path: "", message: `has more than ${maxParts} values, too many to be checked by its schema` },
      ];
    }
    const { errors } = validator.validate(value);
    return errors.filter(isCause).slice(0, MAX_DETAILS).map(toDetail);
  };
}

function measure(schema: unknown): { readonly text: string; readonly parts: number } {
  const text = JSON.stringify(schema) ?? "";
  if (text.length > MAX_SCHEMA_CHARACTERS) {
    throw new SchemaRefusal("", `has more than ${MAX_SCHEMA_CHARACTERS} characters`);
  }
  return { text, parts: measureSchema(schema) };
}

/** Counts values and long texts, and stops beyond `most`. */
function countParts(value: JsonValue, most: number): number {
  const open: JsonValue[] = [value];
  let parts = 0;
  for (let part = open.pop(); part !== undefined && parts <= most; part = open.pop()) {
    parts += 1;
    if (typeof part === "string") parts += Math.floor(part.length / CHARACTERS_PER_PART);
    else if (typeof part === "object" && part !== null)
      for (const inner of Object.values(part)) open.push(inner);
  }
  return parts;
}

interface Finding {
  readonly keyword: string;
  readonly instanceLocation: string;
  readonly error: string;
}

/** Findings that only say that there are others below. */
const OUTER_KEYWORDS = new Set([
  "$ref",
  "allOf",
  "items",
  "prefixItems",
  "properties",
  "additionalProperties",
  "if",
]);

function isCause({ keyword }: Finding): boolean {
  return !OUTER_KEYWORDS.has(keyword);
}

function toDetail({ instanceLocation, error }: Finding): ErrorDetail {
  return { path: toDotPath(instanceLocation).slice(0, MAX_PATH), message: error.slice(0, MAX_MESSAGE) };
}

/** `#/items/0/sku` (RFC 6901) as `items.0.sku`, like the paths of all other inputs. */
function toDotPath(pointer: string): string {
  const steps = pointer.split("/").slice(1);
  return steps.map((step) => decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~")).join(".");
}
