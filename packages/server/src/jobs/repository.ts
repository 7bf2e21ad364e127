import { randomUUIDv7 } from "node:crypto";
import { sql } from "kysely";
import type { JobState } from "../db/schema.ts";
import type { Queries } from "../db/tenant-scope.ts";
import { toClaimedJob } from "./claimed-job.ts";
import type { ClaimedJob, JobRow } from "./claimed-job.ts";
import type { CheckedJob, JobFailure } from "./job.ts";

/** Where jobs that were added, freed or put off, and jobs that were cancelled while they run, are told of. */
export const JOB_CHANNEL = "skerry_jobs";

/** How much of the dispatch a tenant has. */
export interface TenantShare {
  /** Jobs of the tenant that run at a time, over all nodes. */
  readonly concurrency: number;
  /** Its part of the turns, beside those of other tenants that have jobs waiting. Default 1. */
  readonly weight?: number | undefined;
}

/** What a dispatcher has to know before it sleeps. */
export interface Outlook {
  /** Until the next scheduled job is due; null when there is none. */
  readonly dueInMs: number | null;
  /** Tenants with jobs waiting whose share is not known, or was looked up long ago. */
  readonly strangers: readonly string[];
}

export interface ClaimOptions {
  readonly nodeId: string;
  readonly kinds: readonly string[];
  /** How many at most. */
  readonly free: number;
  /** How many of the last places are for tenants of which nothing runs. */
  readonly reserved: number;
  readonly leaseMs: number;
}

/**
 * Adds jobs, in order; those whose key is taken are left out. Sends the notification that wakes dispatchers, which
 * Postgres delivers when the transaction commits.
 *
 * @returns the ids in order, null for those left out.
 */
export async function insertJobs(
  queries: Queries,
  jobs: readonly CheckedJob[],
): Promise<readonly (string | null)[]> {
  const ids = jobs.map(({ id }) => id ?? randomUUIDv7());
  const { rows } = await sql<{ ids: string[] | null }>`
    with added as (
      insert into skerry.jobs (
        tenant_id, id, kind, key, payload, priority, state, run_at, concurrency_key, concurrency_limit, is_ordered,
        max_attempts, backoff_ms, max_backoff_ms, expire_ms)
      select tenant_id, id, kind, key, payload::json, priority,
        case when run_at > clock_timestamp() then 'scheduled' when concurrency_key is null then 'ready' else 'held' end,
        coalesce(run_at, clock_timestamp()), concurrency_key, concurrency_limit, is_ordered,
        max_attempts, backoff_ms, max_backoff_ms, expire_ms
      from unnest(
        ${jobs.map((job) => job.tenantId)}::text[], ${ids}::uuid[], ${jobs.map((job) => job.kind)}::text[],
        ${jobs.map((job) => job.key ?? null)}::text[], ${jobs.map((job) => job.payload)}::text[],
        ${jobs.map((job) => job.priority ?? 0)}::smallint[],
        ${jobs.map((job) => job.startAfter?.toISOString() ?? null)}::timestamptz[],
        ${jobs.map((job) => job.concurrency?.key ?? null)}::text[],
        ${jobs.map((job) => job.concurrency?.limit ?? null)}::integer[],
        ${jobs.map((job) => job.concurrency?.isOrdered ?? false)}::boolean[],
        ${jobs.map((job) => job.retry.attempts)}::integer[], ${jobs.map((job) => job.retry.backoffMs)}::integer[],
        ${jobs.map((job) => job.retry.maxBackoffMs)}::integer[], ${jobs.map((job) => job.expireMs)}::integer[]
      ) with ordinality as job (
        tenant_id, id, kind, key, payload, priority, run_at, concurrency_key, concurrency_limit, is_ordered,
        max_attempts, backoff_ms, max_backoff_ms, expire_ms, place)
      order by place
      on conflict (tenant_id, kind, key) where key is not null do nothing
      returning tenant_id, id, state, run_at, case when state = 'held' then concurrency_key end as held_key
    ), notices as (
      insert into skerry.job_notices (tenant_id, concurrency_key, due_at)
      select tenant_id, held_key, case when state = 'scheduled' then min(run_at) end
      from added group by tenant_id, state, held_key
    )
    select array_agg(id) as ids, case when count(*) > 0 then pg_notify(${JOB_CHANNEL}, '') end from added
  `.execute(queries);
  const added = new Set(rows[0]?.ids);
  return ids.map((id) => (added.has(id) ? id : null));
}

