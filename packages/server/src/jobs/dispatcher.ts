import { setImmediate as nextTurn } from "node:timers/promises";
import type { Logger } from "pino";
import type { Database } from "../db/open.ts";
import { withPlatform } from "../db/tenant-scope.ts";
import { isOfDeletedTenant } from "../problems/violation.ts";
import type { ClaimedJob } from "./claimed-job.ts";
import { claimJobs, readOutlook, writeShares } from "./repository.ts";
import type { ClaimOptions, TenantShare } from "./repository.ts";

export interface DispatcherOptions {
  readonly database: Database;
  readonly logger: Logger;
  readonly shareOf: (tenantId: string) => TenantShare | Promise<TenantShare>;
  /** What to claim now; undefined when nothing can be taken. */
  readonly nextClaim: () => ClaimOptions | undefined;
  /** Takes a claimed job over, whose lease began after `claimedAt` in `performance.now()`; must not throw. */
  readonly start: (job: ClaimedJob, claimedAt: number) => void;
}

/** Claims jobs whenever there may be some. */
export interface Dispatcher extends AsyncDisposable {
  /** Says that there may be jobs to claim, or places for them. Many calls make one claim. */
  wake(): void;
}

/** A net only: notifications and due times wake the dispatcher. */
const POLL_MS = 5_000;
const FAILED_MS = 500;
/** A job that is due may still be locked by another transaction, so there is no claiming without a pause. */
const DUE_LEAST_MS = 20;
/** A busy dispatcher looks out for new tenants this often. */
const OUTLOOK_MS = 50;
/** A changed plan counts after this time. */
const SHARE_KNOWN_MS = 10_000;

export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { database, logger, shareOf, nextClaim, start } = options;
  let isWoken = false;
  const closing = new AbortController();
  let working: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let lookedOutAt = -Infinity;

  async function work(): Promise<void> {
    let sleepMs = POLL_MS;
    try {
      while (isWoken && !closing.signal.aborted) {
        // One job's end wakes us; those that end in the same turn leave their places as well.
        await nextTurn();
        isWoken = false;
        sleepMs = await claim();
      }
    } catch (error) {
      logger.warn({ err: error }, "jobs could not be claimed; trying again");
      sleepMs = FAILED_MS;
    }
    working = undefined;
    if (!closing.signal.aborted) timer = setTimeout(wake, sleepMs);
  }

  /** Fills the free places. @returns how long there is nothing to do unless somebody wakes us. */
  async function claim(): Promise<number> {
    const wanted = nextClaim();
    if (wanted === undefined) return POLL_MS;
    const claimedAt = performance.now();
    const jobs = await claimJobs(database.kysely, wanted);
    for (const job of jobs) start(job, claimedAt);
    const isBusy = jobs.length > 0 || isWoken;
    if (isBusy && performance.now() - lookedOutAt < OUTLOOK_MS) return OUTLOOK_MS;
    return await lookOut();
  }

  async function lookOut(): Promise<number> {
    lookedOutAt = performance.now();
    const { dueInMs, strangers } = await readOutlook(database.kysely, SHARE_KNOWN_MS);
    if (strangers.length > 0 && (await learnShares(strangers))) isWoken = true;
    return Math.min(POLL_MS, Math.max(DUE_LEAST_MS, Math.ceil(dueInMs ?? POLL_MS)));
  }

  /** @returns whether anything was learnt. */
  async function learnShares(tenantIds: readonly string[]): Promise<boolean> {
    const shares = new Map<string, TenantShare>();
    const learnShare = async (tenantId: string): Promise<void> => {
      try {
        shares.set(tenantId, await shareOf(tenantId));
      } catch (error) {
        // What is left of a tenant that was just deleted will not be claimed.
        if (isOfDeletedTenant(error)) return;
        logger.error({ err: error, tenant: tenantId }, "the share of a tenant in the dispatch is not known");
      }
    };
    await Promise.all(tenantIds.map(learnShare));
    if (shares.size > 0) await withPlatform(database, (queries) => writeShares(queries, shares));
    return shares.size > 0;
  }

  function wake(): void {
    isWoken = true;
    if (closing.signal.aborted || working !== undefined) return;
    clearTimeout(timer);
    working = work();
  }

  return {
    wake,
    async [Symbol.asyncDispose]() {
      closing.abort();
      clearTimeout(timer);
      await working;
    },
  };
}
