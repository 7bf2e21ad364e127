import { z } from "zod";
import { SkerryError } from "../../problems/errors.ts";
import type { View } from "../../web/view.ts";
import { HTTP_METHODS } from "../path-pattern.ts";
import type { TestRequest } from "../test-request.ts";

const MAX_LINE = 8_000;
const MAX_HEADERS = 32_000;
/** What the names of fields for parameters of the path begin with; it is also how refusals name them. */
export const PARAMETER_PREFIX = "params.";

/** The fields of the form for test requests, beside one for each parameter of the path. */
export const testForm = z.looseObject({
  method: z.enum(HTTP_METHODS),
  query: z.string().max(MAX_LINE).default(""),
  headers: z.string().max(MAX_HEADERS).default(""),
  token: z.string().max(MAX_LINE).default(""),
  body: z.string().default(""),
});
export type TestForm = z.output<typeof testForm>;

/** @throws SkerryError `INPUT_INVALID` for a line of headers that is none. */
export function readTestRequest(view: View, form: TestForm): TestRequest {
  const { method, query, token, body } = form;
  const headers = readHeaders(view, form.headers);
  return {
    method,
    params: readParameters(form),
    query,
    headers: token === "" ? headers : [...headers, ["authorization", `Bearer ${token}`]],
    body,
  };
}

function readParameters(form: TestForm): Record<string, string> {
  const entries = Object.entries(form).flatMap(([name, value]) =>
    name.startsWith(PARAMETER_PREFIX) && typeof value === "string"
      ? [[name.slice(PARAMETER_PREFIX.length), value] as const]
      : [],
  );
  return Object.fromEntries(entries);
}

type Header = readonly [name: string, value: string];

function readHeaders(view: View, text: string): Header[] {
  return text.split("\n").flatMap((line, index): Header[] => {
    if (line.trim() === "") return [];
    const colon = line.indexOf(":");
    if (colon > 0) return [[line.slice(0, colon).trim(), line.slice(colon + 1).trim()]];
    const message = view.t.endpoints.headerLine(index + 1);
    throw new SkerryError("INPUT_INVALID", message, { details: [{ path: "headers", message }] });
  });
}