/** Claims what is due and fits the limits of tenants and keys, the tenants in fair order. */
export async function claimJobs(queries: Queries, options: ClaimOptions): Promise<ClaimedJob[]> {
  const { nodeId, kinds, free, reserved, leaseMs } = options;
  const { rows } = await sql<JobRow>`
    select * from skerry.claim_jobs(${nodeId}, ${kinds}::text[], ${free}, ${reserved}, ${leaseMs})
  `.execute(queries);
  return rows.map(toClaimedJob);
}

/** Its cost depends on the tenants that have jobs ready, not on how many jobs wait. */
export async function readOutlook(queries: Queries, knownForMs: number): Promise<Outlook> {
  const { rows } = await sql<Outlook>`
    select
      (select (extract(epoch from min(due_at) - clock_timestamp()) * 1000)::float8 from skerry.job_lanes
        where due_at is not null) as "dueInMs",
      array(select tenant_id from skerry.job_lanes where is_active and (known_at is null
        or known_at < clock_timestamp() - ${knownForMs} * interval '1 millisecond') limit 100) as strangers
  `.execute(queries);
  return rows[0] ?? { dueInMs: null, strangers: [] };
}

/** Within one transaction, which keeps claims away for that long: both write lanes. */
export async function writeShares(queries: Queries, shares: ReadonlyMap<string, TenantShare>): Promise<void> {
  await sql`select from skerry.job_dispatch for update`.execute(queries);
  const entries = [...shares];
  await sql`
    update skerry.job_lanes lane
    set concurrency = share.concurrency, weight = share.weight, known_at = clock_timestamp()
    from unnest(
      ${entries.map(([tenantId]) => tenantId)}::text[], ${entries.map(([, share]) => share.concurrency)}::integer[],
      ${entries.map(([, { weight = 1 }]) => weight)}::float8[]
    ) as share (tenant_id, concurrency, weight)
    where lane.tenant_id = share.tenant_id
  `.execute(queries);
}

/**
 * Ends jobs that succeeded; those claimed anew since are left.
 *
 * @param wakesOthers whether other dispatchers shall use the places that become free.
 */
export async function completeJobs(
  queries: Queries,
  jobs: readonly ClaimedJob[],
  wakesOthers: boolean,
): Promise<void> {
  await sql`
    with done as (
      delete from skerry.jobs job using unnest(
        ${jobs.map((job) => job.tenantId)}::text[], ${jobs.map((job) => job.id)}::uuid[],
        ${jobs.map((job) => job.claim)}::integer[]
      ) as ended (tenant_id, id, claims)
      where job.tenant_id = ended.tenant_id and job.id = ended.id and job.claims = ended.claims
        and job.state = 'running'
      returning job.tenant_id, job.concurrency_key
    ), notices as (
      insert into skerry.job_notices (tenant_id, concurrency_key)
      select distinct tenant_id, concurrency_key from done where concurrency_key is not null
    )
    select case when ${wakesOthers} then pg_notify(${JOB_CHANNEL}, '') end
  `.execute(queries);
}

export interface EndingOptions {
  /** Only when the lease has run out: for those that do not hold it. */
  readonly ifLapsed: boolean;
}

