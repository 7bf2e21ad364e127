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
const WATCHES = "operators watch the nodes and the queue of the installation";
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
  "nodes/repository.ts saveNode": WATCHES,
  "nodes/repository.ts deleteNode": WATCHES,
  "nodes/repository.ts listNodes": WATCHES,
  "nodes/repository.ts countNodes": WATCHES,
  "nodes/repository.ts findOldestWaitMs": WATCHES,
  "nodes/repository.ts listBusiest": WATCHES,
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
