import { randomUUIDv7 } from "node:crypto";
import type { JsonObject, JsonValue } from "@skerry/sandbox";
import type { Logger } from "pino";
import type { Database } from "../db/open.ts";
import type { ExecutionTrigger } from "../db/schema.ts";
import { afterCommit, withPlatform } from "../db/tenant-scope.ts";
import type { Queries } from "../db/tenant-scope.ts";
import type { JobHandler } from "../jobs/attempt.ts";
import type { Job } from "../jobs/job.ts";
import { createJobQueue } from "../jobs/queue.ts";
import type { JobQueue, JobQueueOptions, JobQueueStats } from "../jobs/queue.ts";
import type { CancelOptions } from "../jobs/repository.ts";
import type { FinalFailureHook } from "../jobs/settlement.ts";
import { SkerryError } from "../problems/errors.ts";
import { violates } from "../problems/violation.ts";
import { traceSending } from "../observability/job-spans.ts";
import type { SendingSpans } from "../observability/job-spans.ts";
import type { Tracing } from "../observability/tracing.ts";
import type { QuotaService } from "../quotas/service.ts";
import type { SecretVault } from "../secrets/vault.ts";
import { createOrderJob, EXECUTION_JOB, readOrder } from "./order.ts";
import type { QueuedOrder } from "./order.ts";
import { createAttemptHandler, LOST } from "./queued-attempt.ts";
import type { AttemptsOptions } from "./queued-attempt.ts";
import { endOpenAttempts, insertPending, listFailedAttempts } from "./queued-repository.ts";
import type { FailedAttempt, PendingOrder } from "./queued-repository.ts";
import type { Provenance } from "./record.ts";

export type { QueuedOrder } from "./order.ts";

/** An order that was given up for good. */
export interface FinalFailure {
  readonly tenantId: string;
  readonly scriptId: string;
  readonly trigger: ExecutionTrigger;
  readonly input: JsonValue;
  readonly triggerFields: JsonObject;
  readonly correlation: Provenance;
  /** Those that failed, oldest first. */
  readonly attempts: readonly FailedAttempt[];
}

/** Told in the transaction that gives an order up for good. When it rejects, it is told again some seconds later. */
export type FinalFailureListener = (queries: Queries, failed: FinalFailure) => Promise<void>;

/** The queue beneath executions, for jobs of other kinds, which get their places and turns among them. */
export interface SharedJobs extends Pick<JobQueue, "send"> {
  /** Lets this node run jobs of `kind` from now on, unless it only enqueues. */
  work(kind: string, handler: JobHandler, onFinalFailure: FinalFailureHook): void;
}

/**
 * Executions that wait until a worker node runs them, each at least once: what a lost node was running is run again
 * within 15 s. Each attempt is an execution of its own, with the same correlation and the same `jobId`.
 */
export interface QueuedExecutions extends AsyncDisposable {
  /**
   * Writes the first attempt, which is pending, and its job within the caller's transaction, and wakes a worker when
   * that commits.
   *
   * @returns the id of the first attempt; null when the key was used before.
   * @throws SkerryError `SCRIPT_NOT_FOUND` or `BODY_LIMIT`.
   */
  enqueue(queries: Queries, order: QueuedOrder): Promise<string | null>;
  /** As {@link enqueue}, for up to 100,000 orders of any tenants that the transaction may write. @returns ids in order. */
  enqueueMany(queries: Queries, orders: readonly QueuedOrder[]): Promise<readonly (string | null)[]>;
  /** Nobody is told of an order that was cancelled. */
  onFinalFailure(listener: FinalFailureListener): void;
  /** Ends what the job has not begun, or aborts what it runs on whichever node; nothing where it has ended. */
  cancel(tenantId: string, jobId: string): Promise<void>;
  /** Gives up a job that waits for its next attempt. @returns false when it does not: it runs just now, or has ended. */
  cancelRetry(tenantId: string, jobId: string): Promise<boolean>;
  readonly jobs: SharedJobs;
  /** As of a job queue. */
  stats(): Promise<JobQueueStats>;
  /** As of a job queue. */
  occupancy(): JobQueueStats["node"];
  /** As of a job queue. */
  drain(deadlineMs: number): Promise<void>;
}

export interface QueuedExecutionsOptions extends AttemptsOptions {
  readonly database: Database;
  readonly logger: Logger;
  readonly quotas: Pick<QuotaService, "termsOf">;
  readonly vault: Pick<SecretVault, "prepare" | "redact">;
  readonly tracing: Tracing;
  /** How many this node runs at a time; 0 for a node that only enqueues. */
  readonly slots: number;
  /** Told of executions that were ended and ran on no node. */
  readonly onEnded: (executionId: string) => void;
  /** Told how attempts of jobs end on this node. Default: nobody is. */
  readonly onJobEnd?: JobQueueOptions["onEnd"];
}

const WRITTEN_AT_ONCE = 1_000;
const ANY_ATTEMPT = 1_000_000;
const CANCELLED = {
  status: "cancelled",
  durationMs: 0,
  error: { code: "CANCELLED", message: "The execution was cancelled before it began." },
} as const;

/** The order as what is sent by the span that sends it. */
function placeInTrace(order: QueuedOrder, sending: SendingSpans): QueuedOrder {
  const { tenantId, trigger, correlation } = order;
  const trace = sending.contextFor({ kind: EXECUTION_JOB, tenantId, trigger, trace: correlation?.trace });
  return trace === undefined ? order : { ...order, correlation: { ...correlation, trace } };
}

