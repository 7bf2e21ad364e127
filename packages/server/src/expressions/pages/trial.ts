import { describeTemplate, ExpressionError } from "@skerry/expressions";
import type { JsonValue } from "@skerry/sandbox";
import type { Caller } from "../../auth/principal.ts";
import { SkerryError } from "../../problems/errors.ts";
import type { ErrorDetail } from "../../problems/errors.ts";
import type { ExpressionService } from "../service.ts";
import { writeTemplate } from "../service.ts";
import { readEvaluation } from "./playground-form.ts";
import type { PlaygroundForm } from "./playground-form.ts";

/** What an evaluation gave, or why it gave nothing. */
export type Trial =
  | { readonly kind: "value"; readonly value: JsonValue; readonly durationMs: number }
  | {
      readonly kind: "failure";
      readonly code: string;
      readonly message: string;
      readonly place?: ErrorDetail;
    };

const PLACE = / \(line \d+, column \d+\)$/;

/** Evaluates the form; nothing for an empty one. */
export async function tryForm(
  expressions: ExpressionService,
  caller: Caller,
  form: PlaygroundForm,
): Promise<Trial | undefined> {
  if (form.code.trim() === "") return undefined;
  try {
    const input = readEvaluation(form);
    const since = performance.now();
    const { result } = await expressions.evaluate(caller, input);
    return { kind: "value", value: result, durationMs: performance.now() - since };
  } catch (error) {
    if (!(error instanceof SkerryError)) throw error;
    const { code, message, details: [place] = [] } = error;
    // It tells of a place in what was made of an expression; the place itself is in what was typed.
    const text = place === undefined ? message : message.replace(PLACE, "");
    return { kind: "failure", code, message: text, ...(place && { place }) };
  }
}

/** The paths into the data that the code reads, as far as its text tells; none where it cannot be read. */
export function listReads({ mode, code }: PlaygroundForm): readonly string[] {
  try {
    return describeTemplate(writeTemplate({ [mode]: code })).map(({ path }) => path);
  } catch (error) {
    if (error instanceof ExpressionError) return [];
    throw error;
  }
}
