import type { JsonValue } from "@skerry/sandbox";
import { z } from "zod";
import { HTTP_METHODS } from "../../../endpoints/path-pattern.ts";
import type { TrialRequest } from "../../../endpoints/trial.ts";
import { SkerryError } from "../../../problems/errors.ts";
import { checkInput, storableText } from "../../../rest/input.ts";
import { parseGuestJson } from "../../../rest/json.ts";
import type { FormFields } from "../trigger-settings-form.ts";
import type { TenantView } from "./links.ts";

type Texts = TenantView["t"]["scriptEditor"];

const MAX_TEXT = 1024 * 1024;
const MAX_HEADERS = 100;

const inputFields = z.object({ input: storableText(MAX_TEXT).default("") });

const requestFields = z.object({
  method: z.enum(HTTP_METHODS),
  path: storableText(2_000).regex(/^\/[^\s#]*$/, "must begin with / and hold no spaces"),
  headers: storableText(32_000).default(""),
  body: z.string().max(MAX_TEXT).default(""),
});

/** The input that was typed. @throws SkerryError `INPUT_INVALID`. */
export function readInput(fields: FormFields, texts: Texts): JsonValue {
  const { input } = checkInput(inputFields, fields);
  if (input.trim() === "") return null;
  const value = parseGuestJson(input);
  if (value === undefined) throw refuse("input", texts.inputInvalid);
  return value;
}

/** The request that was made up. @throws SkerryError `INPUT_INVALID`. */
export function readRequest(fields: FormFields, texts: Texts): TrialRequest {
  const { method, path, headers, body } = checkInput(requestFields, fields);
  return { method, path, headers: readHeaders(headers, texts), body: takesBody(method) ? body : "" };
}

function takesBody(method: TrialRequest["method"]): boolean {
  return method !== "GET" && method !== "HEAD";
}

function readHeaders(text: string, texts: Texts): Headers {
  const headers = new Headers();
  for (const [index, line] of text.split("\n").slice(0, MAX_HEADERS).entries()) {
    if (line.trim() === "") continue;
    const colon = line.indexOf(":");
    try {
      headers.append(line.slice(0, Math.max(colon, 0)).trim(), line.slice(colon + 1).trim());
    } catch {
      throw refuse("headers", texts.headersInvalid(index + 1));
    }
  }
  return headers;
}

function refuse(path: string, message: string): SkerryError {
  return new SkerryError("INPUT_INVALID", `${path}: ${message}`, { details: [{ path, message }] });
}
