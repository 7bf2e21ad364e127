import type { Database } from "../../db/open.ts";
import { withTenant } from "../../db/tenant-scope.ts";
import type { Queries } from "../../db/tenant-scope.ts";
import { announceCancellation } from "../cancellation.ts";
import { concurrencyOf } from "../concurrency.ts";
import { fitsQueue } from "../order.ts";
import type { QueuedExecutions, QueuedOrder } from "../queued.ts";
import type { RunningExecutions } from "../running.ts";
import { MAX_BATCH_SIZE, readSelection } from "./batch.ts";
import { advanceBatch, findBatch, listNextMembers, listRunnableScripts } from "./repository.ts";
import type { BatchMember, BatchRow, BatchStep, RunnableScript } from "./repository.ts";

export interface BatchStepsOptions {
  readonly database: Database;
  readonly queued: Pick<QueuedExecutions, "enqueueMany" | "cancel">;
  readonly running: Pick<RunningExecutions, "cancel">;
}

/** Takes the next executions of a batch. @returns whether there is nothing left to take. */
export type TakeStep = (tenantId: string, batchId: string) => Promise<boolean>;

/** Executions taken at once: their inputs, up to 2 MiB each, are in memory. */
const STEP_SIZE = 25;
/** Behind what the tenant asks for one by one. */
const PRIORITY = -10;

export function createBatchSteps({ database, queued, running }: BatchStepsOptions): TakeStep {
  /** Whoever makes the same step at the same time waits for the end of this one, and makes none. */
  async function replayNext(queries: Queries, batch: BatchRow): Promise<boolean> {
    const members = await listNextMembers(queries, batch, readSelection(batch), STEP_SIZE);
    const scriptIds = [...new Set(members.map((member) => member.script_id))];
    const scripts = await listRunnableScripts(queries, batch.tenant_id, scriptIds);
    const runnable = new Map(scripts.map((script) => [script.scriptId, script]));
    const orders = members.flatMap((member) => {
      const script = runnable.get(member.script_id);
      return script !== undefined && fitsQueue(member.input) ? [createReplay(batch, member, script)] : [];
    });
    const step = describeStep(batch, members, orders.length);
    if (!(await advanceBatch(queries, batch, step))) return false;
    await queued.enqueueMany(queries, orders);
    return step.isLast;
  }

  /** Whoever makes the same step at the same time does no harm: what was cancelled is cancelled. */
  async function cancelNext(batch: BatchRow): Promise<boolean> {
    const { tenant_id: tenantId } = batch;
    const members = await withTenant(database, tenantId, (queries) =>
      listNextMembers(queries, batch, readSelection(batch), STEP_SIZE),
    );
    await Promise.all(members.map((member) => cancel(tenantId, member)));
    const step = describeStep(batch, members, members.length);
    const isNoted = await withTenant(database, tenantId, (queries) => advanceBatch(queries, batch, step));
    return isNoted && step.isLast;
  }

  async function cancel(tenantId: string, { id, job_id }: BatchMember): Promise<void> {
    if (running.cancel(id) !== undefined) return;
    if (job_id === null) await announceCancellation(database, id);
    else await queued.cancel(tenantId, job_id);
  }

  return async (tenantId, batchId) => {
    const step = await withTenant(database, tenantId, async (queries) => {
      const batch = await findBatch(queries, tenantId, batchId);
      if (batch === undefined || batch.completed_at !== null) return { isLast: true };
      return batch.action === "replay" ? { isLast: await replayNext(queries, batch) } : { batch };
    });
    return "batch" in step ? await cancelNext(step.batch) : step.isLast;
  };
}

function createReplay(
  batch: BatchRow,
  { id, script_id, version, input }: BatchMember,
  script: RunnableScript,
): QueuedOrder {
  const { tenant_id: tenantId, actor, request_id } = batch;
  const correlation = { replayOf: id, actor, requestId: request_id ?? undefined };
  return {
    tenantId,
    scriptId: script_id,
    version,
    trigger: "manual",
    input,
    priority: PRIORITY,
    concurrency: concurrencyOf(script, input),
    correlation,
  };
}

function describeStep(batch: BatchRow, members: readonly BatchMember[], done: number): BatchStep {
  const taken = batch.done + batch.refused + members.length;
  return {
    done,
    refused: members.length - done,
    position: members.at(-1)?.id ?? batch.position,
    isLast: members.length < STEP_SIZE || taken >= MAX_BATCH_SIZE,
  };
}
