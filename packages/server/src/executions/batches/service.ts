import { randomUUIDv7 } from "node:crypto";
import type { JsonObject } from "@skerry/sandbox";
import type { Logger } from "pino";
import { nameOf, requirePermission } from "../../auth/principal.ts";
import type { Caller } from "../../auth/principal.ts";
import type { Database } from "../../db/open.ts";
import { withTenant } from "../../db/tenant-scope.ts";
import type { Job } from "../../jobs/job.ts";
import { SkerryError } from "../../problems/errors.ts";
import { isUuid } from "../../rest/ids.ts";
import type { ScriptCatalogue } from "../../scripts/catalogue.ts";
import type { History } from "../history.ts";
import type { QueuedExecutions } from "../queued.ts";
import { findFilteredScript } from "../script-filter.ts";
import { MAX_BATCH_SIZE, toConditions } from "./batch.ts";
import type { Batch, BatchAction, BatchSelection } from "./batch.ts";
import { countForBatch, deleteOldBatches, endBatch, findBatch, insertBatch } from "./repository.ts";
import type { BatchRow } from "./repository.ts";
import { createBatchSteps } from "./steps.ts";
import type { BatchStepsOptions } from "./steps.ts";

/** Replaying and cancelling many executions at once. */
export interface BatchService extends AsyncDisposable {
  /**
   * Counts what a batch would take now: of those that are selected, for `cancel` the ones that have not ended. At most
   * {@link MAX_BATCH_SIZE} and one, which stands for more.
   *
   * @throws SkerryError `SCRIPT_NOT_FOUND`.
   */
  count(caller: Caller, action: BatchAction, selection: BatchSelection): Promise<number>;
  /**
   * Takes those that are selected now, newest first, behind the caller's back: what is replayed is queued, each with its
   * own input and version or draft, and what is cancelled is asked to end.
   *
   * @throws SkerryError `SCRIPT_NOT_FOUND` or `TENANT_SUSPENDED`.
   */
  begin(caller: Caller, action: BatchAction, selection: BatchSelection): Promise<Batch>;
  /** Known for a week. @throws SkerryError `BATCH_NOT_FOUND`. */
  get(caller: Caller, id: string): Promise<Batch>;
}

export interface BatchServiceOptions extends BatchStepsOptions {
  readonly database: Database;
  readonly logger: Logger;
  readonly catalogue: ScriptCatalogue;
  readonly history: Pick<History, "flush">;
  readonly queued: Pick<QueuedExecutions, "enqueueMany" | "cancel" | "jobs">;
}

const BATCH_JOB = "execution.batch";
const CONCURRENCY = { key: "execution-batches", limit: 1 } as const;
const RETRY = { attempts: 10, backoffMs: 1_000, maxBackoffMs: 60_000 } as const;
const EXPIRE_MS = 20 * 60_000;
const KEEP_MS = 7 * 24 * 60 * 60_000;

export function createBatchService(options: BatchServiceOptions): BatchService {
  const { database, logger, catalogue, history, queued } = options;
  const takeStep = createBatchSteps(options);
  const closing = new AbortController();
  const cancelling = new Set<Promise<void>>();

  queued.jobs.work(
    BATCH_JOB,
    ({ tenantId, payload }, signal) => takeAll(tenantId, readBatchId(payload), signal),
    async (queries, { id, tenantId, payload, failures }) => {
      await endBatch(queries, tenantId, readBatchId(payload));
      const about = { tenant: tenantId, batch: readBatchId(payload), job: id };
      logger.error({ ...about, code: failures.at(-1)?.code }, "a batch of executions failed");
    },
  );

  async function takeAll(tenantId: string, batchId: string, signal: AbortSignal): Promise<void> {
    do signal.throwIfAborted();
    while (!(await takeStep(tenantId, batchId)));
  }

  /** A cancellation must not wait for its turn behind what it is to end. Its job is there should this node be lost. */
  function cancelAtOnce(tenantId: string, batchId: string): void {
    const work = takeAll(tenantId, batchId, closing.signal)
      .catch((error: unknown) => {
        if (!closing.signal.aborted)
          logger.warn({ err: error, tenant: tenantId, batch: batchId }, "a batch goes on as a job");
      })
      .finally(() => cancelling.delete(work));
    cancelling.add(work);
  }

  async function resolve(caller: Caller, { script, ...selection }: BatchSelection): Promise<BatchSelection> {
    await history.flush();
    return { ...selection, script: await findFilteredScript(catalogue, caller.tenantId, script) };
  }

  function count(caller: Caller, action: BatchAction, selection: BatchSelection): Promise<number> {
    const { tenantId } = caller;
    return withTenant(database, tenantId, (queries) =>
      countForBatch(queries, tenantId, action, toConditions(selection), MAX_BATCH_SIZE + 1),
    );
  }

  return {
    async count(caller, action, selection) {
      requirePermission(caller, "executions.read");
      return await count(caller, action, await resolve(caller, selection));
    },

    async begin(caller, action, wished) {
      requirePermission(caller, "scripts.execute");
      requirePermission(caller, "executions.read");
      const { tenantId, principal, origin } = caller;
      if (action === "replay" && caller.suspended) {
        throw new SkerryError("TENANT_SUSPENDED", `The tenant ${tenantId} is suspended and runs nothing.`);
      }
      const selection = endNow(await resolve(caller, wished));
      const total = Math.min(await count(caller, action, selection), MAX_BATCH_SIZE);
      const id = randomUUIDv7();
      const row = await withTenant(database, tenantId, async (queries) => {
        await deleteOldBatches(queries, tenantId, new Date(Date.now() - KEEP_MS));
        const payload = { batchId: id };
        const job = {
          tenantId,
          kind: BATCH_JOB,
          payload,
          retry: RETRY,
          concurrency: CONCURRENCY,
          expireMs: EXPIRE_MS,
        };
        await queued.jobs.send(queries, job);
        const actor = nameOf(principal);
        const kept = JSON.parse(JSON.stringify(selection)) as JsonObject;
        const request_id = origin.requestId ?? null;
        return await insertBatch(queries, tenantId, {
          id,
          action,
          selection: kept,
          actor,
          request_id,
          total,
        });
      });
      if (action === "cancel") cancelAtOnce(tenantId, id);
      return present(row);
    },

    async get(caller, id) {
      requirePermission(caller, "executions.read");
      const { tenantId } = caller;
      const row = isUuid(id)
        ? await withTenant(database, tenantId, (queries) => findBatch(queries, tenantId, id))
        : undefined;
      if (row !== undefined) return present(row);
      throw new SkerryError("BATCH_NOT_FOUND", `There is no batch ${JSON.stringify(id.slice(0, 80))}.`);
    },

    async [Symbol.asyncDispose]() {
      closing.abort();
      await Promise.all(cancelling);
    },
  };
}

/** What comes later was not counted, and is not meant. */
function endNow(selection: BatchSelection): BatchSelection {
  const now = Date.now();
  return { ...selection, to: new Date(Math.min(selection.to?.getTime() ?? now, now)) };
}

function readBatchId(payload: Job["payload"]): string {
  return (payload as { readonly batchId: string }).batchId;
}

function present({ request_id, created_at, completed_at, ...row }: BatchRow): Batch {
  const { id, action, total, done, refused } = row;
  return {
    id,
    action,
    total,
    done,
    refused,
    requestId: request_id,
    createdAt: created_at,
    completedAt: completed_at,
  };
}
