import type { JsonValue } from "@skerry/sandbox";
import { visit } from "jsonc-parser";
import { z } from "zod";
import { SkerryError } from "../problems/errors.ts";

/** Serialising and storing recurse; what is nested deeper could exhaust their stacks. */
const MAX_JSON_DEPTH = 100;

/** The names of fields are the caller's. */
const MAX_PATH = 200;

const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * Parses JSON (RFC 8259) in UTF-8. No bytes at all mean the empty object, so that `curl -X POST` does.
 *
 * @throws SkerryError `BODY_INVALID` with line and column, or with the path of a number that no double holds.
 */
export function parseJsonBody(bytes: Uint8Array): JsonValue {
  if (bytes.byteLength === 0) return {};
  const text = decode(bytes);
  if (nestsDeeperThan(text, MAX_JSON_DEPTH)) {
    throw new SkerryError("BODY_INVALID", `The body is nested deeper than ${MAX_JSON_DEPTH} levels.`);
  }
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch (error) {
    throw describeSyntaxError(text, error as SyntaxError);
  }
  const place = findInfinity(value);
  if (place !== undefined) throw refuseInfinity(place);
  return value;
}

/** Tells whether JSON is nested no deeper than what a request may hold. */
export function isShallowJson(text: string): boolean {
  return !nestsDeeperThan(text, MAX_JSON_DEPTH);
}

/** Parses JSON that a script made. @returns undefined when it is malformed or nested deeper than 100 levels. */
export function parseGuestJson(text: string): JsonValue | undefined {
  if (nestsDeeperThan(text, MAX_JSON_DEPTH)) return undefined;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

/** RFC 8259, section 6, leaves the range of numbers to who reads them: 1e999 parses as Infinity, which is stored as null. */
function findInfinity(value: JsonValue): readonly PropertyKey[] | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? undefined : [];
  if (typeof value !== "object" || value === null) return undefined;
  const isList = Array.isArray(value);
  for (const [key, item] of Object.entries(value)) {
    const place = findInfinity(item);
    if (place !== undefined) return [isList ? Number(key) : key, ...place];
  }
  return undefined;
}

function refuseInfinity(place: readonly PropertyKey[]): SkerryError {
  const path = z.core.toDotPath([...place]).slice(0, MAX_PATH);
  const message = "is a number beyond what a double holds (IEEE 754); send it as a text";
  const start = path === "" ? "The body" : path;
  return new SkerryError("BODY_INVALID", `${start} ${message}.`, { details: [{ path, message }] });
}

function decode(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (error) {
    throw new SkerryError("BODY_INVALID", "The body is not UTF-8 text.", { cause: error });
  }
}

/** Counts brackets outside strings; on malformed JSON the count means nothing and the parser refuses it. */
function nestsDeeperThan(text: string, maxDepth: number): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (inString) {
      if (character === "\\") index += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === "[" || character === "{") {
      depth += 1;
      if (depth > maxDepth) return true;
    } else if (character === "]" || character === "}") depth -= 1;
  }
  return false;
}

/** V8 names the position in some of its messages only, so a parser made for editors finds it. */
function describeSyntaxError(text: string, error: SyntaxError): SkerryError {
  const place = findSyntaxError(text);
  const where = place === undefined ? "" : ` near line ${place.line}, column ${place.column}`;
  const message = `The body is not JSON${where}.`;
  return new SkerryError("BODY_INVALID", message, {
    details: [{ path: "", message, ...place }],
    cause: error,
  });
}

function findSyntaxError(text: string): { line: number; column: number } | undefined {
  let place: { line: number; column: number } | undefined;
  const stop = new Error("the first error is enough");
  try {
    visit(
      text,
      {
        onError: (_code, _offset, _length, startLine, startCharacter) => {
          place = { line: startLine + 1, column: startCharacter + 1 };
          throw stop;
        },
      },
      { disallowComments: true },
    );
  } catch (error) {
    if (error !== stop) throw error;
  }
  return place;
}