export async function createQueuedExecutions(options: QueuedExecutionsOptions): Promise<QueuedExecutions> {
  const { database, logger, quotas, vault, tracing, slots, onEnded, onJobEnd } = options;
  const listeners: FinalFailureListener[] = [];
  const hooks = new Map<string, FinalFailureHook>([[EXECUTION_JOB, giveUp]]);

  async function giveUp(queries: Queries, job: Job): Promise<void> {
    const { tenantId, id: jobId, failures } = job;
    await endOpenAttempts(queries, { tenantId, jobId, attempt: ANY_ATTEMPT }, LOST);
    const { scriptId, trigger, input, triggerFields = {}, correlation = {} } = readOrder(job);
    const attempts = await listFailedAttempts(queries, tenantId, jobId);
    const failed = { tenantId, scriptId, trigger, input, triggerFields, correlation, attempts };
    for (const tell of listeners) await tell(queries, failed);
    const { executionId: execution = jobId } = attempts.at(-1) ?? {};
    const { code } = failures.at(-1) ?? {};
    const about = { tenant: tenantId, script: scriptId, execution, job: jobId };
    afterCommit(queries, () => logger.info({ ...about, code }, "a queued execution failed for good"));
  }

  const jobs = await createJobQueue({
    database,
    logger,
    slots,
    onEnd: onJobEnd,
    async shareOf(tenantId) {
      const { concurrentExecutions } = (await quotas.termsOf(tenantId)).quotas;
      return { concurrency: Math.max(1, concurrentExecutions) };
    },
    async onFinalFailure(queries, job) {
      const tell = hooks.get(job.kind);
      if (tell === undefined) throw new Error(`nobody here knows jobs of the kind ${job.kind}`);
      await tell(queries, job);
    },
    async onCancelled(queries, { tenantId, id: jobId }) {
      await endOpenAttempts(queries, { tenantId, jobId, attempt: ANY_ATTEMPT }, CANCELLED);
    },
  });
  if (slots > 0) jobs.work(EXECUTION_JOB, createAttemptHandler(options));

  /** Inputs are kept without the values of secrets, which their job has. */
  async function describePending(queries: Queries, order: QueuedOrder): Promise<PendingOrder> {
    const { tenantId, input } = order;
    const json = JSON.stringify(input);
    const mayHoldSecrets = typeof input === "string" || (typeof input === "object" && input !== null);
    if (mayHoldSecrets) await vault.prepare(tenantId, queries);
    const keptInput = mayHoldSecrets ? vault.redact(tenantId, json) : json;
    return { ...order, id: randomUUIDv7(), keptInput };
  }

  async function write(queries: Queries, orders: readonly QueuedOrder[]): Promise<(string | null)[]> {
    const pending: PendingOrder[] = [];
    using sending = traceSending(tracing);
    // One after another: a transaction has one connection.
    for (const order of orders) pending.push(await describePending(queries, placeInTrace(order, sending)));
    const requests = new Map(pending.map((order) => [order.id, createOrderJob(order.id, order)]));
    const written = await insertPending(queries, pending).catch((error: unknown) => {
      if (!violates(error, "executions_script")) throw error;
      throw new SkerryError("SCRIPT_NOT_FOUND", "A script that is to be executed does not exist any more.");
    });
    await jobs.sendMany(
      queries,
      [...requests].flatMap(([id, request]) => (written.has(id) ? [request] : [])),
    );
    return pending.map(({ id }) => (written.has(id) ? id : null));
  }

  async function enqueueMany(queries: Queries, orders: readonly QueuedOrder[]): Promise<(string | null)[]> {
    const ids: (string | null)[] = [];
    for (let start = 0; start < orders.length; start += WRITTEN_AT_ONCE) {
      ids.push(...(await write(queries, orders.slice(start, start + WRITTEN_AT_ONCE))));
    }
    return ids;
  }

  /** @returns whether it waited. */
  async function cancel(tenantId: string, jobId: string, options: CancelOptions = {}): Promise<boolean> {
    const ended = await withPlatform(database, async (queries) => {
      const was = await jobs.cancel(tenantId, jobId, queries, options);
      if (was !== "waiting") return undefined;
      return await endOpenAttempts(queries, { tenantId, jobId, attempt: ANY_ATTEMPT }, CANCELLED);
    });
    for (const executionId of ended ?? []) onEnded(executionId);
    return ended !== undefined;
  }

  return {
    enqueueMany,
    async enqueue(queries, order) {
      const [id = null] = await enqueueMany(queries, [order]);
      return id;
    },
    onFinalFailure: (listener) => void listeners.push(listener),
    async cancel(tenantId, jobId) {
      await cancel(tenantId, jobId);
    },
    cancelRetry: (tenantId, jobId) => cancel(tenantId, jobId, { onlyWaiting: true }),
    jobs: {
      send: (queries, job) => jobs.send(queries, job),
      work(kind, handler, onFinalFailure) {
        hooks.set(kind, onFinalFailure);
        if (slots > 0) jobs.work(kind, handler);
      },
    },
    stats: () => jobs.stats(),
    occupancy: () => jobs.occupancy(),
    drain: (deadlineMs) => jobs.drain(deadlineMs),
    [Symbol.asyncDispose]: () => jobs[Symbol.asyncDispose](),
  };
}
