import type { Logger } from "pino";
import type { Database } from "../db/open.ts";
import { startAttempt } from "./attempt.ts";
import type { Attempt, JobHandler, Outcome } from "./attempt.ts";
import type { ClaimedJob } from "./claimed-job.ts";
import { JobError } from "./errors.ts";
import { renewLeases } from "./repository.ts";
import type { Settlement } from "./settlement.ts";

export interface RunningJobsOptions {
  readonly database: Database;
  readonly logger: Logger;
  readonly settlement: Settlement;
  readonly leaseMs: number;
  /** Told how each attempt ended, before that is written; must not throw. */
  readonly onEnd: (kind: string, outcome: Outcome["type"]) => void;
  /** Called when a job is settled and its place is free. */
  readonly onFree: () => void;
}

/** The jobs that this node holds, from claim to settlement. */
export interface RunningJobs {
  readonly size: number;
  /** @param claimedAt no later than the lease began, in ms of `performance.now()`. */
  start(job: ClaimedJob, handler: JobHandler, claimedAt: number): void;
  /** Aborts one if it runs here. */
  cancel(jobId: string): void;
  /** Renews all leases, and aborts what is not this node's any more or is cancelled. */
  renew(): Promise<void>;
  /** Aborts what could not be renewed before its lease ran out: another node may have it. */
  abortLapsed(): void;
  /** Resolves when all that run now are settled. */
  settled(): Promise<void>;
  /** Aborts all, which gives them back, and waits for the database no more. */
  interrupt(): void;
}

interface Running {
  readonly job: ClaimedJob;
  readonly attempt: Attempt;
  renewedAt: number;
  /** Never rejects. */
  readonly settled: Promise<void>;
}

export function createRunningJobs(options: RunningJobsOptions): RunningJobs {
  const { database, logger, settlement, leaseMs, onEnd, onFree } = options;
  const running = new Map<string, Running>();
  const interruption = new AbortController();

  async function settle(job: ClaimedJob, attempt: Attempt): Promise<void> {
    try {
      const outcome = await attempt.outcome;
      onEnd(job.kind, outcome.type);
      await settlement.settle(job, outcome, interruption.signal);
    } catch (error) {
      // Its lease runs out, and a node that can write it takes it over.
      logger.error(
        { err: error, job: job.id, tenant: job.tenantId },
        "the end of a job could not be written",
      );
    }
    // The same job may run here again already when its lease was lost.
    if (running.get(job.id)?.attempt === attempt) running.delete(job.id);
    onFree();
  }

  return {
    get size() {
      return running.size;
    },
    start(job, handler, claimedAt) {
      const attempt = startAttempt(job, handler);
      running.set(job.id, { job, attempt, renewedAt: claimedAt, settled: settle(job, attempt) });
    },
    cancel(jobId) {
      running.get(jobId)?.attempt.abort(new JobError("JOB_CANCELLED", "The job was cancelled."));
    },
    async renew() {
      const entries = [...running.values()];
      if (entries.length === 0) return;
      const renewedAt = performance.now();
      const held = await renewLeases(
        database.kysely,
        entries.map(({ job }) => job),
        leaseMs,
      );
      for (const entry of entries) {
        const lease = held.get(entry.job.id);
        // Without a lease it is either settled in this moment, and the abort comes too late, or lost.
        if (lease === undefined) entry.attempt.abort(createLostError());
        else if (lease.isCancelled) this.cancel(entry.job.id);
        if (lease?.isRenewed === true) entry.renewedAt = renewedAt;
      }
    },
    abortLapsed() {
      const lapsedBefore = performance.now() - leaseMs;
      for (const { attempt, renewedAt } of running.values()) {
        if (renewedAt < lapsedBefore) attempt.abort(createLostError());
      }
    },
    async settled() {
      await Promise.all([...running.values()].map(({ settled }) => settled));
    },
    interrupt() {
      interruption.abort();
      for (const { attempt } of running.values()) {
        attempt.abort(
          new JobError("JOB_INTERRUPTED", "The node shuts down; another one runs the job again."),
        );
      }
    },
  };
}

function createLostError(): JobError {
  return new JobError("JOB_LOST", "The lease of the job ran out, so another node may run it.");
}
