import type { z } from "zod";
import { SkerryError } from "../problems/errors.ts";
import { readBody } from "../rest/body.ts";
import { checkInput } from "../rest/input.ts";

/** Scripts have up to 1 MiB, which may become three times as much when it is encoded for a form. */
const MAX_FORM_BYTES = 4 * 1024 * 1024;
const MAX_FIELDS = 1_000;
const FORM_TYPE = /^application\/x-www-form-urlencoded\s*(?:;|$)/i;

/**
 * Reads the fields of a form: size first, then schema. Browsers send CR LF for every end of a line; we keep LF.
 *
 * @throws SkerryError `BODY_LIMIT`, `BODY_TYPE` or `INPUT_INVALID`.
 */
export async function readForm<Schema extends z.ZodType>(
  request: Request,
  schema: Schema,
): Promise<z.output<Schema>> {
  const bytes = await readBody(request, MAX_FORM_BYTES);
  const type = request.headers.get("content-type") ?? "";
  if (bytes.byteLength > 0 && !FORM_TYPE.test(type)) {
    const sent = JSON.stringify(type.slice(0, 100));
    throw new SkerryError("BODY_TYPE", `The form has the type ${sent}; send it URL-encoded.`);
  }
  return checkInput(schema, readFields(new TextDecoder().decode(bytes)));
}

function readFields(text: string): Record<string, string | string[]> {
  const fields = Object.create(null) as Record<string, string | string[]>;
  let count = 0;
  for (const [name, sent] of new URLSearchParams(text)) {
    if (++count > MAX_FIELDS)
      throw new SkerryError("INPUT_INVALID", `A form has at most ${MAX_FIELDS} fields.`);
    const value = sent.replaceAll("\r\n", "\n");
    const before = fields[name];
    if (before === undefined) fields[name] = value;
    else fields[name] = [before, value].flat();
  }
  return fields;
}

/** Statuses of errors that whoever filled a form in can mend in it. */
const MENDABLE: ReadonlySet<number> = new Set([400, 409, 422]);

/** What is wrong with a form, by field; `""` is about the form as a whole. Rethrows what is not about it. */
export function formErrors(error: unknown): ReadonlyMap<string, string> {
  if (!(error instanceof SkerryError) || !MENDABLE.has(error.status)) throw error;
  const { details = [] } = error;
  if (details.length === 0) return new Map([["", error.message]]);
  return new Map(details.toReversed().map(({ path, message }) => [path, message]));
}
