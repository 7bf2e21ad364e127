import { randomUUID, randomUUIDv7 } from "node:crypto";
import * as alerts from "../../src/alerts/repository.ts";
import * as audit from "../../src/audit/repository.ts";
import * as apiKeys from "../../src/auth/repository.ts";
import * as sessions from "../../src/auth/sessions/repository.ts";
import * as cache from "../../src/capabilities/cache/repository.ts";
import * as storage from "../../src/capabilities/storage/repository.ts";
import type { Queries } from "../../src/db/tenant-scope.ts";
import * as deadLetters from "../../src/events/dead-letter-repository.ts";
import * as events from "../../src/events/repository.ts";
import * as subscriptions from "../../src/events/subscription-repository.ts";
import * as endpoints from "../../src/endpoints/repository.ts";
import { LOST } from "../../src/executions/queued-attempt.ts";
import * as history from "../../src/executions/history-repository.ts";
import * as queued from "../../src/executions/queued-repository.ts";
import * as executions from "../../src/executions/repository.ts";
import * as idempotency from "../../src/idempotency/repository.ts";
import * as jobs from "../../src/jobs/repository.ts";
import * as modules from "../../src/modules/repository.ts";
import * as plans from "../../src/plans/repository.ts";
import * as quotas from "../../src/quotas/repository.ts";
import * as schedules from "../../src/schedules/repository.ts";
import * as drafts from "../../src/scripts/draft-repository.ts";
import * as scripts from "../../src/scripts/repository.ts";
import * as secrets from "../../src/secrets/repository.ts";
import * as services from "../../src/services/repository.ts";
import * as ownTables from "../../src/tables/repository.ts";
import * as tenants from "../../src/tenants/repository.ts";
import * as transfer from "../../src/transfer/repository.ts";
import * as users from "../../src/users/repository.ts";
import * as rows from "./tenant-rows.ts";
import type { TenantRows } from "./tenant-rows.ts";

/** Runs one function of a repository with arguments that name the tenant of these rows. */
export type RepositoryCall = (queries: Queries, named: TenantRows) => unknown;

/** One call for each function of a module that asks the database. */
type CallsOf<Module> = {
  readonly [
    Name in keyof Module as Module[Name] extends (queries: Queries, ...rest: never[]) => unknown
      ? Name
      : never
  ]: RepositoryCall;
};

const PAGE = { limit: 10 };
const SOON = new Date(Date.now() + 3_600_000);
const LAST_ID = "ffffffff-ffff-7fff-bfff-ffffffffffff";
const CLAIM_TIMES = { claimMs: 60_000, keepMs: 60_000 };

const ALERTS = {
  findFailedProgram: (queries, { tenantId, ended }) => alerts.findFailedProgram(queries, tenantId, ended.id),
  openAlertWindow: (queries, { script }) => alerts.openAlertWindow(queries, rows.createAlertWindow(script)),
} satisfies CallsOf<typeof alerts>;

const AUDIT = {
  insertRecord: (queries, { tenantId }) => audit.insertRecord(queries, tenantId, rows.createRecord()),
  listRecords: (queries, { tenantId }) =>
    audit.listRecords(queries, tenantId, { ...PAGE, sinceTenantExists: false }),
  findHead: (queries, { tenantId }) => audit.findHead(queries, tenantId),
} satisfies CallsOf<typeof audit>;

const API_KEYS = {
  insertApiKey: (queries, { tenantId }) =>
    apiKeys.insertApiKey(
      queries,
      rows.createApiKey(tenantId, { id: randomUUIDv7(), hash: rows.hashOf("new") }),
    ),
  useApiKey: (queries, { apiKey }) => apiKeys.useApiKey(queries, apiKey.hash),
  listApiKeys: (queries, { tenantId }) => apiKeys.listApiKeys(queries, tenantId, PAGE),
  revokeApiKey: (queries, { tenantId, apiKey }) => apiKeys.revokeApiKey(queries, tenantId, apiKey.id),
} satisfies CallsOf<typeof apiKeys>;

