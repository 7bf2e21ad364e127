import type { JsonObject, JsonValue, LogLevel } from "@skerry/sandbox";
import { z } from "zod";
import type { ExecutionState, ExecutionTrigger } from "../db/schema.ts";
import { isUuid } from "../rest/ids.ts";
import { createPageQuery } from "../rest/paging.ts";

/** One run of one version. Times in ms, sizes in bytes; what is not known yet is null. */
export interface Execution {
  readonly id: string;
  readonly scriptId: string;
  readonly version: number;
  readonly trigger: ExecutionTrigger;
  readonly status: ExecutionState;
  /** For a request to an endpoint its method and path, without headers and body. */
  readonly input: JsonValue;
  /** For a request to an endpoint the response's status. */
  readonly output: JsonValue;
  readonly error: ExecutionError | null;
  readonly queuedMs: number | null;
  readonly durationMs: number | null;
  readonly cpuMs: number | null;
  readonly memoryPeakBytes: number | null;
  readonly capabilityCalls: number | null;
  /** Counts from 1. */
  readonly attempt: number;
  /** The execution that this one repeats; null for one that repeats none. */
  readonly replayOf: string | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly completedAt: Date | null;
}

/** Why an execution did not complete; the stack points into the author's source. */
export interface ExecutionError {
  readonly code: string;
  readonly message: string;
  readonly stack?: string;
}

/** One line that an execution logged. */
export interface ExecutionLog {
  /** Counts from 0 within the execution. */
  readonly seq: number;
  readonly level: LogLevel;
  readonly time: Date;
  readonly message: string;
  readonly fields: JsonObject | null;
}

const MAX_TIMEOUT_MS = 15 * 60_000;

const json = z.custom<JsonValue>((value) => value !== undefined);

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

const moment = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

/** Query of `GET /executions`: `script` by id or name, `from` inclusive, `to` exclusive. */
export const executionsQuery = z.strictObject({
  ...createPageQuery(isUuid),
  script: z.string().max(100).optional(),
  status: z.enum(["pending", "running", "completed", "failed", "timeout", "cancelled"]).optional(),
  trigger: z.enum(["cron", "http", "event", "manual", "api", "call"]).optional(),
  from: moment.optional(),
  to: moment.optional(),
});
export type ExecutionsQuery = z.output<typeof executionsQuery>;

/** Query of `GET /executions/{id}/logs`. */
export const logsQuery = z.strictObject(createPageQuery((text) => /^\d{1,9}$/.test(text)));

/** The header `Last-Event-ID` of a resumed stream of logs: the number of the last line that arrived. */
export const lastEventId = z
  .string()
  .regex(/^\d{1,9}$/, "must be the id of an event of this stream")
  .transform(Number);
