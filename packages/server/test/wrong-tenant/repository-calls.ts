import { randomUUID, randomUUIDv7 } from "node:crypto";
import * as alerts from "../../src/alerts/repository.ts";
import * as audit from "../../src/audit/repository.ts";
import * as apiKeys from "../../src/auth/repository.ts";
import * as sessions from "../../src/auth/sessions/repository.ts";
import * as cache from "../../src/capabilities/cache/repository.ts";
import * as storage from "../../src/capabilities/storage/repository.ts";
import * as deadLetters from "../../src/events/dead-letter-repository.ts";
import * as eventReports from "../../src/events/report-repository.ts";
import * as events from "../../src/events/repository.ts";
import * as subscriptions from "../../src/events/subscription-repository.ts";
import * as endpoints from "../../src/endpoints/repository.ts";
import * as recent from "../../src/executions/recent-repository.ts";
import * as statistics from "../../src/executions/statistics-repository.ts";
import * as idempotency from "../../src/idempotency/repository.ts";
import * as jobs from "../../src/jobs/repository.ts";
import * as modules from "../../src/modules/repository.ts";
import * as nodes from "../../src/nodes/repository.ts";
import * as plans from "../../src/plans/repository.ts";
import * as quotas from "../../src/quotas/repository.ts";
import { firstIdAt } from "../../src/rest/ids.ts";
import * as schedules from "../../src/schedules/repository.ts";
import * as drafts from "../../src/scripts/draft-repository.ts";
import * as scripts from "../../src/scripts/repository.ts";
import * as triggers from "../../src/scripts/trigger-repository.ts";
import * as secrets from "../../src/secrets/repository.ts";
import * as services from "../../src/services/repository.ts";
import * as ownTables from "../../src/tables/repository.ts";
import * as tenants from "../../src/tenants/repository.ts";
import * as transfer from "../../src/transfer/repository.ts";
import * as users from "../../src/users/repository.ts";
import { BATCH_CALLS, EXECUTION_CALLS, HISTORY_CALLS, QUEUED_CALLS } from "./execution-calls.ts";
import type { CallsOf, RepositoryCall } from "./repository-call.ts";
import * as rows from "./tenant-rows.ts";

const PAGE = { limit: 10 };
const SOON = new Date(Date.now() + 3_600_000);
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
  listKeyNames: (queries, { tenantId, apiKey }) => apiKeys.listKeyNames(queries, tenantId, [apiKey.id]),
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

const EVENT_REPORTS = {
  listSummaries: (queries, { tenantId }) =>
    eventReports.listSummaries(queries, tenantId, { ...PAGE, types: undefined }),
  listTypes: (queries, { tenantId }) => eventReports.listTypes(queries, tenantId, 10),
  listDeliveries: (queries, { tenantId }) =>
    eventReports.listDeliveries(queries, tenantId, [rows.HANDED_OUT_EVENT], 10),
} satisfies CallsOf<typeof eventReports>;

const ENDPOINTS = {
  deleteRoutes: (queries, { tenantId, script }) =>
    endpoints.deleteRoutes(queries, { tenantId, scriptId: script.id }),
  insertRoutes: (queries, { tenantId, script }) =>
    endpoints.insertRoutes(queries, { tenantId, scriptId: script.id }, [{ method: "PUT", shape: "/" }]),
  findTakenRoute: (queries, { tenantId }) =>
    endpoints.findTakenRoute(queries, { tenantId, scriptId: randomUUIDv7() }, [rows.ROUTE]),
  findTenantStatus: (queries, { tenantId }) => endpoints.findTenantStatus(queries, tenantId),
  listHttpScripts: (queries, { tenantId }) => endpoints.listHttpScripts(queries, tenantId, PAGE),
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
  countDeadLetters: (queries, { tenantId }) => deadLetters.countDeadLetters(queries, tenantId, {}, 10),
  findDeadLetter: (queries, { tenantId, deadLetterId }) =>
    deadLetters.findDeadLetter(queries, tenantId, deadLetterId),
  lockDeadLetters: (queries, { tenantId }) => deadLetters.lockDeadLetters(queries, tenantId, {}, 10),
  deleteDeadLetters: (queries, { tenantId, deadLetterId }) =>
    deadLetters.deleteDeadLetters(queries, tenantId, [deadLetterId]),
  deleteOldDeadLetters: (queries, { tenantId }) =>
    deadLetters.deleteOldDeadLetters(queries, tenantId, { before: SOON, limit: 10 }),
} satisfies CallsOf<typeof deadLetters>;

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
  listAuthors: (queries, { tenantId }) => transfer.listAuthors(queries, tenantId),
} satisfies CallsOf<typeof transfer>;

const RECENT = {
  listRecent: (queries, { tenantId, script }) => recent.listRecent(queries, tenantId, [script.id], 10),
  selectRecent: (queries, { tenantId, script }) =>
    recent.selectRecent(queries, tenantId, [script.id], 10).execute(),
} satisfies CallsOf<typeof recent>;

const TRIGGERS = {
  listTriggerSettings: (queries, { tenantId, script }) =>
    triggers.listTriggerSettings(queries, tenantId, [script.id]),
} satisfies CallsOf<typeof triggers>;

const STATISTICS = {
  summarizeExecutions: (queries, { tenantId }) =>
    statistics.summarizeExecutions(queries, tenantId, firstIdAt(new Date(0)), 10),
} satisfies CallsOf<typeof statistics>;

const NODES = {
  saveNode: (queries) => nodes.saveNode(queries, randomUUID(), rows.NODE_STATE),
  deleteNode: (queries, { nodeId }) => nodes.deleteNode(queries, nodeId),
  listNodes: (queries) => nodes.listNodes(queries),
  countNodes: (queries) => nodes.countNodes(queries),
  findOldestWaitMs: (queries) => nodes.findOldestWaitMs(queries),
  listBusiest: (queries) => nodes.listBusiest(queries),
} satisfies CallsOf<typeof nodes>;

const USERS = {
  insertUser: (queries, { tenantId }) =>
    users.insertUser(queries, rows.createUser(tenantId, "eve@example.org")),
  findUser: (queries, { tenantId, user }) => users.findUser(queries, tenantId, user.id, { lock: true }),
  listUserNames: (queries, { tenantId, user }) => users.listUserNames(queries, tenantId, [user.id]),
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
  "events/report-repository.ts": EVENT_REPORTS,
  "events/repository.ts": EVENTS,
  "events/subscription-repository.ts": SUBSCRIPTIONS,
  "executions/batches/repository.ts": BATCH_CALLS,
  "executions/history-repository.ts": HISTORY_CALLS,
  "executions/queued-repository.ts": QUEUED_CALLS,
  "executions/recent-repository.ts": RECENT,
  "executions/repository.ts": EXECUTION_CALLS,
  "executions/statistics-repository.ts": STATISTICS,
  "idempotency/repository.ts": IDEMPOTENCY,
  "jobs/repository.ts": JOBS,
  "modules/repository.ts": MODULES,
  "nodes/repository.ts": NODES,
  "plans/repository.ts": PLANS,
  "quotas/repository.ts": QUOTAS,
  "schedules/repository.ts": SCHEDULES,
  "scripts/draft-repository.ts": DRAFTS,
  "scripts/repository.ts": SCRIPTS,
  "scripts/trigger-repository.ts": TRIGGERS,
  "secrets/repository.ts": SECRETS,
  "services/repository.ts": SERVICES,
  "tables/repository.ts": OWN_TABLES,
  "tenants/repository.ts": TENANTS,
  "transfer/repository.ts": TRANSFER,
  "users/repository.ts": USERS,
};