const SESSIONS = {
  insertSession: (queries, { user }) => sessions.insertSession(queries, user, rows.hashOf("new")),
  useSession: (queries, { sessionHash }) => sessions.useSession(queries, sessionHash),
  deleteSession: (queries, { user, sessionHash }) => sessions.deleteSession(queries, user, sessionHash),
  deleteAccess: (queries, { user }) => sessions.deleteAccess(queries, user),
  insertLink: (queries, { user }) => sessions.insertLink(queries, user, rows.hashOf("new")),
  findLinkOwner: (queries, { linkHash }) => sessions.findLinkOwner(queries, linkHash),
  takeLink: (queries, { linkHash }) => sessions.takeLink(queries, linkHash),
  findIdentity: (queries, { tenantId }) => sessions.findIdentity(queries, tenantId, rows.IDENTITY),
  insertIdentity: (queries, { user }) =>
    sessions.insertIdentity(queries, user, { issuer: "https://other.example", subject: "1" }),
} satisfies CallsOf<typeof sessions>;

const CACHE = {
  readCacheEntry: (queries, { tenantId }) =>
    cache.readCacheEntry(queries, rows.createCacheName(tenantId, "kept")),
  saveCacheEntry: (queries, { tenantId }) =>
    cache.saveCacheEntry(queries, rows.createCacheName(tenantId, "new"), { json: "2", ttlMs: 1_000 }),
  deleteCacheEntry: (queries, { tenantId }) =>
    cache.deleteCacheEntry(queries, rows.createCacheName(tenantId, "kept")),
  incrementCacheEntry: (queries, { tenantId }) =>
    cache.incrementCacheEntry(queries, rows.createCacheName(tenantId, "kept"), { by: 1, ttlMs: undefined }),
  evictCacheEntries: (queries, { tenantId }) =>
    cache.evictCacheEntries(queries, tenantId, { entries: 1, bytes: Number.MAX_SAFE_INTEGER }),
  deleteExpiredCacheEntries: (queries) => cache.deleteExpiredCacheEntries(queries, 10),
} satisfies CallsOf<typeof cache>;

const STORAGE = {
  findStorageEntry: (queries, { tenantId }) => storage.findStorageEntry(queries, tenantId, rows.STORAGE_KEY),
  hasStorageEntry: (queries, { tenantId }) => storage.hasStorageEntry(queries, tenantId, rows.STORAGE_KEY),
  listStorageEntries: (queries, { tenantId }) =>
    storage.listStorageEntries(queries, tenantId, { prefix: "", end: null, after: "", limit: 10 }),
  saveStorageEntry: (queries, { tenantId }) =>
    storage.saveStorageEntry(queries, tenantId, rows.createStorageWrite("new"), { isNew: false }),
  replaceStorageEntry: async (queries, { tenantId }) => {
    const held = await storage.findStorageEntry(queries, tenantId, rows.STORAGE_KEY);
    const write = { ...rows.createStorageWrite(rows.STORAGE_KEY), json: "2" };
    return await storage.replaceStorageEntry(queries, tenantId, write, held?.version ?? 0);
  },
  deleteStorageEntry: (queries, { tenantId }) =>
    storage.deleteStorageEntry(queries, tenantId, rows.STORAGE_KEY, undefined),
  incrementStorageEntry: (queries, { tenantId }) =>
    storage.incrementStorageEntry(queries, tenantId, rows.STORAGE_KEY, { by: 1, ttlMs: undefined }),
  deleteExpiredStorageEntries: (queries) => storage.deleteExpiredStorageEntries(queries, 10),
} satisfies CallsOf<typeof storage>;

const ENDPOINTS = {
  deleteRoutes: (queries, { tenantId, script }) =>
    endpoints.deleteRoutes(queries, { tenantId, scriptId: script.id }),
  insertRoutes: (queries, { tenantId, script }) =>
    endpoints.insertRoutes(queries, { tenantId, scriptId: script.id }, [{ method: "PUT", shape: "/" }]),
  findTakenRoute: (queries, { tenantId }) =>
    endpoints.findTakenRoute(queries, { tenantId, scriptId: randomUUIDv7() }, [rows.ROUTE]),
  findTenantStatus: (queries, { tenantId }) => endpoints.findTenantStatus(queries, tenantId),
  listEndpoints: (queries, { tenantId }) => endpoints.listEndpoints(queries, tenantId),
} satisfies CallsOf<typeof endpoints>;

