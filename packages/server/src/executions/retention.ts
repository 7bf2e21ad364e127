import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import type { Logger } from "pino";
import type { Database } from "../db/open.ts";
import type { Queries } from "../db/tenant-scope.ts";
import { SkerryError } from "../problems/errors.ts";
import { firstIdAt } from "../rest/ids.ts";
import { listTenants } from "../tenants/repository.ts";
import { deleteEnded } from "./repository.ts";

/** Removes what is older than its tenant keeps it, every 10 minutes until disposed, one round at a time. */
export interface Retention extends AsyncDisposable {
  /**
   * One round over all tenants, unless another node is at it: in small statements, with a pause after each that leaves
   * the database to those who wait for it, and lets replicas and vacuum follow. Never rejects.
   *
   * @returns how many were removed.
   */
  cleanUp(): Promise<number>;
}

/** Removes, of one kind of rows, the oldest of a tenant that came about before a moment. @returns how many. */
export type Remover = (
  queries: Queries,
  tenantId: string,
  what: { readonly before: Date; readonly limit: number },
) => Promise<number>;

export interface RetentionOptions {
  readonly database: Database;
  readonly logger: Logger;
  /** How many days a tenant keeps what ended. @throws SkerryError `TENANT_NOT_FOUND`; the tenant is passed over. */
  readonly retentionDaysOf: (tenantId: string) => Promise<number>;
  /** Of what is kept as long as executions are. */
  readonly removers?: readonly Remover[];
}

const CLEAN_UP_MS = 10 * 60_000;
const BATCH_ROWS = 1_000;
/** Of the time that removing took: at work for a quarter of the time, others are hardly disturbed. */
const PAUSE_FACTOR = 3;
/** However slow the database is just now: what comes has to be removed as well. */
const MAX_PAUSE_PER_ROW_MS = 0.1;
/** What is removed of many tenants is not worth a timer for each. */
const MIN_PAUSE_MS = 1;
const DAY_MS = 24 * 60 * 60_000;
const TENANT_PAGE = 500;
/** Any number that no other lock of ours has. */
const RETENTION_LOCK = 0x736b_7274;

export function createRetention({
  database,
  logger,
  retentionDaysOf,
  removers = [],
}: RetentionOptions): Retention {
  const closing = new AbortController();

  async function cleanUp(): Promise<number> {
    try {
      return await database.kysely.connection().execute(async (queries) => {
        if (!(await tryLock(queries))) return 0;
        try {
          return await cleanAll(queries);
        } finally {
          await sql`select pg_advisory_unlock(${RETENTION_LOCK})`.execute(queries);
        }
      });
    } catch (error) {
      if (!closing.signal.aborted) logger.warn({ err: error }, "old executions could not be removed");
      return 0;
    }
  }

  /** Each tenant in turn gets one batch, until none has more to remove. */
  async function cleanAll(queries: Queries): Promise<number> {
    let removed = 0;
    let due = await listTenantIds(queries);
    while (due.length > 0) {
      const more: string[] = [];
      for (const tenantId of due) {
        if (closing.signal.aborted) return removed;
        const began = performance.now();
        const count = await cleanTenant(queries, tenantId);
        removed += count;
        const pauseMs = reckonPauseMs(count, performance.now() - began);
        if (pauseMs >= MIN_PAUSE_MS) await sleep(pauseMs, undefined, { signal: closing.signal });
        if (count >= BATCH_ROWS) more.push(tenantId);
      }
      due = more;
    }
    return removed;
  }

  async function cleanTenant(queries: Queries, tenantId: string): Promise<number> {
    const days = await findRetentionDays(tenantId);
    if (days === undefined) return 0;
    const before = new Date(Date.now() - days * DAY_MS);
    let removed = await deleteEnded(queries, tenantId, { before: firstIdAt(before), limit: BATCH_ROWS });
    for (const remove of removers) removed += await remove(queries, tenantId, { before, limit: BATCH_ROWS });
    return removed;
  }

  /** @returns undefined where the tenant was deleted since the round began: its rows went with it. */
  async function findRetentionDays(tenantId: string): Promise<number | undefined> {
    try {
      return await retentionDaysOf(tenantId);
    } catch (error) {
      if (error instanceof SkerryError && error.code === "TENANT_NOT_FOUND") return undefined;
      throw error;
    }
  }

  /** Undefined between the rounds. */
  let cleaning: Promise<void> | undefined;
  async function cleanUpAlone(): Promise<void> {
    await cleanUp();
    cleaning = undefined;
  }
  const timer = setInterval(() => {
    cleaning ??= cleanUpAlone();
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

/** @returns for how long nothing is removed after some rows were, which took so long. */
export function reckonPauseMs(rows: number, tookMs: number): number {
  return Math.min(rows * MAX_PAUSE_PER_ROW_MS, tookMs * PAUSE_FACTOR);
}

/** A lock of the session: should the connection be lost, the lock goes and the round fails with it. */
async function tryLock(queries: Queries): Promise<boolean> {
  const { rows } = await sql<{ locked: boolean }>`
    select pg_try_advisory_lock(${RETENTION_LOCK}) as locked`.execute(queries);
  return rows[0]?.locked === true;
}

async function listTenantIds(queries: Queries): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | undefined; ; cursor = ids.at(-1)) {
    // It reads one more than it is asked for.
    const page = await listTenants(queries, { limit: TENANT_PAGE - 1, cursor });
    ids.push(...page.map(({ id }) => id));
    if (page.length < TENANT_PAGE) return ids;
  }
}
