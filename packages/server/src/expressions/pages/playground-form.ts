import { z } from "zod";
import { SkerryError } from "../../problems/errors.ts";
import { checkInput } from "../../rest/input.ts";
import { filterField } from "../../web/filter-field.ts";
import { evaluateInput } from "../evaluation.ts";
import type { EvaluateInput } from "../evaluation.ts";

export const MODES = ["template", "expression"] as const;

/** What the playground evaluates, as it stands in its form and in its address. */
export const playgroundForm = z.object({
  mode: z.enum(MODES).default("template"),
  code: z.string().default(""),
  data: z.string().default(""),
  timezone: filterField(z.string()),
});
export type PlaygroundForm = z.output<typeof playgroundForm>;

/** Longer addresses are refused by servers on the way. */
const MAX_SHARED = 6_000;

/** The form as the query of an address; undefined where it is too long for one. */
export function shareForm({
  mode,
  code,
  data,
  timezone,
}: PlaygroundForm): Record<string, string | undefined> | undefined {
  const query = { mode, code, data, timezone };
  return encodeURIComponent(code + data).length <= MAX_SHARED ? query : undefined;
}

/** What the form asks to evaluate. @throws SkerryError `INPUT_INVALID` for data that is no JSON object, or too much. */
export function readEvaluation({ mode, code, data, timezone }: PlaygroundForm): EvaluateInput {
  const zone = timezone === undefined ? {} : { timezone };
  return checkInput(evaluateInput, { [mode]: code, data: parseData(data), ...zone });
}

function parseData(text: string): unknown {
  if (text.trim() === "") return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = (error as SyntaxError).message;
    throw new SkerryError("INPUT_INVALID", `data: ${message}`, { details: [{ path: "data", message }] });
  }
}
