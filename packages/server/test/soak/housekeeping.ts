import { setTimeout as sleep } from "node:timers/promises";
import { pino } from "pino";
import { createExpiredEntries } from "../../src/capabilities/expired-entries.ts";
import { openDatabase } from "../../src/db/open.ts";
import { deleteOldDeadLetters } from "../../src/events/dead-letter-repository.ts";
import { deleteOldEvents } from "../../src/events/repository.ts";
import { createRetention } from "../../src/executions/retention.ts";
import type { Remover } from "../../src/executions/retention.ts";
import type { HistoryRow } from "../chaos/evidence.ts";
import { connectStorage } from "../chaos/storage.ts";

/** The platform's own housekeeping, with days as short as seconds, so that what is kept for a time reaches its plateau. */
export interface Housekeeping extends AsyncDisposable {
  /** All executions that were seen before they were removed, by id. */
  readonly history: ReadonlyMap<string, HistoryRow>;
  /** Rows that were removed so far. */
  readonly removed: number;
  /** Does one round more, and lets go of the database. @throws what went wrong in an earlier one. */
  end(): Promise<void>;
}

/** How long executions and events are kept. */
export const KEEP_MS = 60_000;
/** Tenants in good order have them handled again by then, however slow the machine; the hostile ones never do. */
const KEEP_LETTERS_MS = 240_000;
const EVERY_MS = 5_000;
const DAY_MS = 24 * 60 * 60_000;

export async function startHousekeeping(url: string): Promise<Housekeeping> {
  await using starting = new AsyncDisposableStack();
  const logger = pino({ level: "warn" }, pino.destination(2));
  const database = starting.use(await openDatabase({ url }));
  const storage = starting.use(await connectStorage(url));
  const retention = starting.use(
    createRetention({
      database,
      logger,
      retentionDaysOf: () => Promise.resolve(KEEP_MS / DAY_MS),
      removers: [deleteOldEvents, deleteLetters],
    }),
  );
  const entries = starting.use(createExpiredEntries(database, logger));
  const history = new Map<string, HistoryRow>();
  let removed = 0;

  async function round(): Promise<void> {
    for (const [id, row] of await storage.readHistory()) history.set(id, row);
    removed += await retention.cleanUp();
    await entries.cleanUp();
  }

  const over = new AbortController();
  async function keepOn(): Promise<void> {
    while (!over.signal.aborted) {
      await round();
      await sleep(EVERY_MS, undefined, { signal: over.signal }).catch(() => {});
    }
  }
  const keeping = keepOn();
  // Whoever ends it is told.
  keeping.catch(() => {});
  starting.defer(async () => {
    over.abort();
    await keeping;
  });

  const parts = starting.move();
  return {
    history,
    get removed() {
      return removed;
    },
    async end() {
      over.abort();
      await keeping;
      await round();
      await parts.disposeAsync();
    },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

const deleteLetters: Remover = async (queries, tenantId, { limit }) =>
  await deleteOldDeadLetters(queries, tenantId, { before: new Date(Date.now() - KEEP_LETTERS_MS), limit });
