import { createHash, randomUUID, randomUUIDv7 } from "node:crypto";
import type { JsonValue } from "@skerry/sandbox";
import { openAlertWindow } from "../../src/alerts/repository.ts";
import { insertRecord } from "../../src/audit/repository.ts";
import { insertApiKey } from "../../src/auth/repository.ts";
import { insertIdentity, insertLink, insertSession } from "../../src/auth/sessions/repository.ts";
import { saveCacheEntry } from "../../src/capabilities/cache/repository.ts";
import { saveStorageEntry } from "../../src/capabilities/storage/repository.ts";
import type { Queries } from "../../src/db/tenant-scope.ts";
import { insertDeadLetter, listDeadLetters } from "../../src/events/dead-letter-repository.ts";
import { endWaiting, insertEvents } from "../../src/events/repository.ts";
import { insertRoutes } from "../../src/endpoints/repository.ts";
import { insertBatch } from "../../src/executions/batches/repository.ts";
import type { BatchRow } from "../../src/executions/batches/repository.ts";
import type { ExecutionRecord, LogEntry } from "../../src/executions/history-repository.ts";
import { saveEntries } from "../../src/executions/history-repository.ts";
import type { PendingOrder } from "../../src/executions/queued-repository.ts";
import { insertClaim } from "../../src/idempotency/repository.ts";
import type { Claim } from "../../src/idempotency/repository.ts";
import type { ClaimedJob } from "../../src/jobs/claimed-job.ts";
import type { CheckedJob } from "../../src/jobs/job.ts";
import { claimJobs, insertJobs, writeShares } from "../../src/jobs/repository.ts";
import type { BundledModule } from "../../src/modules/module.ts";
import { insertModules } from "../../src/modules/repository.ts";
import type { NodeState } from "../../src/nodes/node.ts";
import { saveNode } from "../../src/nodes/repository.ts";
import { exchangeGrants, touchNode } from "../../src/quotas/repository.ts";
import type { SchedulePlan } from "../../src/schedules/plan.ts";
import { upsertSchedule } from "../../src/schedules/repository.ts";
import type { FiredRow, ScheduleOwner } from "../../src/schedules/repository.ts";
import { upsertDraft } from "../../src/scripts/draft-repository.ts";
import { insertScript, insertVersion, updateScript } from "../../src/scripts/repository.ts";
import type { ScriptRow } from "../../src/scripts/repository.ts";
import { saveOwnTable } from "../../src/tables/repository.ts";
import type { TableDefinition } from "../../src/tables/table.ts";
import { nameTable, nameTenantSchema } from "../../src/tables/table-plan.ts";
import { saveSecret } from "../../src/secrets/repository.ts";
import { saveSchemas, saveUses } from "../../src/services/repository.ts";
import { insertTenant } from "../../src/tenants/repository.ts";
import { insertUser } from "../../src/users/repository.ts";
import type { UserRow } from "../../src/users/repository.ts";

export const NODE_STATE: NodeState = {
  role: "all",
  version: "0.0.0",
  host: "here",
  pid: 1,
  isolation: "full",
  pool: {
    spares: 0,
    leased: 0,
    starting: 0,
    waiting: 0,
    running: 0,
    warmLeases: 0,
    coldLeases: 0,
    ended: {},
  },
  runners: [],
};

/** What names the rows of a tenant that has some in every table. */
export interface TenantRows {
  readonly tenantId: string;
  readonly apiKey: { readonly id: string; readonly hash: Buffer };
  readonly user: UserRow;
  readonly sessionHash: Buffer;
  readonly linkHash: Buffer;
  readonly script: ScriptRow;
  readonly ended: ExecutionRecord;
  readonly running: ExecutionRecord;
  /** Of two attempts, of which the first failed and the second is running. */
  readonly attemptedJobId: string;
  readonly claim: Claim;
  /** Running, on a lease that has run out. */
  readonly claimedJob: ClaimedJob;
  readonly waitingJobId: string;
  readonly nodeId: string;
  readonly deadLetterId: string;
  readonly eventScriptId: string;
  readonly batch: BatchRow;
  readonly libraryId: string;
}

export const IDENTITY = { issuer: "https://provider.example", subject: "248289761001" } as const;
export const WAITING_EVENT = "waiting";
/** Id of an event that an execution handled. */
export const HANDED_OUT_EVENT = "handed-out";
export const SERVICE = "orders.refund";
export const LIBRARY = "rates";
/** Of the tenant's own tables. */
export const OWN_TABLE = "notes";
export const SECRET_NAME = "API_TOKEN";
export const STORAGE_KEY = "kept";
export const ROUTE = { method: "GET", shape: "/orders/:" } as const;
/** Longer ago than any count is kept. */
export const OLD_PERIOD = Date.UTC(2026, 0, 1);
export const DAY = "2026-01-01";
export const CONTENT = { source: "module.exports = 1;", language: "js", settings: {} } as const;

