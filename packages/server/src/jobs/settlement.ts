import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import { isDatabaseUnavailable } from "../db/errors.ts";
import type { Database } from "../db/open.ts";
import type { Queries } from "../db/tenant-scope.ts";
import { withPlatform } from "../db/tenant-scope.ts";
import { createGroupedWrite } from "../executions/grouped-writes.ts";
import type { GroupedWrite } from "../executions/grouped-writes.ts";
import { createFailure } from "./attempt.ts";
import type { Outcome } from "./attempt.ts";
import { backoffMs } from "./backoff.ts";
import type { ClaimedJob } from "./claimed-job.ts";
import type { Job, JobFailure } from "./job.ts";
import { completeJobs, endJob, listLapsedJobs, postponeJob, putOffJob, releaseJob } from "./repository.ts";

/**
 * Told of a job that used up its attempts, or that failed for good, in the transaction that removes it: exactly once,
 * if that transaction commits. `failures` of the job has all its attempts. When it rejects the job stays, and it is
 * told again some seconds later.
 */
export type FinalFailureHook = (queries: Queries, job: Job) => Promise<void>;

/**
 * Told in the same way of a job that was cancelled while a node had it, and whose handler did not see to that: the node
 * is gone, or the handler had failed or put the job off.
 */
export type CancellationHook = (queries: Queries, job: Job) => Promise<void>;

/** Writes how attempts ended. Nothing is written for an attempt whose job was claimed anew since. */
export interface Settlement {
  /** Tries again while the database is away, until `signal` is aborted. */
  settle(job: ClaimedJob, outcome: Outcome, signal: AbortSignal): Promise<void>;
  /** Ends the attempts of nodes that are gone, or puts their jobs off for no time. Rejects when the database is away. */
  recoverLapsed(): Promise<void>;
}

export interface SettlementOptions {
  readonly database: Database;
  readonly logger: Logger;
  readonly onFinalFailure: FinalFailureHook;
  readonly onCancelled: CancellationHook;
  /** Whether this node leaves the places that become free to others. */
  readonly isDraining: () => boolean;
}

const AGAIN_MS = 250;
const RECOVERED_AT_ONCE = 100;

export function createSettlement(options: SettlementOptions): Settlement {
  const { database, logger, onFinalFailure, onCancelled, isDraining } = options;
  const complete = createTurnWrite<ClaimedJob>((jobs) => completeJobs(database.kysely, jobs, isDraining()));

  async function write(job: ClaimedJob, outcome: Outcome): Promise<void> {
    switch (outcome.type) {
      case "done":
        return await complete(job);
      case "released":
        return await releaseJob(database.kysely, job);
      case "postponed":
        return await postpone(job, outcome.retryInMs);
      case "failed": {
        const { failure, isFinal, retryInMs = backoffMs(job.retry, job.attempt) } = outcome;
        await fail(job, failure, isFinal ? undefined : retryInMs, false);
      }
    }
  }

  /** @param retryInMs undefined to try no more, whatever attempts are left. */
  async function fail(
    job: ClaimedJob,
    failure: JobFailure,
    retryInMs: number | undefined,
    ifLapsed: boolean,
  ): Promise<void> {
    const failures = [...job.failures, failure];
    await withPlatform(database, async (queries) => {
      if (retryInMs !== undefined && job.attempt < job.retry.attempts) {
        if (await putOffJob(queries, job, failures, retryInMs, { ifLapsed })) return;
      }
      const ended = await endJob(queries, job, { ifLapsed });
      if (ended?.isCancelled === false) await onFinalFailure(queries, { ...job, failures });
      else if (ended !== undefined) await onCancelled(queries, job);
    });
  }

  async function postpone(job: ClaimedJob, delayMs: number): Promise<void> {
    await withPlatform(database, async (queries) => {
      if (await postponeJob(queries, job, delayMs)) return;
      if ((await endJob(queries, job, { ifLapsed: false })) !== undefined) await onCancelled(queries, job);
    });
  }

  return {
    async settle(job, outcome, signal) {
      for (;;) {
        try {
          return await write(job, outcome);
        } catch (error) {
          if (!isDatabaseUnavailable(error) || signal.aborted) throw error;
          await sleep(AGAIN_MS, undefined, { signal }).catch(() => {});
        }
      }
    },
    async recoverLapsed() {
      const jobs = await listLapsedJobs(database.kysely, RECOVERED_AT_ONCE);
      for (const job of jobs) {
        const failure = createFailure(
          job,
          "JOB_LOST",
          "The node that ran the job is gone; its lease ran out.",
        );
        await fail(job, failure, 0, true).catch((error: unknown) => {
          if (isDatabaseUnavailable(error)) throw error;
          // One job whose hook fails must not keep the others.
          logger.error(
            { err: error, job: job.id, tenant: job.tenantId },
            "a lost job could not be recovered",
          );
        });
      }
    },
  };
}

/**
 * As a grouped write, but what one turn of the event loop brings is not torn apart: jobs that began together often end
 * together, and their places shall be filled together again.
 */
function createTurnWrite<Item>(write: (items: readonly Item[]) => Promise<void>): GroupedWrite<Item> {
  const writeGroup = createGroupedWrite<readonly Item[]>((turns) => write(turns.flat()));
  let turn: { readonly items: Item[]; readonly written: Promise<void> } | undefined;

  function beginTurn() {
    const items: Item[] = [];
    const written = nextTurn().then(() => {
      turn = undefined;
      return writeGroup(items);
    });
    return { items, written };
  }

  return (item) => {
    turn ??= beginTurn();
    turn.items.push(item);
    return turn.written;
  };
}
