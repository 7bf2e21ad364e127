import type { Context } from "hono";
import { z } from "zod";
import { SkerryError } from "../problems/errors.ts";
import type { ErrorDetail } from "../problems/errors.ts";
import type { RestContext } from "./app.ts";
import { readBody, refuseSize } from "./body.ts";
import { parseJsonBody } from "./json.ts";
import { wordRefusal } from "./refusal-words.ts";

const MAX_DETAILS = 50;
/** The names of unknown fields are the caller's. */
const MAX_PATH = 200;
const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i;

/**
 * Reads, parses and checks a request's JSON body: size first, then syntax, then schema.
 *
 * @throws SkerryError `BODY_LIMIT`, `BODY_TYPE`, `BODY_INVALID` or `INPUT_INVALID`.
 */
export async function readInput<Schema extends z.ZodType>(
  { req, var: { body } }: RestContext,
  schema: Schema,
  maxBytes: number,
): Promise<z.output<Schema>> {
  const bytes = body ?? (await readBody(req.raw, maxBytes));
  if (bytes.byteLength > maxBytes) throw refuseSize(maxBytes);
  if (bytes.byteLength > 0 && !JSON_TYPE.test(req.header("content-type") ?? "")) {
    const type = JSON.stringify(req.header("content-type")?.slice(0, 100) ?? "");
    throw new SkerryError("BODY_TYPE", `The body has the type ${type}; send it as application/json.`);
  }
  return checkInput(schema, parseJsonBody(bytes));
}

/** Checks the query string. @throws SkerryError `INPUT_INVALID`. */
export function readQuery<Schema extends z.ZodType>({ req }: Context, schema: Schema): z.output<Schema> {
  return checkInput(schema, Object.fromEntries(new URL(req.url).searchParams));
}

/** @throws SkerryError `INPUT_INVALID` that lists up to 50 places. */
export function checkInput<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value, { error: wordRefusal });
  if (result.success) return result.data;
  const details = result.error.issues.flatMap(describeIssue).slice(0, MAX_DETAILS);
  const [first] = details;
  const place = first === undefined || first.path === "" ? "" : `${first.path}: `;
  throw new SkerryError("INPUT_INVALID", `${place}${first?.message ?? "not valid"}`, { details });
}

/** Of fields that do not exist here each is named by its own path. */
function describeIssue(issue: z.core.$ZodIssue): ErrorDetail[] {
  const { path, message } = issue;
  if (issue.code === "invalid_union") return describeUnion(issue);
  if (issue.code !== "unrecognized_keys") return [{ path: z.core.toDotPath(path), message }];
  return issue.keys.map((key) => ({
    path: z.core.toDotPath([...path, key]).slice(0, MAX_PATH),
    message: "is not known here; leave it out",
  }));
}

/** Of several shapes the one is meant that a value has from the outside; without such a one the value is no shape. */
function describeUnion({ path, message, errors }: z.core.$ZodIssueInvalidUnion): ErrorDetail[] {
  const meant = errors.find((issues) =>
    issues.every(({ code, path: within }) => code !== "invalid_type" || within.length > 0),
  );
  if (meant === undefined) return [{ path: z.core.toDotPath(path), message }];
  return meant.flatMap((issue) => describeIssue({ ...issue, path: [...path, ...issue.path] }));
}

/** Text that Postgres can keep: no NUL, no half of a surrogate pair. */
export function storableText(maxLength: number): z.ZodString {
  return z
    .string()
    .max(maxLength)
    .refine(
      (text) => !text.includes("\0") && text.isWellFormed(),
      "must not hold NUL or unpaired surrogates",
    );
}

/** A name for people: one line, not blank. */
export function displayName(maxLength: number): z.ZodString {
  return storableText(maxLength).regex(
    /^[^\p{Cc}]*[^\p{Cc}\s][^\p{Cc}]*$/u,
    "must be one line and not blank",
  );
}
