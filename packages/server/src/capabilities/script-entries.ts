import type { Logger } from "pino";
import type { Database } from "../db/open.ts";
import type { QuotaService } from "../quotas/service.ts";
import { createSharedCacheStore } from "./cache/shared-store.ts";
import type { CacheCaps, CacheStore } from "./cache/store.ts";
import { createExpiredEntries } from "./expired-entries.ts";
import { createStorageStore } from "./storage/store.ts";
import type { StorageStore } from "./storage/store.ts";
import { createTenantLine } from "./tenant-line.ts";

/** What scripts keep in the database: for a while, and for good. */
export interface ScriptEntries extends AsyncDisposable {
  readonly cache: CacheStore;
  readonly storage: StorageStore;
}

export interface ScriptEntriesOptions {
  readonly database: Database;
  readonly logger: Logger;
  readonly quotas: QuotaService;
}

const CACHE_ENTRIES = 50_000;
const CACHE_BYTES = 64 * 1024 * 1024;

export async function openScriptEntries({
  database,
  logger,
  quotas,
}: ScriptEntriesOptions): Promise<ScriptEntries> {
  await using starting = new AsyncDisposableStack();
  const line = createTenantLine(database);
  /** Nobody's cache is larger than what the plan lets it store. */
  const capsOf = async (tenantId: string): Promise<CacheCaps> => {
    const { storedBytes } = (await quotas.termsOf(tenantId)).quotas;
    return { entries: CACHE_ENTRIES, bytes: Math.min(CACHE_BYTES, storedBytes) };
  };
  const cache = starting.use(await createSharedCacheStore({ database, line, capsOf }));
  starting.use(createExpiredEntries(database, logger));
  const parts = starting.move();
  return {
    cache,
    storage: createStorageStore({ line, quotas }),
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}