const EVENTS = {
  insertEvents: (queries, { tenantId }) =>
    events.insertEvents(queries, tenantId, [rows.createEvent("new")], { actor: "user:1", depth: 0 }),
  findEvent: (queries, { tenantId }) => events.findEvent(queries, tenantId, rows.WAITING_EVENT),
  listEvents: (queries, { tenantId }) => events.listEvents(queries, tenantId, PAGE),
  listWaitingEvents: (queries, { tenantId }) => events.listWaitingEvents(queries, tenantId, 10),
  readPayloads: (queries, { tenantId }) =>
    events.readPayloads(queries, tenantId, [rows.WAITING_EVENT], Infinity),
  endWaiting: (queries, { tenantId }) =>
    events.endWaiting(queries, tenantId, [{ id: rows.WAITING_EVENT, matched: 1, filtered: 0 }]),
  listWaitingTenants: (queries) => events.listWaitingTenants(queries, 10),
  deleteOldEvents: (queries, { tenantId }) =>
    events.deleteOldEvents(queries, tenantId, { before: SOON, limit: 10 }),
} satisfies CallsOf<typeof events>;

const SUBSCRIPTIONS = {
  findSubscriptionHead: (queries, { tenantId }) => subscriptions.findSubscriptionHead(queries, tenantId),
  listSubscriptions: (queries, { tenantId }) => subscriptions.listSubscriptions(queries, tenantId),
  listEventScripts: (queries, { tenantId, script }) =>
    subscriptions.listEventScripts(queries, tenantId, [script.id]),
} satisfies CallsOf<typeof subscriptions>;

const DEAD_LETTERS = {
  insertDeadLetter: (queries, { script }) =>
    deadLetters.insertDeadLetter(queries, rows.createDeadLetter(script)),
  listDeadLetters: (queries, { tenantId }) => deadLetters.listDeadLetters(queries, tenantId, PAGE),
  findDeadLetter: (queries, { tenantId, deadLetterId }) =>
    deadLetters.findDeadLetter(queries, tenantId, deadLetterId),
  lockDeadLetters: (queries, { tenantId }) => deadLetters.lockDeadLetters(queries, tenantId, {}, 10),
  deleteDeadLetters: (queries, { tenantId, deadLetterId }) =>
    deadLetters.deleteDeadLetters(queries, tenantId, [deadLetterId]),
  deleteOldDeadLetters: (queries, { tenantId }) =>
    deadLetters.deleteOldDeadLetters(queries, tenantId, { before: SOON, limit: 10 }),
} satisfies CallsOf<typeof deadLetters>;

const HISTORY = {
  insertBegun: (queries, { script }) =>
    history.insertBegun(queries, [rows.createExecution(script, "running")]),
  saveEntries: (queries, { tenantId, running }) =>
    history.saveEntries(queries, [
      { tenantId, executionId: running.id, ended: undefined, logs: [rows.createLogEntry(1)], logBytes: 0 },
    ]),
} satisfies CallsOf<typeof history>;

const EXECUTIONS = {
  findExecution: (queries, { tenantId, ended }) => executions.findExecution(queries, tenantId, ended.id),
  findStanding: (queries, { tenantId, ended }) => executions.findStanding(queries, tenantId, ended.id),
  listExecutions: (queries, { tenantId }) =>
    executions.listExecutions(queries, tenantId, { ...PAGE, scriptId: undefined }),
  selectExecutions: (queries, { tenantId }) =>
    executions.selectExecutions(queries, tenantId, { ...PAGE, scriptId: undefined }).execute(),
  listLogs: (queries, { tenantId, ended }) => executions.listLogs(queries, tenantId, ended.id, PAGE),
  failRunning: (queries) => executions.failRunning(queries, { code: "NODE_LOST", message: "" }, SOON),
  deleteEnded: (queries, { tenantId }) =>
    executions.deleteEnded(queries, tenantId, { before: LAST_ID, limit: 10 }),
} satisfies CallsOf<typeof executions>;