export const SCHEDULE: SchedulePlan = {
  cron: "* * * * *",
  timezone: "UTC",
  overlap: "skip",
  misfire: "once",
  jitterMs: 1_000,
  offsetMs: 500,
  retry: { attempts: 1, backoffMs: 0, maxBackoffMs: 0 },
  concurrencyLimit: null,
};

/** Makes the tenant, and at least one row of it in every table that has tenants. To be run as the platform. */
export async function insertTenantRows(queries: Queries, tenantId: string): Promise<TenantRows> {
  await insertTenant(queries, { id: tenantId, name: tenantId, plan: "default" });
  const people = await insertPeople(queries, tenantId);
  const script = await insertPublishedScript(queries, tenantId);
  const libraryId = await insertLibrary(queries, script);
  const executions = await insertExecutions(queries, script);
  await openAlertWindow(queries, createAlertWindow(script));
  await saveUses(queries, [createServiceUse(script)]);
  await saveSchemas(queries, [createServiceSchemas(SERVICE)]);
  const jobs = await insertSomeJobs(queries, tenantId);
  const events = await insertSomeEvents(queries, tenantId);
  const batch = await insertBatch(queries, tenantId, createBatch());

  const claim: Claim = { id: randomUUID(), tenantId, keyHash: hashOf(`claim of ${tenantId}`) };
  const times = { claimMs: 60_000, keepMs: 60_000 };
  await insertClaim(queries, { ...claim, requestHash: hashOf("request") }, { id: claim.id, ...times });
  await saveSecret(queries, createSecretValue(tenantId, SECRET_NAME), "user:1");
  await insertEntries(queries, tenantId);
  await makeOwnTable(queries, tenantId);
  const nodeId = randomUUID();
  await touchNode(queries, nodeId);
  await saveNode(queries, nodeId, NODE_STATE);
  await exchangeGrants(queries, nodeId, [createExchange(tenantId)], 60_000);
  await insertRecord(queries, tenantId, createRecord());
  return { tenantId, ...people, script, ...executions, ...jobs, ...events, batch, claim, nodeId, libraryId };
}

/** Of each kind one that stays and one whose time is over. */
async function insertEntries(queries: Queries, tenantId: string): Promise<void> {
  await saveStorageEntry(queries, tenantId, createStorageWrite(STORAGE_KEY), { isNew: true });
  await saveStorageEntry(queries, tenantId, { ...createStorageWrite("over"), ttlMs: -1 }, { isNew: true });
  await saveCacheEntry(queries, createCacheName(tenantId, "kept"), { json: "1", ttlMs: undefined });
  await saveCacheEntry(queries, createCacheName(tenantId, "over"), { json: "1", ttlMs: -1 });
}

export function createStorageWrite(key: string) {
  return { key, json: "1", ttlMs: undefined };
}

export function createCacheName(tenantId: string, key: string) {
  return { tenantId, id: hashOf(key), notice: "" };
}

async function insertPeople(queries: Queries, tenantId: string) {
  const apiKey = { id: randomUUIDv7(), hash: hashOf(`key of ${tenantId}`) };
  await insertApiKey(queries, createApiKey(tenantId, apiKey));
  const user = (await insertUser(queries, createUser(tenantId, "ada@example.org"))) as UserRow;
  const sessionHash = hashOf(`session of ${tenantId}`);
  const linkHash = hashOf(`link of ${tenantId}`);
  await insertSession(queries, user, sessionHash);
  await insertLink(queries, user, linkHash);
  await insertIdentity(queries, user, IDENTITY);
  return { apiKey, user, sessionHash, linkHash };
}

async function insertPublishedScript(queries: Queries, tenantId: string): Promise<ScriptRow> {
  const script = await insertScript(queries, createScript(tenantId, "orders"));
  await insertVersion(queries, createVersion(script, 1));
  await upsertDraft(queries, script, CONTENT, { baseVersion: 1, author: "user:1" });
  await insertRoutes(queries, { tenantId, scriptId: script.id }, [ROUTE]);
  await upsertSchedule(queries, { tenantId, scriptId: script.id }, SCHEDULE, new Date(OLD_PERIOD));
  return await updateScript(queries, script, { status: "active", active_version: 1, latest_version: 1 });
}

