import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import type { Database } from "../db/open.ts";
import { afterCommit } from "../db/tenant-scope.ts";
import type { Queries } from "../db/tenant-scope.ts";
import type { JobHandler, Outcome } from "./attempt.ts";
import type { ClaimedJob } from "./claimed-job.ts";
import { createDispatcher } from "./dispatcher.ts";
import { JobError } from "./errors.ts";
import { checkJob, JOBS_MAX } from "./job.ts";
import type { Job, JobRequest } from "./job.ts";
import { cancelJob, countJobs, insertJobs, JOB_CHANNEL } from "./repository.ts";
import type { CancelOptions, ClaimOptions, JobCounts, TenantShare } from "./repository.ts";
import { createRunningJobs } from "./running.ts";
import { createSettlement } from "./settlement.ts";
import type { CancellationHook, FinalFailureHook } from "./settlement.ts";

export interface JobQueueOptions {
  readonly database: Database;
  readonly logger: Logger;
  /** A UUID of this process's own. Default a random one. */
  readonly nodeId?: string | undefined;
  /** Jobs that this node runs at a time. Of two or more, the last is for tenants of which nothing runs. */
  readonly slots: number;
  /** What a tenant may have. Asked when it has jobs waiting, and again after 10 s. */
  readonly shareOf: (tenantId: string) => TenantShare | Promise<TenantShare>;
  /** Default: the log tells of it. */
  readonly onFinalFailure?: FinalFailureHook | undefined;
  readonly onCancelled?: CancellationHook | undefined;
  /** Told how each attempt on this node ended; must not throw. Default: nobody is. */
  readonly onEnd?: ((kind: string, outcome: Outcome["type"]) => void) | undefined;
}

/** Jobs of tenants, kept in the database, each run at least once, by any node that has a handler for its kind. */
export interface JobQueue extends AsyncDisposable {
  /**
   * Adds a job within the caller's transaction: it exists when that commits, and only then. A tenant's transaction can
   * add jobs of that tenant.
   *
   * @returns its id; null when its key is taken by a job that waits or runs.
   * @throws JobError `JOB_INVALID` or `JOB_PAYLOAD_SIZE`.
   */
  send(queries: Queries, job: JobRequest): Promise<string | null>;
  /** As {@link send}, for up to 100,000 jobs, all of which are checked before one is added. @returns ids in order. */
  sendMany(queries: Queries, jobs: readonly JobRequest[]): Promise<readonly (string | null)[]>;
  /** Lets this node run jobs of `kind` from now on. All nodes that run jobs should know the same kinds. */
  work(kind: string, handler: JobHandler): void;
  /**
   * Removes a job that waits, or aborts one that runs, on whichever node: it is not tried again and did not fail. One
   * that is done before it hears of it is done. Within the caller's transaction, if one is given.
   *
   * @returns what it did when it was cancelled; undefined when there is no such job.
   */
  cancel(
    tenantId: string,
    jobId: string,
    queries?: Queries,
    options?: CancelOptions,
  ): Promise<"waiting" | "running" | undefined>;
  /** Counts all jobs there are: for people and metrics, not for every moment. */
  stats(): Promise<JobQueueStats>;
  /** What this node runs, without asking the database. */
  occupancy(): JobQueueStats["node"];
  /**
   * Takes no more jobs, waits up to `deadlineMs` for those that run, then aborts the rest with `JOB_INTERRUPTED` and
   * gives them back to other nodes, without counting the attempt. Disposing drains at once.
   */
  drain(deadlineMs: number): Promise<void>;
}

export interface JobQueueStats {
  /** Over all nodes. */
  readonly jobs: JobCounts;
  readonly node: { readonly slots: number; readonly running: number; readonly isDraining: boolean };
}

/** A node that could not renew its leases for this long has lost its jobs to others. */
const LEASE_MS = 8_000;
const UPKEEP_MS = 2_000;
const INSERTED_AT_ONCE = 1_000;