const QUEUED = {
  insertPending: (queries, { script }) => queued.insertPending(queries, [rows.createPendingOrder(script)]),
  endOpenAttempts: (queries, { tenantId, attemptedJobId: jobId }) =>
    queued.endOpenAttempts(queries, { tenantId, jobId, attempt: 2 }, LOST),
  findOpenAttempt: (queries, { tenantId, attemptedJobId: jobId }) =>
    queued.findOpenAttempt(queries, { tenantId, jobId, attempt: 2 }),
  listFailedAttempts: (queries, { tenantId, attemptedJobId: jobId }) =>
    queued.listFailedAttempts(queries, tenantId, jobId),
} satisfies CallsOf<typeof queued>;

const IDEMPOTENCY = {
  insertClaim: (queries, { tenantId }) => {
    const request = { tenantId, keyHash: rows.hashOf("new"), requestHash: rows.hashOf("request") };
    return idempotency.insertClaim(queries, request, { id: randomUUID(), ...CLAIM_TIMES });
  },
  findRequest: (queries, { claim }) =>
    idempotency.findRequest(queries, { ...claim, requestHash: rows.hashOf("request") }),
  renewClaim: (queries, { claim }) => idempotency.renewClaim(queries, claim, 120_000),
  saveAnswer: (queries, { claim }) =>
    idempotency.saveAnswer(queries, claim, { status: 200, body: "{}", refusal: null }),
  deleteClaim: (queries, { claim }) => idempotency.deleteClaim(queries, claim),
  deleteExpired: (queries) => idempotency.deleteExpired(queries, -60_000, 10),
} satisfies CallsOf<typeof idempotency>;

const JOBS = {
  insertJobs: (queries, { tenantId }) => jobs.insertJobs(queries, [rows.createJob(tenantId)]),
  claimJobs: (queries, { nodeId }) =>
    jobs.claimJobs(queries, { nodeId, kinds: ["mail"], free: 1, reserved: 0, leaseMs: 1_000 }),
  readOutlook: (queries) => jobs.readOutlook(queries, -1),
  writeShares: (queries, { tenantId }) =>
    jobs.writeShares(queries, new Map([[tenantId, { concurrency: 9 }]])),
  completeJobs: (queries, { claimedJob }) => jobs.completeJobs(queries, [claimedJob], true),
  putOffJob: (queries, { claimedJob }) => jobs.putOffJob(queries, claimedJob, [], 0, { ifLapsed: true }),
  endJob: (queries, { claimedJob }) => jobs.endJob(queries, claimedJob, { ifLapsed: true }),
  postponeJob: (queries, { claimedJob }) => jobs.postponeJob(queries, claimedJob, 0),
  releaseJob: (queries, { claimedJob }) => jobs.releaseJob(queries, claimedJob),
  renewLeases: (queries, { claimedJob }) => jobs.renewLeases(queries, [claimedJob], 1_000),
  listLapsedJobs: (queries) => jobs.listLapsedJobs(queries, 10),
  cancelJob: (queries, { tenantId, waitingJobId }) => jobs.cancelJob(queries, tenantId, waitingJobId),
  countJobs: (queries) => jobs.countJobs(queries),
} satisfies CallsOf<typeof jobs>;

const PLANS = {
  notifyTermsChanged: (queries, { tenantId }) => plans.notifyTermsChanged(queries, tenantId),
  findTenantTerms: (queries, { tenantId }) => plans.findTenantTerms(queries, tenantId),
} satisfies CallsOf<typeof plans>;

