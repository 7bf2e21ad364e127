import type { JsonObject } from "@skerry/sandbox";
import { z } from "zod";
import { executionError } from "../executions/execution.ts";
import { SERVER_ERRORS } from "../problems/error-table.ts";
import type { ServerErrorCode } from "../problems/error-table.ts";
import { PROBLEM_TYPE } from "../problems/problem.ts";
import type { SchemaWriter } from "./openapi-schemas.ts";
import { errorsOf } from "./route-errors.ts";
import type { Route } from "./route.ts";

const CODES = Object.keys(SERVER_ERRORS) as [ServerErrorCode, ...ServerErrorCode[]];

const errorDetail = z
  .object({
    path: z
      .string()
      .describe("Where in the input, e.g. `settings.limits.cpuMs`; empty for the input as a whole."),
    message: z.string(),
    line: z.int().optional().describe("Counts from 1."),
    column: z.int().optional().describe("In characters, counts from 1."),
    frame: z.string().optional().describe("The author's line with a mark under the place."),
    range: z
      .object({ start: z.int(), end: z.int() })
      .optional()
      .describe("In UTF-16 code units of the text that is meant; `end` is exclusive."),
  })
  .meta({ id: "ErrorDetail" });

const refusedQuota = z
  .object({
    kind: z.string().describe("Its name, as in `GET /limits`."),
    limit: z.number(),
    used: z.number(),
    resetsAt: z.iso.datetime().nullable().describe("Null where it does not begin anew."),
  })
  .meta({ id: "RefusedQuota" });

/** Problem details by RFC 9457. */
export const problem = z
  .object({
    type: z.string().describe("A URN of the code."),
    title: z.string().describe("What the code means."),
    status: z.int(),
    code: z.enum(CODES).meta({ id: "ErrorCode", description: "Keeps its meaning for good." }),
    detail: z.string().describe("What happened, and how to mend it."),
    instance: z.string().optional().describe("Names this one occurrence, for the server's log."),
    executionId: z.string().optional().describe("The execution that failed."),
    error: executionError.optional().describe("Why the script that was called did not answer."),
    quota: refusedQuota.optional().describe("The tenant's quota that is used up."),
    errors: z.array(errorDetail).optional().describe("The places that the problem is about."),
  })
  .meta({ id: "Problem", description: "Problem details (RFC 9457)." });

/** Retrying before is of no use. */
const RETRY_AFTER = { description: "Seconds after which a retry may succeed.", schema: { type: "integer" } };
const RETRIABLE: ReadonlySet<number> = new Set([429, 503]);

/** The responses of a route to what it refuses, by status, with the codes that each can have. */
export function describeProblems(route: Route, schemas: SchemaWriter): Record<string, JsonObject> {
  const reference = schemas.write(problem, "output");
  const codesByStatus = Map.groupBy(errorsOf(route), (code) => SERVER_ERRORS[code].status);
  const responses = [...codesByStatus].map(([status, codes]): [string, JsonObject] => {
    const schema = { allOf: [reference], properties: { code: { enum: codes } } };
    const response = {
      description: codes.map((code) => `\`${code}\`: ${SERVER_ERRORS[code].title}.`).join("\n\n"),
      ...(RETRIABLE.has(status) ? { headers: { "Retry-After": RETRY_AFTER } } : {}),
      content: { [PROBLEM_TYPE]: { schema } },
    };
    return [String(status), response];
  });
  return Object.fromEntries(responses);
}
