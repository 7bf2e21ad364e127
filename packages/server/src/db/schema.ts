import type { JsonObject, JsonValue, LogLevel } from "@skerry/sandbox";
import type { ColumnType, Generated } from "kysely";

/**
 * The tables of the Postgres schema `skerry` as Kysely sees them. The migrations make them; a change here without
 * a migration is a mistake. Ids are UUID version 7 (RFC 9562) made by the application, so they sort by time.
 */
export interface Schema {
  tenants: TenantsTable;
  api_keys: ApiKeysTable;
  scripts: ScriptsTable;
  script_versions: ScriptVersionsTable;
  endpoint_routes: EndpointRoutesTable;
  executions: ExecutionsTable;
  execution_logs: ExecutionLogsTable;
  idempotency_keys: IdempotencyKeysTable;
}

/** Written as JSON text, read back parsed. */
type JsonColumn<Value extends JsonValue | null> = ColumnType<Value, string | Extract<Value, null>>;

/** Set once when the row is written, by the database's clock unless given. */
type CreatedAt = ColumnType<Date, Date | undefined, never>;

export const TENANT_STATUSES = ["active", "suspended"] as const;
export type TenantStatus = (typeof TENANT_STATUSES)[number];

export interface TenantsTable {
  /** Matches `^[a-z0-9][a-z0-9-]{0,62}$`. */
  id: ColumnType<string, string, never>;
  name: string;
  status: Generated<TenantStatus>;
  /** Default `default`. */
  plan: Generated<string>;
  created_at: CreatedAt;
}

export interface ApiKeysTable {
  id: ColumnType<string, string, never>;
  /** Null for an operator key. */
  tenant_id: ColumnType<string | null, string | null, never>;
  name: string;
  /** SHA-256 of the key; the key itself is not kept. */
  key_hash: ColumnType<Buffer, Buffer, never>;
  /** The readable beginning of the key, so that people can tell keys apart. */
  prefix: ColumnType<string, string, never>;
  scopes: string[];
  created_at: CreatedAt;
  expires_at: Date | null;
  last_used_at: Date | null;
  revoked_at: Date | null;
}

export const SCRIPT_TYPES = ["scheduled", "http", "event", "oneoff", "embedded"] as const;
export type ScriptType = (typeof SCRIPT_TYPES)[number];

/** `draft` never had a published version; `disabled` keeps its version but does not run. */
export const SCRIPT_STATUSES = ["draft", "active", "disabled"] as const;
export type ScriptStatus = (typeof SCRIPT_STATUSES)[number];

export interface ScriptsTable {
  tenant_id: ColumnType<string, string, never>;
  id: ColumnType<string, string, never>;
  /** Unique among the tenant's scripts that are not deleted. */
  name: string;
  type: ScriptType;
  status: ScriptStatus;
  description: Generated<string>;
  tags: Generated<string[]>;
  /** The version that runs; checked to exist when the transaction commits. */
  active_version: number | null;
  latest_version: number;
  created_at: CreatedAt;
  updated_at: Generated<Date>;
  deleted_at: Date | null;
}

export type ScriptLanguage = "js" | "ts";

/** Rows never change: the database refuses an update. */
export interface ScriptVersionsTable {
  tenant_id: ColumnType<string, string, never>;
  script_id: ColumnType<string, string, never>;
  version: ColumnType<number, number, never>;
  language: ColumnType<ScriptLanguage, ScriptLanguage, never>;
  /** As the author wrote it. */
  source: ColumnType<string, string, never>;
  /** As the runner loads it. */
  code: ColumnType<string, string, never>;
  source_map: ColumnType<string | null, string | null | undefined, never>;
  settings: ColumnType<JsonObject, string, never>;
  /** SHA-256. */
  checksum: ColumnType<Buffer, Buffer, never>;
  note: ColumnType<string, string | undefined, never>;
  author: ColumnType<string, string | undefined, never>;
  created_at: CreatedAt;
}

/** The published HTTP routes, one row per method. */
export interface EndpointRoutesTable {
  tenant_id: ColumnType<string, string, never>;
  /** Upper case. */
  method: ColumnType<string, string, never>;
  path: ColumnType<string, string, never>;
  script_id: string;
}

export const EXECUTION_TRIGGERS = ["cron", "http", "event", "manual", "api", "call"] as const;
export type ExecutionTrigger = (typeof EXECUTION_TRIGGERS)[number];

export const EXECUTION_STATES = [
  "pending",
  "running",
  "completed",
  "failed",
  "timeout",
  "cancelled",
] as const;
export type ExecutionState = (typeof EXECUTION_STATES)[number];

export interface ExecutionsTable {
  tenant_id: ColumnType<string, string, never>;
  id: ColumnType<string, string, never>;
  script_id: ColumnType<string, string, never>;
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
  /** Counts from 1. */
  attempt: Generated<number>;
  /** The execution that this one repeats, which may be gone from the history. */
  replay_of: ColumnType<string | null, string | null | undefined, never>;
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

/** Requests that carry an `Idempotency-Key`, for 24 hours. */
export interface IdempotencyKeysTable {
  /** Null for what an operator asks of the installation. */
  tenant_id: ColumnType<string | null, string | null, never>;
  /** SHA-256 of the API key's name and the idempotency key. */
  key_hash: ColumnType<Buffer, Buffer, never>;
  /** SHA-256 of method, path and body. */
  request_hash: Buffer;
  /** Names the attempt that may write the answer. */
  claim: string;
  /** An attempt that ends without an answer, because its node is lost, is over at this moment. */
  claimed_until: Date;
  /** Of the answer; null while the request is carried out. */
  status: number | null;
  /** JSON text; null for an answer without a body and for one that is not kept. */
  body: string | null;
  /** Why the answer is not kept; then a repetition gets this instead. */
  refusal: string | null;
  created_at: Generated<Date>;
}