const QUOTAS = {
  exchangeGrants: (queries, { tenantId, nodeId }) =>
    quotas.exchangeGrants(queries, nodeId, [rows.createExchange(tenantId)], 60_000),
  announceRecall: (queries, { tenantId, nodeId }) =>
    quotas.announceRecall(queries, nodeId, tenantId, "requestsPerMinute"),
  touchNode: (queries, { nodeId }) => quotas.touchNode(queries, nodeId),
  deleteNode: (queries, { nodeId }) => quotas.deleteNode(queries, nodeId),
  deleteOldCounts: (queries) => quotas.deleteOldCounts(queries, ["requestsPerMinute"]),
  listUse: (queries, { tenantId }) => quotas.listUse(queries, tenantId, [new Date(rows.OLD_PERIOD)]),
  addStoredBytes: (queries, { tenantId }) => quotas.addStoredBytes(queries, tenantId, -1),
  readStoredBytes: (queries, { tenantId }) => quotas.readStoredBytes(queries, tenantId),
  listUsageDays: (queries, { tenantId }) => quotas.listUsageDays(queries, tenantId, rows.DAY, rows.DAY),
} satisfies CallsOf<typeof quotas>;

const DRAFTS = {
  findDraft: (queries, { script }) => drafts.findDraft(queries, script),
  findDraftRevision: (queries, { script }) => drafts.findDraftRevision(queries, script),
  upsertDraft: (queries, { script }) =>
    drafts.upsertDraft(queries, script, rows.CONTENT, { baseVersion: 1, author: "user:2" }),
  deleteDraft: (queries, { script }) => drafts.deleteDraft(queries, script),
} satisfies CallsOf<typeof drafts>;

const SCRIPTS = {
  insertScript: (queries, { tenantId }) =>
    scripts.insertScript(queries, rows.createScript(tenantId, "another")),
  insertVersion: (queries, { script }) => scripts.insertVersion(queries, rows.createVersion(script, 2)),
  findScript: (queries, { tenantId, script }) =>
    scripts.findScript(queries, tenantId, script.name, { lock: true }),
  listScripts: (queries, { tenantId }) => scripts.listScripts(queries, tenantId, PAGE),
  selectScripts: (queries, { tenantId }) =>
    scripts.selectScripts(queries, tenantId, { ...PAGE, tag: "billing" }).execute(),
  updateScript: (queries, { script }) => scripts.updateScript(queries, script, { description: "taken" }),
  findVersion: (queries, { tenantId, script }) =>
    scripts.findVersion(queries, { tenantId, scriptId: script.id, version: 1 }),
  listVersions: (queries, { script }) => scripts.listVersions(queries, script, PAGE),
  findProgram: (queries, { tenantId, script }) =>
    scripts.findProgram(queries, { tenantId, scriptId: script.id, version: 1 }),
} satisfies CallsOf<typeof scripts>;

const MODULES = {
  findLibraries: (queries, { tenantId }) => modules.findLibraries(queries, tenantId, [rows.LIBRARY]),
  listLibraries: (queries, { tenantId }) => modules.listLibraries(queries, tenantId, PAGE),
  insertModules: (queries, { tenantId, script, libraryId }) =>
    modules.insertModules(queries, { tenantId, scriptId: script.id, version: 1 }, [
      rows.createModule("@tenant/another", libraryId),
    ]),
  listModules: (queries, { tenantId, script }) =>
    modules.listModules(queries, { tenantId, scriptId: script.id, version: 1 }),
  listOutdatedDependants: (queries, { tenantId, libraryId }) =>
    modules.listOutdatedDependants(queries, tenantId, libraryId, 10),
} satisfies CallsOf<typeof modules>;

const SCHEDULES = {
  upsertSchedule: (queries, { tenantId, script }) =>
    schedules.upsertSchedule(
      queries,
      { tenantId, scriptId: script.id },
      { ...rows.SCHEDULE, cron: "@daily" },
      SOON,
    ),
  deleteSchedule: (queries, { tenantId, script }) =>
    schedules.deleteSchedule(queries, { tenantId, scriptId: script.id }),
  claimDueSchedules: (queries) => schedules.claimDueSchedules(queries, SOON, 10),
  saveFirings: (queries, { tenantId, script }) =>
    schedules.saveFirings(queries, [rows.createFiring({ tenantId, scriptId: script.id })]),
  findNextDueMs: (queries) => schedules.findNextDueMs(queries),
  selectNextDue: (queries) => schedules.selectNextDue(queries).execute(),
  listSchedules: (queries, { tenantId }) => schedules.listSchedules(queries, tenantId, PAGE),
} satisfies CallsOf<typeof schedules>;

