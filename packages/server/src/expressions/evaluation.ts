import type { JsonValue } from "@skerry/sandbox";
import { z } from "zod";

/** As long as a template of `ctx.expressions.evaluate` may be. */
const MAX_TEMPLATE_LENGTH = 64 * 1024;
const MAX_TIMEZONE_LENGTH = 100;

const json = z.custom<JsonValue>((value) => value !== undefined);
const code = z.string().max(MAX_TEMPLATE_LENGTH);

/** Body of `POST /expressions/evaluate`. */
export const evaluateInput = z
  .strictObject({
    expression: code
      .exactOptional()
      .describe("The code of one expression. One that begins with `{{` is read as a template."),
    template: code.exactOptional().describe("A text with `{{ }}` in it."),
    data: z.record(z.string(), json).default({}).describe("What can be read, by name, such as `$json`."),
    timezone: z
      .string()
      .min(1)
      .max(MAX_TIMEZONE_LENGTH)
      .exactOptional()
      .describe("IANA name of the zone that dates without one are in. Default: the server's."),
  })
  .refine(({ expression, template }) => expression !== undefined || template !== undefined, {
    path: ["expression"],
    message: "is required, or a template instead",
  })
  .refine(({ expression, template }) => expression === undefined || template === undefined, {
    path: ["template"],
    message: "must stand alone: there is either an expression or a template",
  });
export type EvaluateInput = z.output<typeof evaluateInput>;

/** What it gave. */
export const evaluated = z
  .object({ result: json.describe("As JSON writes it; null where there is no value.") })
  .meta({ id: "Evaluated" });
export type Evaluated = Readonly<z.output<typeof evaluated>>;