/** Puts a failed job off. @returns false when it was claimed anew since, or is cancelled. */
export async function putOffJob(
  queries: Queries,
  job: ClaimedJob,
  failures: readonly JobFailure[],
  delayMs: number,
  { ifLapsed }: EndingOptions,
): Promise<boolean> {
  const { rows } = await sql<{ count: number }>`
    with put_off as (
      update skerry.jobs
      set state = 'scheduled', run_at = clock_timestamp() + ${delayMs} * interval '1 millisecond',
        node_id = null, lease_until = null, failures = ${JSON.stringify(failures)}::json
      where ${isHeld(job, ifLapsed)} and not is_cancelled
      returning tenant_id, run_at, concurrency_key
    ), notices as (
      insert into skerry.job_notices (tenant_id, concurrency_key, due_at)
      select tenant_id, null, run_at from put_off
      union all
      select tenant_id, concurrency_key, null from put_off where concurrency_key is not null
    )
    select count(*) as count, case when count(*) > 0 then pg_notify(${JOB_CHANNEL}, '') end from put_off
  `.execute(queries);
  return rows[0]?.count === 1;
}

/** Ends a job without success. @returns whether it was cancelled; undefined when it was claimed anew since. */
export async function endJob(
  queries: Queries,
  job: ClaimedJob,
  { ifLapsed }: EndingOptions,
): Promise<{ readonly isCancelled: boolean } | undefined> {
  const { rows } = await sql<{ isCancelled: boolean }>`
    with ended as (
      delete from skerry.jobs where ${isHeld(job, ifLapsed)} returning tenant_id, concurrency_key, is_cancelled
    ), notices as (
      insert into skerry.job_notices (tenant_id, concurrency_key)
      select tenant_id, concurrency_key from ended where concurrency_key is not null
    )
    select is_cancelled as "isCancelled", pg_notify(${JOB_CHANNEL}, '') from ended
  `.execute(queries);
  return rows[0];
}

/** Puts a job off whose attempt was none. @returns false when it was claimed anew since, or is cancelled. */
export async function postponeJob(queries: Queries, job: ClaimedJob, delayMs: number): Promise<boolean> {
  const { rows } = await sql`
    with postponed as (
      update skerry.jobs
      set state = 'scheduled', run_at = clock_timestamp() + ${delayMs} * interval '1 millisecond',
        attempts = attempts - 1, node_id = null, lease_until = null
      where ${isHeld(job, false)} and not is_cancelled
      returning tenant_id, run_at, concurrency_key
    ), notices as (
      insert into skerry.job_notices (tenant_id, concurrency_key, due_at)
      select tenant_id, null, run_at from postponed
      union all
      select tenant_id, concurrency_key, null from postponed where concurrency_key is not null
    )
    select pg_notify(${JOB_CHANNEL}, '') from postponed
  `.execute(queries);
  return rows.length === 1;
}

/** Gives back a job that was interrupted, as if it had not been claimed. */
export async function releaseJob(queries: Queries, job: ClaimedJob): Promise<void> {
  await sql`
    with released as (
      update skerry.jobs set state = 'ready', attempts = attempts - 1, node_id = null, lease_until = null
      where ${isHeld(job, false)} returning tenant_id
    ), notices as (
      insert into skerry.job_notices (tenant_id) select tenant_id from released
    )
    select pg_notify(${JOB_CHANNEL}, '') from released
  `.execute(queries);
}

function isHeld({ tenantId, id, claim }: ClaimedJob, ifLapsed: boolean) {
  const held = sql`tenant_id = ${tenantId} and id = ${id} and claims = ${claim} and state = 'running'`;
  return ifLapsed ? sql`${held} and lease_until < clock_timestamp()` : held;
}

/** A job that still is this claim's. */
export interface HeldLease {
  readonly isCancelled: boolean;
  /** False where somebody locks the job just now: to end it, to cancel it or to take it over. */
  readonly isRenewed: boolean;
}