const SECRETS = {
  listSecrets: (queries, { tenantId }) => secrets.listSecrets(queries, tenantId, PAGE),
  findSecret: (queries, { tenantId }) => secrets.findSecret(queries, tenantId, rows.SECRET_NAME),
  lockSecrets: (queries, { tenantId }) => secrets.lockSecrets(queries, tenantId),
  measureSecrets: (queries, { tenantId }) => secrets.measureSecrets(queries, tenantId),
  saveSecret: (queries, { tenantId }) =>
    secrets.saveSecret(queries, rows.createSecretValue(tenantId, rows.SECRET_NAME), "user:2"),
  deleteSecret: (queries, { tenantId }) => secrets.deleteSecret(queries, tenantId, rows.SECRET_NAME),
  loadSecrets: (queries, { tenantId }) => secrets.loadSecrets(queries, tenantId),
  countByKey: (queries) => secrets.countByKey(queries),
  lockOutdated: (queries) =>
    secrets.lockOutdated(queries, { keyId: "next", after: { tenantId: "", name: "" }, limit: 10 }),
  replaceCiphertext: (queries, { tenantId }) =>
    secrets.replaceCiphertext(queries, {
      ...rows.createSecretValue(tenantId, rows.SECRET_NAME),
      keyId: "next",
    }),
} satisfies CallsOf<typeof secrets>;

const SERVICES = {
  saveUses: (queries, { script }) => services.saveUses(queries, [rows.createServiceUse(script)]),
  sumUses: (queries) => services.sumUses(queries),
  listUses: (queries, { tenantId }) => services.listUses(queries, tenantId, 10),
  listAffectedScripts: (queries) =>
    services.listAffectedScripts(queries, { ...PAGE, service: "none", since: SOON, pattern: "module" }),
  saveSchemas: (queries) => services.saveSchemas(queries, [rows.createServiceSchemas("new")]),
  findEarlierSchemas: (queries) =>
    services.findEarlierSchemas(queries, { service: rows.SERVICE, checksum: rows.hashOf("other") }),
} satisfies CallsOf<typeof services>;

const TENANTS = {
  insertTenant: (queries) => tenants.insertTenant(queries, { id: "third", name: "third", plan: "default" }),
  findTenant: (queries, { tenantId }) => tenants.findTenant(queries, tenantId),
  lockTenant: (queries, { tenantId }) => tenants.lockTenant(queries, tenantId),
  listTenants: (queries) => tenants.listTenants(queries, PAGE),
  countTenants: (queries) => tenants.countTenants(queries),
  updateTenant: (queries, { tenantId }) => {
    const values = { name: "taken", status: "suspended", plan: "large", retention_days: 1 } as const;
    const overrides = { limits: {}, quotas: {}, capabilities: [], grants: ["*"], http: null };
    return tenants.updateTenant(queries, tenantId, { ...values, ...overrides });
  },
  deleteTenant: (queries, { tenantId }) => tenants.deleteTenant(queries, tenantId),
} satisfies CallsOf<typeof tenants>;

const TRANSFER = {
  findPresentScripts: (queries, { tenantId }) =>
    transfer.findPresentScripts(queries, tenantId, undefined, { lock: true }),
  measureScripts: (queries, { tenantId }) => transfer.measureScripts(queries, tenantId, true),
  listAllScripts: (queries, { tenantId }) => transfer.listAllScripts(queries, tenantId),
  listContents: (queries, { tenantId }) => transfer.listContents(queries, tenantId, true),
  listDrafts: (queries, { tenantId }) => transfer.listDrafts(queries, tenantId),
} satisfies CallsOf<typeof transfer>;

