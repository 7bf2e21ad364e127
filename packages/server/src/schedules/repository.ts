import { sql } from "kysely";
import type { Selectable } from "kysely";
import type { ExecutionState, ScriptStatus, TenantStatus } from "../db/schema.ts";
import type { SchedulesTable } from "../db/tables/schedules.ts";
import type { Queries } from "../db/tenant-scope.ts";
import type { PageRequest } from "../rest/paging.ts";
import type { SchedulePlan } from "./plan.ts";

/** Tells every node's ticker that a schedule may be due earlier than it knew. */
export const SCHEDULES_CHANNEL = "skerry_schedules";

/** Whose schedule a statement is about. */
export interface ScheduleOwner {
  readonly tenantId: string;
  readonly scriptId: string;
}

export type ScheduleRow = Selectable<SchedulesTable>;

/** A schedule that is due, held by the claim until its transaction ends. */
export interface DueRow extends ScheduleRow {
  readonly next_run_at: Date;
  readonly tenant_status: TenantStatus;
  /** Whether an execution of the schedule waits, also for its next attempt, or runs. */
  readonly is_busy: boolean;
}

/** What became of a schedule that was due. */
export interface FiredRow extends ScheduleOwner {
  readonly nextRunAt: Date | null;
  readonly caughtUp: number;
  readonly skipped: number;
  /** Null where nothing was run. */
  readonly lastTickAt: Date | null;
  readonly lastExecutionId: string | null;
  readonly misfiredAt: Date | null;
}

/** A schedule as it is listed. */
export interface ListedRow extends ScheduleRow {
  readonly script_name: string;
  readonly script_status: ScriptStatus;
  /** The latest attempt; null where nothing ran, or it is gone from the history. */
  readonly execution_id: string | null;
  readonly execution_status: ExecutionState | null;
}

/**
 * Writes a script's schedule. Where cron pattern and time zone stay and it was not paused, so does its next tick, which
 * may be due already.
 *
 * @param nextTick the first tick from now on; null to pause it.
 */
export async function upsertSchedule(
  queries: Queries,
  { tenantId, scriptId }: ScheduleOwner,
  plan: SchedulePlan,
  nextTick: Date | null,
): Promise<void> {
  const { cron, timezone, overlap, misfire, jitterMs, offsetMs, retry, concurrencyLimit } = plan;
  const nextRunAt = nextTick && new Date(nextTick.getTime() + offsetMs);
  await sql`
    with written as (
      insert into skerry.schedules as present (
        tenant_id, script_id, cron, timezone, overlap, misfire, jitter_ms, offset_ms, retry, concurrency_limit,
        next_run_at)
      values (
        ${tenantId}, ${scriptId}, ${cron}, ${timezone}, ${overlap}, ${misfire}, ${jitterMs}, ${offsetMs},
        ${JSON.stringify(retry)}, ${concurrencyLimit}, ${nextRunAt})
      on conflict (tenant_id, script_id) do update set
        cron = excluded.cron, timezone = excluded.timezone, overlap = excluded.overlap, misfire = excluded.misfire,
        jitter_ms = excluded.jitter_ms, offset_ms = excluded.offset_ms, retry = excluded.retry,
        concurrency_limit = excluded.concurrency_limit,
        next_run_at = case
          when excluded.next_run_at is not null and present.next_run_at is not null
            and present.cron = excluded.cron and present.timezone = excluded.timezone
          then present.next_run_at + (excluded.offset_ms - present.offset_ms) * interval '1 millisecond'
          else excluded.next_run_at end,
        caught_up = case when excluded.next_run_at is null then 0 else present.caught_up end
      returning next_run_at
    )
    select pg_notify(${SCHEDULES_CHANNEL}, '') from written where next_run_at is not null
  `.execute(queries);
}

export async function deleteSchedule(queries: Queries, { tenantId, scriptId }: ScheduleOwner): Promise<void> {
  await queries
    .deleteFrom("schedules")
    .where("tenant_id", "=", tenantId)
    .where("script_id", "=", scriptId)
    .execute();
}

/**
 * The schedules that are longest due. Those that another node holds are left to it, and so are those whose script or
 * tenant is being changed: executions refer to both, and who waits while holding schedules could wait in a circle.
 */