/** Listens from now on; jobs are run once there is a handler. */
export async function createJobQueue(options: JobQueueOptions): Promise<JobQueue> {
  const { database, logger, slots, shareOf, nodeId = randomUUID(), onEnd = () => {} } = options;
  const handlers = new Map<string, JobHandler>();
  let isDraining = false;

  const settlement = createSettlement({
    database,
    logger,
    isDraining: () => isDraining,
    onFinalFailure: options.onFinalFailure ?? ((queries, job) => logFinalFailure(logger, queries, job)),
    onCancelled: options.onCancelled ?? (() => Promise.resolve()),
  });
  const running = createRunningJobs({ database, logger, settlement, leaseMs: LEASE_MS, onEnd, onFree: wake });
  const dispatcher = createDispatcher({ database, logger, shareOf, nextClaim, start });

  function nextClaim(): ClaimOptions | undefined {
    const free = slots - running.size;
    if (isDraining || free <= 0 || handlers.size === 0) return undefined;
    return { nodeId, kinds: [...handlers.keys()], free, reserved: slots > 1 ? 1 : 0, leaseMs: LEASE_MS };
  }

  function start(job: ClaimedJob, claimedAt: number): void {
    const handler = handlers.get(job.kind);
    if (handler !== undefined) running.start(job, handler, claimedAt);
  }

  function wake(): void {
    if (!isDraining && handlers.size > 0) dispatcher.wake();
  }

  const renewal = createUpkeep(
    () => running.renew(),
    "the leases of jobs could not be renewed; trying again",
  );
  const recovery = createUpkeep(async () => {
    if (!isDraining && handlers.size > 0) await settlement.recoverLapsed();
  }, "lost jobs could not be recovered; trying again");

  /** Each by itself: leases are renewed however long it takes to recover the jobs of another node. */
  function createUpkeep(work: () => Promise<void>, trouble: string) {
    let working: Promise<void> | undefined;
    return {
      begin(): void {
        working ??= work()
          .catch((error: unknown) => logger.warn({ err: error }, trouble))
          .finally(() => {
            working = undefined;
          });
      },
      ended: () => working,
    };
  }

  const upkeepTimer = setInterval(() => {
    // By this process's own clock, so that a database that does not answer cannot put it off.
    running.abortLapsed();
    renewal.begin();
    recovery.begin();
  }, UPKEEP_MS);

  const subscription = await database
    .listen(JOB_CHANNEL, {
      onNotification: (jobId) => (jobId === "" ? wake() : running.cancel(jobId)),
      onGap: wake,
    })
    .catch((error: unknown) => {
      clearInterval(upkeepTimer);
      throw error;
    });

  async function sendMany(queries: Queries, jobs: readonly JobRequest[]): Promise<(string | null)[]> {
    if (jobs.length > JOBS_MAX) {
      throw new JobError("JOB_INVALID", `${jobs.length} jobs at once; at most ${JOBS_MAX} are taken.`);
    }
    const checked = jobs.map(checkJob);
    const ids: (string | null)[] = [];
    for (let start = 0; start < checked.length; start += INSERTED_AT_ONCE) {
      ids.push(...(await insertJobs(queries, checked.slice(start, start + INSERTED_AT_ONCE))));
    }
    return ids;
  }

  function occupancy(): JobQueueStats["node"] {
    return { slots, running: running.size, isDraining };
  }

  async function drain(deadlineMs: number): Promise<void> {
    isDraining = true;
    await dispatcher[Symbol.asyncDispose]();
    const deadline = new AbortController();
    await Promise.race([
      running.settled(),
      sleep(deadlineMs, undefined, { signal: deadline.signal }).catch(() => {}),
    ]);
    deadline.abort();
    running.interrupt();
    await running.settled();
  }

  return {
    sendMany,
    async send(queries, job) {
      const [id = null] = await sendMany(queries, [job]);
      return id;
    },
    work(kind, handler) {
      handlers.set(kind, handler);
      wake();
    },
    async cancel(tenantId, jobId, queries = database.kysely, options = {}) {
      // A job that was claimed while the first statement waited for it is found by the second.
      const cancelOnce = () => cancelJob(queries, tenantId, jobId, options);
      return (await cancelOnce()) ?? (await cancelOnce());
    },
    async stats() {
      return { jobs: await countJobs(database.kysely), node: occupancy() };
    },
    occupancy,
    drain,
    async [Symbol.asyncDispose]() {
      await drain(0);
      clearInterval(upkeepTimer);
      await Promise.all([renewal.ended(), recovery.ended()]);
      await subscription[Symbol.asyncDispose]();
    },
  };
}

function logFinalFailure(
  logger: Logger,
  queries: Queries,
  { id, tenantId, kind, failures }: Job,
): Promise<void> {
  const about = { tenant: tenantId, job: id, kind, code: failures.at(-1)?.code };
  afterCommit(queries, () => logger.error(about, "a job failed for good"));
  return Promise.resolve();
}
