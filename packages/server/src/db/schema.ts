import type { JsonObject, JsonValue } from "@skerry/sandbox";
import type { ColumnType, Generated } from "kysely";
import type { AlertWindowsTable } from "./tables/alert-windows.ts";
import type { CacheEntriesTable, StorageEntriesTable } from "./tables/entries.ts";
import type {
  QuotaCountersTable,
  QuotaGrantsTable,
  QuotaNodesTable,
  UsageDaysTable,
} from "./tables/quotas.ts";
import type { VersionModulesTable } from "./tables/modules.ts";
import type { CreatedAt, JsonColumn } from "./tables/columns.ts";
import type { ExecutionBatchesTable, ExecutionLogsTable, ExecutionsTable } from "./tables/executions.ts";
import type { NodesTable } from "./tables/nodes.ts";
import type { OwnTablesTable } from "./tables/own-tables.ts";
import type { SchedulesTable } from "./tables/schedules.ts";
import type { ExposedTablesTable, ScriptAccessTable } from "./tables/script-access.ts";
import type { ServiceSchemasTable, ServiceUsesTable } from "./tables/services.ts";

/**
 * The tables of the Postgres schema `skerry` as Kysely sees them. The migrations make them; a change here without
 * a migration is a mistake. Ids are UUID version 7 (RFC 9562) made by the application, so they sort by time.
 */
export interface Schema {
  tenants: TenantsTable;
  quota_counters: QuotaCountersTable;
  quota_grants: QuotaGrantsTable;
  quota_nodes: QuotaNodesTable;
  nodes: NodesTable;
  usage_days: UsageDaysTable;
  api_keys: ApiKeysTable;
  users: UsersTable;
  sessions: SessionsTable;
  sign_in_links: SignInLinksTable;
  user_identities: UserIdentitiesTable;
  scripts: ScriptsTable;
  script_versions: ScriptVersionsTable;
  script_drafts: ScriptDraftsTable;
  version_modules: VersionModulesTable;
  own_tables: OwnTablesTable;
  script_tags: ScriptTagsTable;
  endpoint_routes: EndpointRoutesTable;
  schedules: SchedulesTable;
  executions: ExecutionsTable;
  execution_logs: ExecutionLogsTable;
  execution_batches: ExecutionBatchesTable;
  idempotency_keys: IdempotencyKeysTable;
  jobs: JobsTable;
  job_notices: JobNoticesTable;
  job_lanes: JobLanesTable;
  job_dispatch: JobDispatchTable;
  events: EventsTable;
  dead_letters: DeadLettersTable;
  event_subscription_heads: EventSubscriptionHeadsTable;
  alert_windows: AlertWindowsTable;
  audit_log: AuditLogTable;
  audit_heads: AuditHeadsTable;
  secrets: SecretsTable;
  script_access: ScriptAccessTable;
  exposed_tables: ExposedTablesTable;
  storage_entries: StorageEntriesTable;
  cache_entries: CacheEntriesTable;
  service_uses: ServiceUsesTable;
  service_schemas: ServiceSchemasTable;
}

export const TENANT_STATUSES = ["active", "suspended"] as const;
export type TenantStatus = (typeof TENANT_STATUSES)[number];

