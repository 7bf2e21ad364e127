import type { JsonObject } from "@skerry/sandbox";
import type { Logger } from "pino";
import { readClock } from "../db/clock.ts";
import type { Database } from "../db/open.ts";
import { withPlatform } from "../db/tenant-scope.ts";
import type { QueuedOrder } from "../executions/order.ts";
import type { QueuedExecutions } from "../executions/queued.ts";
import type { RetryPolicy } from "../jobs/job.ts";
import { NO_METRICS } from "../observability/metrics/metrics.ts";
import type { Metrics } from "../observability/metrics/metrics.ts";
import { countTicks } from "../observability/metrics/schedules.ts";
import { planFiring } from "./firing-plan.ts";
import type { Firing, Run } from "./firing-plan.ts";
import { claimDueSchedules, saveFirings } from "./repository.ts";
import type { DueRow, FiredRow } from "./repository.ts";

export interface FiringOptions {
  readonly database: Database;
  readonly logger: Logger;
  readonly queued: Pick<QueuedExecutions, "enqueueMany">;
  /** Told of ticks. Default: nobody is. */
  readonly metrics?: Metrics | undefined;
}

/** Schedules that one transaction claims. */
export const CLAIMED_AT_ONCE = 500;

/**
 * Claims schedules that are due and, in the same transaction, moves each on to its next tick and adds its executions:
 * over all nodes each tick is dealt with once.
 *
 * @param now Default: the database's clock.
 * @returns how many were claimed, {@link CLAIMED_AT_ONCE} at most.
 */
export async function fireDueSchedules(options: FiringOptions, now?: Date): Promise<number> {
  const { database, logger, queued, metrics = NO_METRICS } = options;
  const { at, planned } = await withPlatform(database, async (queries) => {
    const at = now ?? (await readClock(queries));
    const due = await claimDueSchedules(queries, at, CLAIMED_AT_ONCE);
    if (due.length === 0) return { at, planned: [] };
    const planned = due.map((row) => ({ row, firing: plan(row, at, logger) }));
    const ids = await queued.enqueueMany(
      queries,
      planned.flatMap(({ row, firing }) => firing.runs.map((run) => describeOrder(row, run))),
    );
    let given = 0;
    const fired = planned.map(({ row, firing }) => {
      const own = ids.slice(given, given + firing.runs.length);
      given += own.length;
      return describeFired(row, firing, own, at);
    });
    await saveFirings(queries, fired);
    return { at, planned };
  });
  // Only now, as what is rolled back was not fired, and what is run again fires once.
  for (const { row, firing } of planned) {
    countTicks(metrics, firing, at);
    if (firing.isMisfire) tellMisfire(logger, row);
  }
  return planned.length;
}

/** One schedule that cannot be read, such as in a zone that is no more, must not stop all others. */
function plan(row: DueRow, now: Date, logger: Logger): Firing {
  try {
    return planFiring(row, now);
  } catch (error) {
    const { tenant_id: tenant, script_id: script, cron, timezone } = row;
    logger.error({ err: error, tenant, script, cron, timezone }, "a schedule cannot be read and was paused");
    return { runs: [], skipped: 0, isMisfire: false, caughtUp: 0, nextTick: null };
  }
}

function describeOrder(row: DueRow, { scheduledAt, previousAt, nextAt }: Run): QueuedOrder {
  const { tenant_id: tenantId, script_id: scriptId, cron, timezone } = row;
  const concurrency = limitOf(row);
  const triggerFields: JsonObject = {
    scheduledAt: scheduledAt.toISOString(),
    previousAt: previousAt?.toISOString() ?? null,
    nextAt: nextAt?.toISOString() ?? null,
    timezone,
    cron,
  };
  return {
    tenantId,
    scriptId,
    trigger: "cron",
    triggerFields,
    input: null,
    key: `${scriptId}@${scheduledAt.toISOString()}`,
    retry: row.retry as unknown as RetryPolicy,
    ...(concurrency === null ? {} : { concurrency: { key: scriptId, limit: concurrency } }),
  };
}

/** How many executions of the schedule run at a time; null for any number. */
function limitOf({ overlap, concurrency_limit: limit }: DueRow): number | null {
  return overlap === "allow" ? limit : 1;
}

function describeFired(
  row: DueRow,
  { runs, skipped, isMisfire, caughtUp, nextTick }: Firing,
  executionIds: readonly (string | null)[],
  now: Date,
): FiredRow {
  return {
    tenantId: row.tenant_id,
    scriptId: row.script_id,
    nextRunAt: nextTick && new Date(nextTick.getTime() + row.offset_ms),
    caughtUp,
    skipped,
    lastTickAt: runs.at(-1)?.scheduledAt ?? null,
    lastExecutionId: executionIds.findLast((id) => id !== null) ?? null,
    misfiredAt: isMisfire ? now : null,
  };
}

function tellMisfire(logger: Logger, row: DueRow): void {
  const { tenant_id: tenant, script_id: script, misfire, next_run_at: since } = row;
  logger.warn({ tenant, script, misfire, since }, "a schedule missed ticks that are not run one by one");
}
