import { LOG_LEVELS } from "@skerry/sandbox";
import type { JsonObject, JsonValue } from "@skerry/sandbox";
import { z } from "zod";
import { EXECUTION_STATES, EXECUTION_TRIGGERS } from "../db/schema.ts";
import { isUuid } from "../rest/ids.ts";
import { createPageQuery } from "../rest/paging.ts";
import { moment } from "../rest/route.ts";

const MAX_TIMEOUT_MS = 15 * 60_000;

const json = z.custom<JsonValue>((value) => value !== undefined);

/** Why an execution did not complete; the stack points into the author's source. */
export const executionError = z.object({
  code: z.string(),
  message: z.string(),
  stack: z.string().exactOptional(),
});
export type ExecutionError = Readonly<z.output<typeof executionError>>;

/** One run of one version. Times in ms, sizes in bytes; what is not known yet is null. */
export const execution = z.object({
  id: z.uuid(),
  scriptId: z.uuid(),
  version: z.int(),
  trigger: z.enum(EXECUTION_TRIGGERS),
  status: z.enum(EXECUTION_STATES),
  input: json.describe("For a request to an endpoint its method and path, without headers and body."),
  output: json.describe("For a request to an endpoint the response's status."),
  error: executionError.nullable(),
  queuedMs: z.number().nullable(),
  durationMs: z.number().nullable(),
  cpuMs: z.number().nullable(),
  memoryPeakBytes: z.number().nullable(),
  capabilityCalls: z.int().nullable(),
  attempt: z.int().describe("Counts from 1."),
  replayOf: z.uuid().nullable().describe("The execution that this one repeats."),
  createdAt: moment(),
  startedAt: moment().nullable(),
  completedAt: moment().nullable(),
});
export type Execution = Readonly<z.output<typeof execution>>;

/** One line that an execution logged. */
export const executionLog = z.object({
  seq: z.int().describe("Counts from 0 within the execution."),
  level: z.enum(LOG_LEVELS),
  time: moment(),
  message: z.string(),
  fields: z.custom<JsonObject | null>(),
});
export type ExecutionLog = Readonly<z.output<typeof executionLog>>;

/** Body of `POST /scripts/{id}/execute`. `timeoutMs` can only shorten the script's own `wallMs`. */
export const executeInput = z.strictObject({
  input: json.default(null),
  version: z.number().int().min(1).max(999_999_999).optional(),
  wait: z.boolean().default(true),
  timeoutMs: z.number().int().min(1).max(MAX_TIMEOUT_MS).optional(),
});
export type ExecuteInput = z.output<typeof executeInput>;

/** Body of `POST /executions/{id}/replay`: input and version are those of the execution unless given. */
export const replayInput = executeInput.extend({ input: json.optional() });
export type ReplayInput = z.output<typeof replayInput>;

const bound = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

/** Query of `GET /executions`: `script` by id or name, `from` inclusive, `to` exclusive. */
export const executionsQuery = z.strictObject({
  ...createPageQuery(isUuid),
  script: z.string().max(100).optional(),
  status: z.enum(EXECUTION_STATES).optional(),
  trigger: z.enum(EXECUTION_TRIGGERS).optional(),
  from: bound.optional(),
  to: bound.optional(),
});
export type ExecutionsQuery = z.output<typeof executionsQuery>;

/** Query of `GET /executions/{id}/logs`. */
export const logsQuery = z.strictObject(createPageQuery((text) => /^\d{1,9}$/.test(text)));

/** The header `Last-Event-ID` of a resumed stream of logs: the number of the last line that arrived. */
export const lastEventId = z
  .string()
  .regex(/^\d{1,9}$/, "must be the id of an event of this stream")
  .transform(Number);