export interface TenantsTable {
  /** Matches `^[a-z0-9][a-z0-9-]{0,62}$`. */
  id: ColumnType<string, string, never>;
  name: string;
  status: Generated<TenantStatus>;
  /** Default `default`. */
  plan: Generated<string>;
  /** What the tenant has beside its plan, in the shape of a plan's `limits`. */
  limits: ColumnType<JsonObject, string | undefined, string>;
  quotas: ColumnType<JsonObject, string | undefined, string>;
  retention_days: ColumnType<number | null, number | null | undefined, number | null>;
  /** What the tenant has instead of its plan's. */
  capabilities: ColumnType<readonly string[] | null, never, readonly string[] | null>;
  grants: ColumnType<readonly string[] | null, never, readonly string[] | null>;
  http: ColumnType<JsonObject | null, never, string | null>;
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

export const USER_ROLES = ["superadmin", "admin", "developer", "viewer"] as const;
export type UserRole = (typeof USER_ROLES)[number];

/** A disabled user keeps everything but cannot sign in. */
export const USER_STATUSES = ["active", "disabled"] as const;
export type UserStatus = (typeof USER_STATUSES)[number];

export interface UsersTable {
  id: ColumnType<string, string, never>;
  /** Null for a superadmin. */
  tenant_id: ColumnType<string | null, string | null, never>;
  /** In lower case; unique within the tenant, and among superadmins. */
  email: ColumnType<string, string, never>;
  name: string;
  role: UserRole;
  status: Generated<UserStatus>;
  /** In the PHC string format; null for a user without a password. */
  password_hash: string | null;
  created_at: CreatedAt;
  updated_at: Generated<Date>;
  last_sign_in_at: ColumnType<Date | null, never, Date>;
}

export interface SessionsTable {
  id: ColumnType<string, string, never>;
  /** That of the user. */
  tenant_id: ColumnType<string | null, string | null, never>;
  user_id: ColumnType<string, string, never>;
  /** SHA-256 of the token; the token itself is not kept. */
  token_hash: ColumnType<Buffer, Buffer, never>;
  created_at: CreatedAt;
  /** Moves on with use. */
  expires_at: Date;
}

/** One-time links that sign in; a row goes when its link is used. */
export interface SignInLinksTable {
  /** SHA-256 of the token; the token itself is not kept. */
  token_hash: ColumnType<Buffer, Buffer, never>;
  /** That of the user. */
  tenant_id: ColumnType<string | null, string | null, never>;
  user_id: ColumnType<string, string, never>;
  created_at: CreatedAt;
  expires_at: ColumnType<Date, Date, never>;
}

/** What users are called by an identity provider: one subject per user and issuer, one user per subject and tenant. */
export interface UserIdentitiesTable {
  /** That of the user. */
  tenant_id: ColumnType<string | null, string | null, never>;
  user_id: ColumnType<string, string, never>;
  issuer: ColumnType<string, string, never>;
  subject: ColumnType<string, string, never>;
  created_at: CreatedAt;
}

export const SCRIPT_TYPES = ["scheduled", "http", "event", "oneoff", "embedded", "library"] as const;
export type ScriptType = (typeof SCRIPT_TYPES)[number];

/**
 * `draft` was never published; `paused` runs by hand only; `disabled` does not run; `archived` does not run, is not
 * listed unless asked for, and does not change.
 */
export const SCRIPT_STATUSES = ["draft", "active", "paused", "disabled", "archived"] as const;
export type ScriptStatus = (typeof SCRIPT_STATUSES)[number];

export interface ScriptsTable {
  tenant_id: ColumnType<string, string, never>;
  id: ColumnType<string, string, never>;
  /** Unique among the tenant's scripts that are not deleted. */
  name: string;
  /** The name in lower case, made by the database: what searches compare. */
  name_key: ColumnType<string, never, never>;
  type: ScriptType;
  status: ScriptStatus;
  description: Generated<string>;
  tags: Generated<string[]>;
  /** The version that runs; checked to exist when the transaction commits. Without one there is a draft. */
  active_version: number | null;
  /** 0 while there is none. */
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
  /** SHA-256 of source, language and settings. */
  checksum: ColumnType<Buffer, Buffer, never>;
  note: ColumnType<string, string | undefined, never>;
  author: ColumnType<string, string | undefined, never>;
  created_at: CreatedAt;
}

/** What is being written at a script and not published; at most one per script. */
export interface ScriptDraftsTable {
  tenant_id: ColumnType<string, string, never>;
  script_id: ColumnType<string, string, never>;
  language: ScriptLanguage;
  /** It need not compile. */
  source: string;
  settings: ColumnType<JsonObject, string>;
  /** SHA-256 of source, language and settings. */
  checksum: Buffer;
  /** The latest version when the draft was begun, or was last said to build upon another; 0 for none. */
  base_version: number;
  /** Counts the saves from 1. */
  revision: number;
  author: string;
  updated_at: Generated<Date>;
}

/** The tags of all scripts that are not deleted, copied by a trigger: an index finds scripts by them. */
export interface ScriptTagsTable {
  tenant_id: ColumnType<string, never, never>;
  script_id: ColumnType<string, never, never>;
  tag: ColumnType<string, never, never>;
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

export interface EventsTable {
  tenant_id: ColumnType<string, string, never>;
  id: ColumnType<string, string, never>;
  seq: ColumnType<number, never, never>;
  type: ColumnType<string, string, never>;
  payload: JsonColumn<JsonValue>;
  depth: ColumnType<number, number, never>;
  actor: ColumnType<string, string, never>;
  /** Until it was handed to its subscribers. */
  is_waiting: Generated<boolean>;
  /** Scripts whose patterns fit, and those of them whose filters kept it away. Null until it was handed out. */
  matched: ColumnType<number | null, never, number>;
  filtered: ColumnType<number | null, never, number>;
  /** Where in a trace it was published. */
  trace_context: ColumnType<string | null, string | null | undefined, never>;
  published_at: CreatedAt;
}

export interface DeadLettersTable {
  tenant_id: ColumnType<string, string, never>;
  id: ColumnType<string, string, never>;
  event_id: ColumnType<string, string, never>;
  type: ColumnType<string, string, never>;
  script_id: ColumnType<string, string, never>;
  payload: JsonColumn<JsonValue>;
  /** What `ctx.trigger` told. */
  trigger_fields: JsonColumn<JsonObject>;
  attempts: JsonColumn<JsonValue>;
  created_at: CreatedAt;
}

/** Which transaction was the last to change the subscriptions of a tenant. */
export interface EventSubscriptionHeadsTable {
  tenant_id: ColumnType<string, string, never>;
  changed_by: ColumnType<string, never, never>;
}

/** Requests that carry an `Idempotency-Key`, for 24 hours. */
export interface IdempotencyKeysTable {
  /** Null for what an operator asks of the installation. */
  tenant_id: ColumnType<string | null, string | null, never>;
  /** SHA-256 of the API key's name and the idempotency key. */
  key_hash: ColumnType<Buffer, Buffer, never>;
  /** HMAC-SHA-256 of method, path and body under the idempotency key. */
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

/** Values that scripts use and nobody reads. */
export interface SecretsTable {
  tenant_id: ColumnType<string, string, never>;
  /** Matches `^[A-Za-z][A-Za-z0-9_.-]{0,63}$`. */
  name: ColumnType<string, string, never>;
  /** Counts from 1. */
  version: number;
  /** Names the master key that the value is encrypted under. */
  key_id: string;
  /** 12 bytes. */
  nonce: Buffer;
  /** Of AES-256-GCM, with the tag of 16 bytes at its end. */
  ciphertext: Buffer;
  created_at: CreatedAt;
  updated_at: Generated<Date>;
  updated_by: string;
}

/** What was changed, by whom. Rows never change and never go, and outlive their tenant: the database sees to it. */
export interface AuditLogTable {
  /** Of the chain: a tenant's id, or `*` for what happens to the installation. */
  tenant_id: ColumnType<string, string, never>;
  /** Counts from 1 within the chain, without gaps; given by the database, as are time and hashes. */
  seq: ColumnType<number, never, never>;
  /** To the millisecond. */
  at: ColumnType<Date, never, never>;
  actor: ColumnType<string, string, never>;
  action: ColumnType<string, string, never>;
  target_type: ColumnType<string, string, never>;
  target_id: ColumnType<string, string, never>;
  target_name: ColumnType<string | null, string | null, never>;
  before: ColumnType<JsonObject | null, string | null, never>;
  after: ColumnType<JsonObject | null, string | null, never>;
  address: ColumnType<string | null, string | null, never>;
  request_id: ColumnType<string | null, string | null, never>;
  /** Hash of the row before; zeros for the first. */
  previous_hash: ColumnType<Buffer, never, never>;
  /** SHA-256 of everything above. */
  hash: ColumnType<Buffer, never, never>;
}

/** The last row of each chain. */
export interface AuditHeadsTable {
  tenant_id: ColumnType<string, never, never>;
  seq: ColumnType<number, never, never>;
  hash: ColumnType<Buffer, never, never>;
}

export const JOB_STATES = ["scheduled", "held", "ready", "running"] as const;
/** `held` is due, but its concurrency key has as many as it may. A job that has ended has no row. */
export type JobState = (typeof JOB_STATES)[number];

export interface JobsTable {
  tenant_id: ColumnType<string, string, never>;
  id: ColumnType<string, string, never>;
  /** The order of arrival. */
  seq: ColumnType<number, never, never>;
  kind: ColumnType<string, string, never>;
  /** Unique among the tenant's jobs of this kind. */
  key: ColumnType<string | null, string | null, never>;
  /** Kept as the text it came as: `jsonb` refuses `\u0000`. */
  payload: JsonColumn<JsonValue>;
  priority: ColumnType<number, number, never>;
  state: JobState;
  run_at: Date;
  concurrency_key: ColumnType<string | null, string | null, never>;
  concurrency_limit: ColumnType<number | null, number | null, never>;
  /** Whether those after it wait while it waits for its next attempt. */
  is_ordered: ColumnType<boolean, boolean | undefined, never>;
  max_attempts: ColumnType<number, number, never>;
  backoff_ms: ColumnType<number, number, never>;
  max_backoff_ms: ColumnType<number, number, never>;
  expire_ms: ColumnType<number, number, never>;
  /** Those begun, without those that were interrupted. */
  attempts: Generated<number>;
  /** One object per attempt that did not succeed. */
  failures: ColumnType<JsonObject[], string | undefined, string>;
  /** Counts all claims, and so proves which one is the latest. */
  claims: Generated<number>;
  node_id: string | null;
  lease_until: Date | null;
  is_cancelled: Generated<boolean>;
  created_at: CreatedAt;
}

/** What the next claim has to know: a tenant has jobs to run, now or at `due_at`, or a concurrency key has room. */
export interface JobNoticesTable {
  id: ColumnType<number, never, never>;
  tenant_id: ColumnType<string, string, never>;
  concurrency_key: ColumnType<string | null, string | null, never>;
  due_at: ColumnType<Date | null, Date | null, never>;
}

/** The tenants' places in the order of turns. Written by claims alone. */
export interface JobLanesTable {
  tenant_id: ColumnType<string, never, never>;
  /** Whether it may have jobs ready. */
  is_active: ColumnType<boolean, never, never>;
  /** In virtual time: how far it has come. */
  pass: ColumnType<number, never, never>;
  /** When the first of its scheduled jobs is due, or earlier. */
  due_at: ColumnType<Date | null, never, never>;
  /** Null while nobody has looked up what the tenant may have; nothing runs until then. */
  concurrency: ColumnType<number | null, never, number>;
  weight: ColumnType<number, never, number>;
  known_at: ColumnType<Date | null, never, Date>;
}

/** One row, which claims lock in turn. */
export interface JobDispatchTable {
  is_only_row: ColumnType<boolean, never, never>;
  virtual_time: ColumnType<number, never, never>;
}
