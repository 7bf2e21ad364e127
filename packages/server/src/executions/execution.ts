import { LOG_LEVELS } from "@skerry/sandbox";
import type { JsonObject, JsonValue } from "@skerry/sandbox";
import { z } from "zod";
import { EXECUTION_STATES, EXECUTION_TRIGGERS } from "../db/schema.ts";
import { isUuid } from "../rest/ids.ts";
import { storableText } from "../rest/input.ts";
import { createPageQuery } from "../rest/paging.ts";
import { isForward, NOT_FORWARD, PERIOD } from "../rest/period.ts";
import { moment } from "../rest/route.ts";

const MAX_TIMEOUT_MS = 15 * 60_000;
/** A year and a day. */
const MAX_DELAY_MS = 366 * 24 * 60 * 60_000;
const MAX_CORRELATION = 200;

const json = z.custom<JsonValue>((value) => value !== undefined);

/** Why an execution did not complete; the stack points into the author's source. */
export const executionError = z
  .object({
    code: z.string(),
    message: z.string(),
    stack: z.string().exactOptional(),
  })
  .meta({ id: "ExecutionError" });
export type ExecutionError = Readonly<z.output<typeof executionError>>;

/** What a script tells by `ctx.progress`. */
export const executionProgress = z
  .object({
    value: z.number().describe("From 0 to 1."),
    message: z.string().nullable(),
    at: moment(),
  })
  .meta({ id: "ExecutionProgress" });
export type ExecutionProgress = Readonly<z.output<typeof executionProgress>>;

/** One run of one version. Times in ms, sizes in bytes; what is not known yet is null. */
export const execution = z
  .object({
    id: z.uuid(),
    scriptId: z.uuid(),
    version: z.int().describe("0 for a draft."),
    trigger: z.enum(EXECUTION_TRIGGERS),
    status: z.enum(EXECUTION_STATES),
    input: json.describe("For a request to an endpoint its method and path, without headers and body."),
    output: json.describe("For a request to an endpoint the response's status."),
    error: executionError.nullable(),
    queuedMs: z
      .number()
      .nullable()
      .describe("From when it might begin until a runner took it: its wait in the queue and for a runner."),
    durationMs: z.number().nullable(),
    cpuMs: z.number().nullable(),
    memoryPeakBytes: z.number().nullable(),
    capabilityCalls: z.int().nullable(),
    attempt: z.int().describe("Counts from 1."),
    jobId: z.uuid().nullable().describe("What the attempts of one queued execution have in common."),
    startAfter: moment().nullable().describe("When it may start, where that was asked for."),
    progress: executionProgress.nullable().describe("The last that it told of how far it is."),
    replayOf: z.uuid().nullable().describe("The execution that this one repeats."),
    parentId: z.uuid().nullable().describe("The execution that called this one."),
    eventId: z.string().nullable().describe("The event that it handles."),
    requestId: z
      .string()
      .nullable()
      .describe("The request that asked for it: its `X-Request-Id`, or one made up."),
    actor: z.string().nullable().describe("Who asked for it, e.g. `key:` and an id."),
    traceId: z
      .string()
      .nullable()
      .describe("The trace that it belongs to, where one is recorded: 32 hexadecimal digits."),
    createdAt: moment(),
    startedAt: moment().nullable(),
    completedAt: moment().nullable(),
  })
  .meta({ id: "Execution" });
export type Execution = Readonly<z.output<typeof execution>>;

/** When an execution called a capability, and how long that took; what was said is not kept. */
export const executionCall = z.object({
  name: z.string().describe("Of the capability; `unknown` for a name that is none."),
  offsetMs: z.number().describe("From the start."),
  durationMs: z.number().nullable().describe("Null where the execution ended before the answer."),
  code: z.string().nullable().describe("Why it was refused."),
});
export type ExecutionCall = Readonly<z.output<typeof executionCall>>;

/** One line that an execution logged. */
export const executionLog = z
  .object({
    seq: z.int().describe("Counts from 0 within the execution."),
    level: z.enum(LOG_LEVELS),
    time: moment(),
    message: z.string(),
    fields: z.custom<JsonObject | null>(),
  })
  .meta({ id: "ExecutionLog" });
export type ExecutionLog = Readonly<z.output<typeof executionLog>>;

/** The last event of a stream of logs: the execution has ended and all its lines were given. */
export const executionEnd = z.object({ status: z.enum(EXECUTION_STATES) }).meta({ id: "ExecutionEnd" });

/**
 * Body of `POST /scripts/{id}/execute`. It runs the published version unless it names one or says `draft`. `timeoutMs`
 * can only shorten the script's own `wallMs`. Without `wait`, and with `at`, it is queued.
 */
export const executeInput = z.strictObject({
  input: json.default(null),
  version: z.number().int().min(1).max(999_999_999).optional(),
  draft: z.boolean().default(false),
  wait: z.boolean().default(true),
  at: z.iso
    .datetime({ offset: true })
    .transform((text) => new Date(text))
    .refine((at) => at.getTime() < Date.now() + MAX_DELAY_MS, "must not be more than a year ahead")
    .optional()
    .describe("When it starts, up to a year ahead; then nothing is waited for."),
  trigger: z.enum(["manual", "api"]).default("api").describe("`manual` where a person asks for it."),
  timeoutMs: z.number().int().min(1).max(MAX_TIMEOUT_MS).optional(),
});
export type ExecuteInput = z.output<typeof executeInput>;

/** Body of `POST /executions/{id}/replay`: input, and version or draft, are those of the execution unless given. */
export const replayInput = executeInput.extend({ input: json.optional() });
export type ReplayInput = z.output<typeof replayInput>;

/** What executions are told apart by. */
export const executionsFilter = z.strictObject({
  script: z.string().max(100).optional(),
  status: z.enum(EXECUTION_STATES).optional(),
  trigger: z.enum(EXECUTION_TRIGGERS).optional(),
  ...PERIOD,
  attempt: z.coerce.number().int().min(1).max(1_000).optional(),
  parent: z.uuid().optional(),
  job: z.uuid().optional(),
  eventId: storableText(MAX_CORRELATION).optional(),
  requestId: storableText(MAX_CORRELATION).optional(),
});

/**
 * Query of `GET /executions`: `script` by id or name; `from` inclusive and `to` exclusive, both of `createdAt`; `parent`
 * is an execution's id, `job` what the attempts of one queued execution have in common.
 */
export const executionsQuery = z
  .strictObject({ ...createPageQuery(isUuid), ...executionsFilter.shape })
  .refine(isForward, NOT_FORWARD);
export type ExecutionsQuery = z.output<typeof executionsQuery>;

/** Query of `GET /executions/{id}/logs`. */
export const logsQuery = z.strictObject(createPageQuery((text) => /^\d{1,9}$/.test(text)));

/** The header `Last-Event-ID` of a resumed stream of logs: the number of the last line that arrived. */
export const lastEventId = z
  .string()
  .regex(/^\d{1,9}$/, "must be the id of an event of this stream")
  .transform(Number);