export async function claimDueSchedules(queries: Queries, now: Date, limit: number): Promise<DueRow[]> {
  const { rows } = await sql<DueRow>`
    with due as materialized (
      select * from skerry.schedules where next_run_at <= ${now}
      order by next_run_at limit ${limit} for update skip locked
    )
    select due.*, tenant.status as tenant_status,
      exists (
        select from skerry.jobs job where job.tenant_id = due.tenant_id and job.id = due.last_execution_id
      ) or exists (
        select from skerry.executions execution
        where execution.tenant_id = due.tenant_id and execution.script_id = due.script_id
          and execution.status in ('pending', 'running') and execution.trigger = 'cron'
      ) as is_busy
    from due
    join skerry.scripts script on script.tenant_id = due.tenant_id and script.id = due.script_id
    join skerry.tenants tenant on tenant.id = due.tenant_id
    order by due.next_run_at
    for key share of script, tenant skip locked
  `.execute(queries);
  return rows;
}

/** Writes what became of schedules that are held by a claim. */
export async function saveFirings(queries: Queries, fired: readonly FiredRow[]): Promise<void> {
  await sql`
    update skerry.schedules schedule set
      next_run_at = fired.next_run_at,
      caught_up = fired.caught_up,
      skipped_ticks = schedule.skipped_ticks + fired.skipped,
      last_tick_at = coalesce(fired.last_tick_at, schedule.last_tick_at),
      last_execution_id = coalesce(fired.last_execution_id, schedule.last_execution_id),
      last_misfire_at = coalesce(fired.misfired_at, schedule.last_misfire_at)
    from unnest(
      ${fired.map((row) => row.tenantId)}::text[], ${fired.map((row) => row.scriptId)}::uuid[],
      ${fired.map((row) => row.nextRunAt?.toISOString() ?? null)}::timestamptz[],
      ${fired.map((row) => row.caughtUp)}::integer[], ${fired.map((row) => row.skipped)}::integer[],
      ${fired.map((row) => row.lastTickAt?.toISOString() ?? null)}::timestamptz[],
      ${fired.map((row) => row.lastExecutionId)}::uuid[],
      ${fired.map((row) => row.misfiredAt?.toISOString() ?? null)}::timestamptz[]
    ) as fired (
      tenant_id, script_id, next_run_at, caught_up, skipped, last_tick_at, last_execution_id, misfired_at)
    where schedule.tenant_id = fired.tenant_id and schedule.script_id = fired.script_id
  `.execute(queries);
}

/** How long until the next schedule is due, in ms; null when none will be. Reads one entry of an index. */
export async function findNextDueMs(queries: Queries): Promise<number | null> {
  const row = await selectNextDue(queries).executeTakeFirst();
  return row?.dueInMs ?? null;
}

/** The statement of {@link findNextDueMs}. */
export function selectNextDue(queries: Queries) {
  const dueIn = sql<number>`(extract(epoch from next_run_at - clock_timestamp()) * 1000)::float8`;
  return queries
    .selectFrom("schedules")
    .select(dueIn.as("dueInMs"))
    .where("next_run_at", "is not", null)
    .orderBy("next_run_at")
    .limit(1);
}

/** Which schedules a list is about: those that fit all of it. */
export interface ScheduleFilter extends PageRequest {
  readonly scriptId?: string | undefined;
  /** How the script's name begins; upper and lower case are the same. */
  readonly search?: string | undefined;
  /** Of the script. */
  readonly status?: ScriptStatus | undefined;
}

/** The newest script first. */
export async function listSchedules(
  queries: Queries,
  tenantId: string,
  { limit, cursor, scriptId, search, status }: ScheduleFilter,
): Promise<ListedRow[]> {
  const after = cursor ?? null;
  const only = scriptId ?? null;
  const prefix = search?.toLowerCase() ?? null;
  const wanted = status ?? null;
  // Attempts come after the execution that the tick made, and ids are in the order of time.
  const { rows } = await sql<ListedRow>`
    select schedule.*, script.name as script_name, script.status as script_status,
      latest.id as execution_id, latest.status as execution_status
    from skerry.schedules schedule
    join skerry.scripts script on script.tenant_id = schedule.tenant_id and script.id = schedule.script_id
    left join lateral (
      select id, status from skerry.executions execution
      where execution.tenant_id = schedule.tenant_id and execution.script_id = schedule.script_id
        and execution.id >= schedule.last_execution_id and execution.trigger = 'cron'
      order by id desc limit 1
    ) latest on true
    where schedule.tenant_id = ${tenantId} and (${after}::uuid is null or schedule.script_id < ${after}::uuid)
      and (${only}::uuid is null or schedule.script_id = ${only}::uuid)
      and (${prefix}::text is null or starts_with(script.name_key, ${prefix}))
      and (${wanted}::text is null or script.status = ${wanted})
    order by schedule.script_id desc limit ${limit + 1}
  `.execute(queries);
  return rows;
}
