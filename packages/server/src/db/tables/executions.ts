import type { JsonObject, JsonValue, LogLevel } from "@skerry/sandbox";
import type { ColumnType, Generated } from "kysely";
import type { CreatedAt, JsonColumn } from "./columns.ts";
import type { ExecutionTrigger, ExecutionState } from "../schema.ts";

export interface ExecutionsTable {
  tenant_id: ColumnType<string, string, never>;
  id: ColumnType<string, string, never>;
  script_id: ColumnType<string, string, never>;
  /** 0 for a draft. */
  version: ColumnType<number, number, never>;
  trigger: ColumnType<ExecutionTrigger, ExecutionTrigger, never>;
  status: ExecutionState;
  /** Kept as the text it came as: guests may write what `jsonb` refuses (`\u0000`), and key order stays. */
  input: JsonColumn<JsonValue | null>;
  output: JsonColumn<JsonValue | null>;
  /** `{ code, message, stack? }` */
  error: JsonColumn<JsonObject | null>;
  queued_ms: number | null;
  duration_ms: number | null;
  cpu_ms: number | null;
  memory_peak_bytes: number | null;
  capability_calls: number | null;
  /** The first of the capability calls, each as name, offset, duration and outcome; null for none. */
  calls: JsonColumn<JsonValue | null>;
  /** Counts from 1. */
  attempt: Generated<number>;
  /** The execution that this one repeats, which may be gone from the history. */
  replay_of: ColumnType<string | null, string | null | undefined, never>;
  /** The execution that called this one, which may be gone from the history. */
  parent_id: ColumnType<string | null, string | null | undefined, never>;
  event_id: ColumnType<string | null, string | null | undefined, never>;
  request_id: ColumnType<string | null, string | null | undefined, never>;
  /** Who asked for it, e.g. `key:0198…`. */
  actor: ColumnType<string | null, string | null | undefined, never>;
  /** The recorded trace that it belongs to. */
  trace_id: ColumnType<string | null, string | null | undefined, never>;
  /** Of the job that it is an attempt of, which ends with the last attempt. */
  job_id: ColumnType<string | null, string | null | undefined, never>;
  /** Of the order, on its first attempt alone: unique within the tenant. */
  order_key: ColumnType<string | null, string | null | undefined, never>;
  start_after: ColumnType<Date | null, Date | null | undefined, never>;
  /** `{ value, message, at }`, the last that it told. */
  progress: JsonColumn<JsonObject | null>;
  created_at: CreatedAt;
  started_at: Date | null;
  completed_at: Date | null;
}

export interface ExecutionLogsTable {
  tenant_id: ColumnType<string, string, never>;
  execution_id: ColumnType<string, string, never>;
  /** Counts from 0 within the execution. */
  seq: ColumnType<number, number, never>;
  level: ColumnType<LogLevel, LogLevel, never>;
  time: ColumnType<Date, Date, never>;
  message: ColumnType<string, string, never>;
  fields: JsonColumn<JsonObject | null>;
}

/** Many executions that are replayed or cancelled by one wish. */
export interface ExecutionBatchesTable {
  tenant_id: ColumnType<string, string, never>;
  id: ColumnType<string, string, never>;
  action: ColumnType<"replay" | "cancel", "replay" | "cancel", never>;
  /** Which executions: a filter of their list, or ids. */
  selection: JsonColumn<JsonObject>;
  actor: ColumnType<string, string, never>;
  request_id: ColumnType<string | null, string | null, never>;
  /** As counted when it was asked for. */
  total: ColumnType<number, number, never>;
  done: Generated<number>;
  refused: Generated<number>;
  /** The last execution that was taken, from the newest to the oldest. */
  position: ColumnType<string | null, never, string | null>;
  created_at: CreatedAt;
  completed_at: ColumnType<Date | null, never, Date>;
}