/** The script's version was compiled with an older one than is published. */
async function insertLibrary(queries: Queries, script: ScriptRow): Promise<string> {
  const library = await insertScript(queries, {
    ...createScript(script.tenant_id, LIBRARY),
    type: "library",
  });
  await insertVersion(queries, createVersion(library, 1));
  await updateScript(queries, library, { status: "active", active_version: 1, latest_version: 1 });
  const key = { tenantId: script.tenant_id, scriptId: script.id, version: 1 };
  await insertModules(queries, key, [createModule("@tenant/rates", library.id)]);
  return library.id;
}

export function createModule(specifier: string, libraryId: string): BundledModule {
  return { specifier, libraryId, version: "0", checksum: hashOf(specifier), integrity: null, bytes: 1 };
}

async function insertExecutions(queries: Queries, script: ScriptRow) {
  const ended = { ...createExecution(script, "completed"), eventId: HANDED_OUT_EVENT };
  const running = createExecution(script, "running");
  const failed = { ...createExecution(script, "completed"), error: { code: "SCRIPT_ERROR", message: "" } };
  const attemptedJobId = failed.id;
  const again = { ...createExecution(script, "running"), attempt: 2, jobId: attemptedJobId };
  const entries = [ended, running, { ...failed, jobId: attemptedJobId }, again].map((execution) => ({
    tenantId: script.tenant_id,
    executionId: execution.id,
    ended: execution,
    calls: [CALL],
    logs: [createLogEntry(0)],
    logBytes: 0,
  }));
  await saveEntries(queries, entries);
  return { ended, running, attemptedJobId };
}

const CALL = { name: "http.request", offsetMs: 1, durationMs: 2, code: null };

export function createBatch() {
  const origin = { actor: "user:1", request_id: null };
  return {
    id: randomUUIDv7(),
    action: "replay",
    selection: { status: "failed" },
    total: 1,
    ...origin,
  } as const;
}

/** A claim makes the lane, and another one gives it a job; the job that comes after leaves a notice. */
async function insertSomeJobs(queries: Queries, tenantId: string) {
  await insertJobs(queries, [createJob(tenantId)]);
  const options = { nodeId: randomUUID(), kinds: ["mail"], free: 1, reserved: 0, leaseMs: -1_000 };
  await claimJobs(queries, options);
  await writeShares(queries, new Map([[tenantId, { concurrency: 5 }]]));
  const [claimedJob] = await claimJobs(queries, options);
  const [waitingJobId] = await insertJobs(queries, [createJob(tenantId)]);
  if (claimedJob === undefined || typeof waitingJobId !== "string") throw new Error("no job was claimed");
  return { claimedJob, waitingJobId };
}

/** A script that subscribes, an event that waits, one that was handed out, and one that was not handled. */
async function insertSomeEvents(queries: Queries, tenantId: string) {
  const script = await insertScript(queries, { ...createScript(tenantId, "mails"), type: "event" });
  await insertVersion(queries, createVersion(script, 1));
  await updateScript(queries, script, { status: "active", active_version: 1, latest_version: 1 });
  const handedOut = createEvent(HANDED_OUT_EVENT);
  const origin = { actor: "user:1", depth: 0 };
  await insertEvents(queries, tenantId, [createEvent(WAITING_EVENT), handedOut], origin);
  await endWaiting(queries, tenantId, [{ id: handedOut.id, matched: 1, filtered: 0 }]);
  await insertDeadLetter(queries, createDeadLetter(script));
  const [letter] = await listDeadLetters(queries, tenantId, { limit: 1 });
  if (letter === undefined) throw new Error("no dead letter was kept");
  return { deadLetterId: letter.id, eventScriptId: script.id };
}

export function createEvent(id: string) {
  return { id, type: "order.created", payload: { order: 7 } };
}

export function createAlertWindow({ tenant_id, id }: Pick<ScriptRow, "tenant_id" | "id">) {
  return { tenantId: tenant_id, scriptId: id, channel: "webhook", windowMs: 60_000 } as const;
}

export function createDeadLetter({ tenant_id, id }: Pick<ScriptRow, "tenant_id" | "id">) {
  const event = { eventId: HANDED_OUT_EVENT, type: "order.created", payload: { order: 7 } };
  return { tenantId: tenant_id, scriptId: id, ...event, triggerFields: {}, attempts: [] };
}

