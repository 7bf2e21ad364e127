import type { JsonValue } from "@skerry/sandbox";
import { z } from "zod";

/** The longest that a caller waits. */
export const MAX_DEADLINE_MS = 15 * 60_000;

const json = z.custom<JsonValue>((value) => value !== undefined);

/** Body of `POST /scripts/{id}/call`. */
export const callInput = z.strictObject({
  input: json.default(null),
  deadlineMs: z
    .int()
    .min(1)
    .max(MAX_DEADLINE_MS)
    .optional()
    .describe("How long the caller waits, for a runner too. Default: as long as the script may take."),
});
export type CallInput = z.output<typeof callInput>;

/** What a call gives back. */
export const callAnswer = z
  .object({
    output: json,
    executionId: z.uuid().describe("The execution, which is listed soon after."),
  })
  .meta({ id: "CallAnswer" });
export type CallAnswer = Readonly<z.output<typeof callAnswer>>;
