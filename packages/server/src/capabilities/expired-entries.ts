import type { Logger } from "pino";
import type { Database } from "../db/open.ts";
import { withPlatform } from "../db/tenant-scope.ts";
import { deleteExpiredCacheEntries } from "./cache/repository.ts";
import { deleteExpiredStorageEntries } from "./storage/repository.ts";

/** Removes entries whose time is over, which nobody sees any more, every minute until disposed. */
export interface ExpiredEntries extends AsyncDisposable {
  /** One round: at most 10,000 entries of each kind, in small statements. Never rejects. */
  cleanUp(): Promise<void>;
}

const CLEAN_UP_MS = 60_000;
const BATCH_ROWS = 500;
const MAX_BATCHES = 20;
const REMOVERS = [deleteExpiredCacheEntries, deleteExpiredStorageEntries];

export function createExpiredEntries(database: Database, logger: Logger): ExpiredEntries {
  const closing = new AbortController();

  async function cleanUp(): Promise<void> {
    try {
      for (const remove of REMOVERS) {
        let removed = BATCH_ROWS;
        for (
          let batch = 0;
          batch < MAX_BATCHES && removed === BATCH_ROWS && !closing.signal.aborted;
          batch += 1
        ) {
          removed = await withPlatform(database, (queries) => remove(queries, BATCH_ROWS));
        }
      }
    } catch (error) {
      logger.warn({ err: error }, "expired entries could not be removed");
    }
  }

  let cleaning: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    cleaning = cleaning.then(cleanUp);
  }, CLEAN_UP_MS).unref();

  return {
    cleanUp,
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      closing.abort();
      await cleaning;
    },
  };
}