export function createScript(tenantId: string, name: string) {
  return {
    tenantId,
    id: randomUUIDv7(),
    name,
    type: "http",
    status: "draft",
    description: "",
    tags: ["billing"],
    activeVersion: null,
    latestVersion: 0,
  } as const;
}

export function createVersion({ tenant_id, id }: Pick<ScriptRow, "tenant_id" | "id">, version: number) {
  const { source, language, settings } = CONTENT;
  const checksum = hashOf(source);
  const owner = { tenantId: tenant_id, scriptId: id, version };
  return {
    ...owner,
    source,
    language,
    settings,
    code: source,
    sourceMap: "",
    checksum,
    note: "",
    author: "",
  };
}

export function createApiKey(tenantId: string, { id, hash }: TenantRows["apiKey"]) {
  return { id, tenantId, name: "ci", prefix: "sk_x", hash, scopes: ["scripts.read"], expiresAt: undefined };
}

export function createUser(scope: string, email: string) {
  return { id: randomUUIDv7(), scope, email, name: "Ada", role: "admin", passwordHash: null } as const;
}

/** One that has not ended is running. */
export function createExecution(script: ScriptRow, status: "completed" | "running"): ExecutionRecord {
  const now = new Date();
  return {
    tenantId: script.tenant_id,
    id: randomUUIDv7(),
    scriptId: script.id,
    version: 1,
    trigger: "api",
    status,
    input: { order: 7 } satisfies JsonValue,
    output: null,
    error: null,
    queuedMs: 0,
    durationMs: 1,
    cpuMs: 1,
    memoryPeakBytes: 1,
    capabilityCalls: 0,
    attempt: 1,
    replayOf: null,
    parentId: null,
    eventId: null,
    requestId: null,
    actor: null,
    traceId: null,
    jobId: null,
    startAfter: null,
    progress: null,
    createdAt: now,
    startedAt: now,
    completedAt: status === "completed" ? now : null,
  };
}

export function createPendingOrder({ tenant_id: tenantId, id: scriptId }: ScriptRow): PendingOrder {
  return { id: randomUUIDv7(), tenantId, scriptId, trigger: "api", input: null, keptInput: "null" };
}

export function createLogEntry(seq: number): LogEntry {
  return { seq, level: "info", time: Date.now(), message: "hello", fieldsJson: null };
}

export function createJob(tenantId: string): CheckedJob {
  const retry = { attempts: 3, backoffMs: 0, maxBackoffMs: 0 };
  return { tenantId, kind: "mail", payload: "{}", retry, expireMs: 1_000 };
}

export function createFiring(owner: ScheduleOwner): FiredRow {
  const last = { lastTickAt: new Date(), lastExecutionId: randomUUIDv7(), misfiredAt: null };
  return { ...owner, nextRunAt: null, caughtUp: 0, skipped: 1, ...last };
}

export function createSecretValue(tenantId: string, name: string) {
  return { tenantId, name, keyId: "key", nonce: Buffer.alloc(12), ciphertext: Buffer.alloc(20) };
}

export function createServiceUse({ tenant_id, id }: Pick<ScriptRow, "tenant_id" | "id">) {
  return { tenantId: tenant_id, scriptId: id, service: SERVICE, calls: 1, lastUsedAt: Date.now() };
}

export function createServiceSchemas(service: string) {
  return { service, checksum: hashOf("schemas"), input: {}, output: { type: "null" } };
}

/** Spends one and takes one more. */
export function createExchange(tenantId: string) {
  const amounts = { spent: 1, returned: 0, inUse: 1, needed: 1, ceiling: 100 };
  return { tenantId, kind: "requestsPerMinute", period: OLD_PERIOD, day: DAY, ...amounts };
}

export function createRecord() {
  const target = { targetType: "script", targetId: "1", targetName: "orders" };
  const rest = { before: null, after: null, address: null, requestId: null };
  return { actor: "user:1", action: "script.published", ...target, ...rest };
}

export function hashOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

export const OWN_TABLE_DEFINITION: TableDefinition = {
  columns: [{ name: "note", type: "text", nullable: false }],
  primaryKey: ["note"],
  unique: [],
  indexes: [],
};

/** With a row that was not counted. */
async function makeOwnTable(queries: Queries, tenantId: string): Promise<void> {
  const target = nameTable(tenantId, OWN_TABLE);
  await saveOwnTable(queries, { tenantId, name: OWN_TABLE, definition: OWN_TABLE_DEFINITION }, [
    `create schema "${nameTenantSchema(tenantId)}"`,
    `create table ${target} (note text)`,
    `insert into ${target} values ('${tenantId}')`,
  ]);
}