/**
 * Renews the leases of jobs that still are this claim's. One that somebody locks just now is left: waiting could be a
 * deadlock with one who ends many.
 *
 * @returns the jobs that still are this claim's, by their ids.
 */
export async function renewLeases(
  queries: Queries,
  jobs: readonly ClaimedJob[],
  leaseMs: number,
): Promise<ReadonlyMap<string, HeldLease>> {
  const { rows } = await sql<HeldLease & { readonly id: string }>`
    with mine as (
      select job.tenant_id, job.id, job.claims, job.is_cancelled from skerry.jobs job join unnest(
        ${jobs.map((job) => job.tenantId)}::text[], ${jobs.map((job) => job.id)}::uuid[],
        ${jobs.map((job) => job.claim)}::integer[]
      ) as claimed (tenant_id, id, claims)
        on job.tenant_id = claimed.tenant_id and job.id = claimed.id and job.claims = claimed.claims
      where job.state = 'running'
    ), free as (
      select job.tenant_id, job.id from skerry.jobs job join mine
        on job.tenant_id = mine.tenant_id and job.id = mine.id and job.claims = mine.claims
      where job.state = 'running' for update of job skip locked
    ), renewed as (
      update skerry.jobs job set lease_until = clock_timestamp() + ${leaseMs} * interval '1 millisecond'
      from free where job.tenant_id = free.tenant_id and job.id = free.id
      returning job.id, job.is_cancelled
    )
    select mine.id, coalesce(renewed.is_cancelled, mine.is_cancelled) as "isCancelled",
      renewed.id is not null as "isRenewed"
    from mine left join renewed using (id)
  `.execute(queries);
  return new Map(rows.map(({ id, ...lease }) => [id, lease]));
}

/** Jobs of nodes that did not renew their leases. */
export async function listLapsedJobs(queries: Queries, limit: number): Promise<ClaimedJob[]> {
  const { rows } = await sql<JobRow>`
    select * from skerry.jobs where state = 'running' and lease_until < clock_timestamp() limit ${limit}
  `.execute(queries);
  return rows.map(toClaimedJob);
}

/** Which jobs a cancellation is meant for. Default both. */
export interface CancelOptions {
  readonly onlyWaiting?: boolean | undefined;
}

/** Removes a job that waits, and tells the node of one that runs. @returns which it was; undefined for no such job. */
export async function cancelJob(
  queries: Queries,
  tenantId: string,
  id: string,
  { onlyWaiting = false }: CancelOptions = {},
): Promise<"waiting" | "running" | undefined> {
  const { rows } = await sql<{ was: "waiting" | "running" }>`
    with removed as (
      delete from skerry.jobs where tenant_id = ${tenantId} and id = ${id} and state <> 'running'
      returning tenant_id, concurrency_key
    ), notices as (
      insert into skerry.job_notices (tenant_id, concurrency_key)
      select tenant_id, concurrency_key from removed where concurrency_key is not null
    ), marked as (
      update skerry.jobs set is_cancelled = true
      where tenant_id = ${tenantId} and id = ${id} and state = 'running' and not ${onlyWaiting} returning id
    )
    select 'waiting' as was, pg_notify(${JOB_CHANNEL}, '') from removed
    union all
    select 'running', pg_notify(${JOB_CHANNEL}, id::text) from marked
  `.execute(queries);
  return rows[0]?.was;
}

export type JobCounts = Readonly<Record<JobState, number>>;

/** Reads all jobs there are: for people and metrics, not for every moment. */
export async function countJobs(queries: Queries): Promise<JobCounts> {
  const rows = await queries
    .selectFrom("jobs")
    .select(({ fn }) => ["state", fn.countAll<number>().as("count")])
    .groupBy("state")
    .execute();
  const counts = Object.fromEntries(rows.map(({ state, count }) => [state, count]));
  return { scheduled: 0, held: 0, ready: 0, running: 0, ...counts };
}