const USERS = {
  insertUser: (queries, { tenantId }) =>
    users.insertUser(queries, rows.createUser(tenantId, "eve@example.org")),
  findUser: (queries, { tenantId, user }) => users.findUser(queries, tenantId, user.id, { lock: true }),
  findUserByEmail: (queries, { tenantId, user }) => users.findUserByEmail(queries, tenantId, user.email),
  listUsers: (queries, { tenantId }) => users.listUsers(queries, tenantId, PAGE),
  lockAdmins: (queries, { tenantId }) => users.lockAdmins(queries, tenantId),
  updateUser: (queries, { user }) =>
    users.updateUser(queries, user, { name: "Eve", role: "viewer", status: "disabled", password_hash: null }),
  noteSignIn: (queries, { user }) => users.noteSignIn(queries, user),
  deleteUser: (queries, { user }) => users.deleteUser(queries, user),
} satisfies CallsOf<typeof users>;

const OWN_TABLES = {
  listOwnTables: (queries, { tenantId }) => ownTables.listOwnTables(queries, tenantId, PAGE),
  findOwnTable: (queries, { tenantId }) => ownTables.findOwnTable(queries, tenantId, rows.OWN_TABLE),
  lockOwnTables: (queries, { tenantId }) => ownTables.lockOwnTables(queries, tenantId),
  saveOwnTable: (queries, { tenantId }) =>
    ownTables.saveOwnTable(queries, { tenantId, name: "more", definition: rows.OWN_TABLE_DEFINITION }, []),
  recountOwnTable: (queries, { tenantId }) => ownTables.recountOwnTable(queries, tenantId, rows.OWN_TABLE),
  dropOwnTable: (queries, { tenantId }) => ownTables.dropOwnTable(queries, tenantId, rows.OWN_TABLE),
  dropTenantSchema: (queries, { tenantId }) => ownTables.dropTenantSchema(queries, tenantId),
} satisfies CallsOf<typeof ownTables>;

/** By the file under `src` and the name of the function. */
export const REPOSITORY_CALLS: Readonly<Record<string, Readonly<Record<string, RepositoryCall>>>> = {
  "alerts/repository.ts": ALERTS,
  "audit/repository.ts": AUDIT,
  "auth/repository.ts": API_KEYS,
  "auth/sessions/repository.ts": SESSIONS,
  "capabilities/cache/repository.ts": CACHE,
  "capabilities/storage/repository.ts": STORAGE,
  "endpoints/repository.ts": ENDPOINTS,
  "events/dead-letter-repository.ts": DEAD_LETTERS,
  "events/repository.ts": EVENTS,
  "events/subscription-repository.ts": SUBSCRIPTIONS,
  "executions/history-repository.ts": HISTORY,
  "executions/queued-repository.ts": QUEUED,
  "executions/repository.ts": EXECUTIONS,
  "idempotency/repository.ts": IDEMPOTENCY,
  "jobs/repository.ts": JOBS,
  "modules/repository.ts": MODULES,
  "plans/repository.ts": PLANS,
  "quotas/repository.ts": QUOTAS,
  "schedules/repository.ts": SCHEDULES,
  "scripts/draft-repository.ts": DRAFTS,
  "scripts/repository.ts": SCRIPTS,
  "secrets/repository.ts": SECRETS,
  "services/repository.ts": SERVICES,
  "tables/repository.ts": OWN_TABLES,
  "tenants/repository.ts": TENANTS,
  "transfer/repository.ts": TRANSFER,
  "users/repository.ts": USERS,
};

/** Functions that ask the database nothing. */
export const ASKS_NOTHING: ReadonlySet<string> = new Set(["users/repository.ts presentUser"]);

const SENDS_NEWS = "a notification holds no rows: other nodes read again what they are told to have changed";

/** Functions that neither find nor change rows, with what they do. */
export const LEAVES_NO_TRACE: Readonly<Record<string, string>> = {
  "plans/repository.ts notifyTermsChanged": SENDS_NEWS,
  "quotas/repository.ts announceRecall": SENDS_NEWS,
  "tables/repository.ts dropTenantSchema": "what it drops is not among the platform's own tables",
  "secrets/repository.ts lockSecrets": "waits for other changes of the tenant's secrets",
};

const WRITES_BATCHES = "one statement writes what executions of many tenants did";
const SIGNS_IN = "the tenant is known only by what is found";
const DISPATCHES = "the dispatcher takes tenants in turn";
const FIRES_SCHEDULES = "the ticker takes what is due, whosever it is";
const SHARES_QUOTAS = "nodes share out the quotas of all tenants";
const ENCRYPTS_ANEW = "the operator rotates the master key for all tenants";
const REPORTS_SERVICES = "operators see which scripts of all tenants use the services of the host";
const MAKES_TABLES = "makes, changes and drops tables, which the role of tenants may not";
const KEEPS_TENANTS = "operators make, change and remove tenants";

/** Functions for the whole installation, which the role of tenants need not be able to use, with the reason. */
export const FOR_THE_PLATFORM: Readonly<Record<string, string>> = {
  "alerts/repository.ts openAlertWindow": "counts what is given up, in the transaction that gives it up",
  "auth/sessions/repository.ts useSession": SIGNS_IN,
  "executions/history-repository.ts insertBegun": WRITES_BATCHES,
  "executions/history-repository.ts saveEntries": WRITES_BATCHES,
  "executions/repository.ts failRunning": "ends what lost nodes left unfinished",
  "idempotency/repository.ts deleteExpired": "cleans up in small statements, for all tenants",
  "jobs/repository.ts claimJobs": DISPATCHES,
  "jobs/repository.ts readOutlook": DISPATCHES,
  "jobs/repository.ts writeShares": DISPATCHES,
  "jobs/repository.ts completeJobs": DISPATCHES,
  "jobs/repository.ts putOffJob": DISPATCHES,
  "jobs/repository.ts endJob": DISPATCHES,
  "jobs/repository.ts postponeJob": DISPATCHES,
  "jobs/repository.ts releaseJob": DISPATCHES,
  "jobs/repository.ts renewLeases": DISPATCHES,
  "jobs/repository.ts listLapsedJobs": DISPATCHES,
  "jobs/repository.ts cancelJob": DISPATCHES,
  "quotas/repository.ts exchangeGrants": SHARES_QUOTAS,
  "quotas/repository.ts touchNode": SHARES_QUOTAS,
  "quotas/repository.ts deleteNode": SHARES_QUOTAS,
  "quotas/repository.ts deleteOldCounts": SHARES_QUOTAS,
  "schedules/repository.ts claimDueSchedules": FIRES_SCHEDULES,
  "schedules/repository.ts saveFirings": FIRES_SCHEDULES,
  "secrets/repository.ts countByKey": ENCRYPTS_ANEW,
  "secrets/repository.ts lockOutdated": ENCRYPTS_ANEW,
  "tables/repository.ts saveOwnTable": MAKES_TABLES,
  "tables/repository.ts recountOwnTable": MAKES_TABLES,
  "tables/repository.ts dropOwnTable": MAKES_TABLES,
  "tables/repository.ts dropTenantSchema": MAKES_TABLES,
  "services/repository.ts saveUses": WRITES_BATCHES,
  "services/repository.ts sumUses": REPORTS_SERVICES,
  "services/repository.ts listAffectedScripts": REPORTS_SERVICES,
  "services/repository.ts saveSchemas": "schemas are of the host, not of a tenant",
  "services/repository.ts findEarlierSchemas": "schemas are of the host, not of a tenant",
  "tenants/repository.ts insertTenant": KEEPS_TENANTS,
  "tenants/repository.ts lockTenant": KEEPS_TENANTS,
  "tenants/repository.ts listTenants": KEEPS_TENANTS,
  "tenants/repository.ts countTenants": KEEPS_TENANTS,
  "tenants/repository.ts updateTenant": KEEPS_TENANTS,
  "tenants/repository.ts deleteTenant": KEEPS_TENANTS,
};
