import type { Kysely } from "kysely";
import { sql } from "kysely";

/** Jobs, and what the dispatcher keeps to hand them out fairly. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql.raw(TABLES).execute(database);
  await sql.raw(HELD_JOBS).execute(database);
  await sql.raw(DUE_JOBS).execute(database);
  await sql.raw(NOTICES).execute(database);
  await sql.raw(CLAIM).execute(database);
  await sql.raw(TENANT_WALL).execute(database);
}

/*
 * A job that is due is "ready", or "held" while its concurrency key is full. Each index covers one state only, so what
 * waits in one costs the others nothing. No statistics are kept of what queries ask for: they are of a moment, and the
 * next one looks different. With those of a time when the tenant had no jobs, an index of all its jobs seemed as good
 * as that of one state, and a claim beside 100,000 jobs took 2 s instead of 4 ms.
 *
 * Only a claim writes the lanes, and claims come one after another. Whoever adds, ends or puts off jobs leaves a notice
 * for the next claim instead, and so waits for nobody. Neither table refers to the tenants: a claim must not wait for
 * one that is being deleted.
 */
const TABLES = `
create table skerry.jobs (
  tenant_id text not null references skerry.tenants on delete cascade,
  id uuid not null,
  seq bigint generated always as identity,
  kind text not null,
  key text,
  payload json not null,
  priority smallint not null,
  state text not null check (state in ('scheduled', 'held', 'ready', 'running')),
  run_at timestamptz not null,
  concurrency_key text,
  concurrency_limit integer check (concurrency_limit >= 1),
  max_attempts integer not null check (max_attempts >= 1),
  backoff_ms integer not null check (backoff_ms >= 0),
  max_backoff_ms integer not null check (max_backoff_ms >= 0),
  expire_ms integer not null check (expire_ms >= 1),
  attempts integer not null default 0,
  failures json not null default '[]',
  claims integer not null default 0,
  node_id uuid,
  lease_until timestamptz,
  is_cancelled boolean not null default false,
  created_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, id),
  check ((concurrency_key is null) = (concurrency_limit is null)),
  check ((state = 'running') = (node_id is not null and lease_until is not null))
) with (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02);
alter table skerry.jobs
  alter tenant_id set statistics 0, alter kind set statistics 0, alter priority set statistics 0,
  alter seq set statistics 0, alter state set statistics 0, alter run_at set statistics 0,
  alter concurrency_key set statistics 0;
create unique index jobs_by_unique_key on skerry.jobs (tenant_id, kind, key) where key is not null;
create index jobs_scheduled on skerry.jobs (tenant_id, run_at) where state = 'scheduled';
create index jobs_held on skerry.jobs (tenant_id, concurrency_key, priority desc, seq) where state = 'held';
create index jobs_ready on skerry.jobs (tenant_id, priority desc, seq) where state = 'ready';
create index jobs_running on skerry.jobs (tenant_id) where state = 'running';
create index jobs_admitted on skerry.jobs (tenant_id, concurrency_key)
  where concurrency_key is not null and state in ('ready', 'running');

create table skerry.job_notices (
  id bigint generated always as identity primary key,
  tenant_id text not null,
  concurrency_key text,
  due_at timestamptz
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

create table skerry.job_lanes (
  tenant_id text primary key,
  is_active boolean not null,
  pass double precision not null,
  due_at timestamptz,
  concurrency integer check (concurrency >= 1),
  weight double precision not null default 1 check (weight > 0),
  known_at timestamptz
) with (fillfactor = 50);
create index job_lanes_by_pass on skerry.job_lanes (pass, tenant_id) where is_active;
create index job_lanes_by_due_time on skerry.job_lanes (due_at) where due_at is not null;

create table skerry.job_dispatch (
  is_only_row boolean primary key default true check (is_only_row),
  virtual_time double precision not null default 0
) with (fillfactor = 10);
insert into skerry.job_dispatch default values;
`;

/*
 * Makes as many held jobs of one concurrency key ready as its limit leaves room for. A job that is locked just now, for
 * it is being cancelled, is left; the notice sees to it that somebody looks again.
 */
const HELD_JOBS = `
create function skerry.admit_held_jobs(of_tenant text, of_key text) returns void language plpgsql as $$
#variable_conflict use_column
declare
  room integer;
  of_id uuid;
begin
  select concurrency_limit into room from skerry.jobs
    where tenant_id = of_tenant and concurrency_key = of_key and state = 'held' order by priority desc, seq limit 1;
  if not found then return; end if;
  room := room - (
    select count(*) from skerry.jobs
      where tenant_id = of_tenant and concurrency_key = of_key and state in ('ready', 'running'));
  if room <= 0 then return; end if;

  for of_id in
    select id from skerry.jobs
      where tenant_id = of_tenant and concurrency_key = of_key and state = 'held'
      order by priority desc, seq limit room for update skip locked
  loop
    update skerry.jobs set state = 'ready' where tenant_id = of_tenant and id = of_id;
    room := room - 1;
  end loop;

  if room > 0 and (
    select true from skerry.jobs
      where tenant_id = of_tenant and concurrency_key = of_key and state = 'held' order by priority desc, seq limit 1
  ) then
    insert into skerry.job_notices (tenant_id, concurrency_key) values (of_tenant, of_key);
  end if;
end $$;
`;

/* Ends the waiting of one tenant's scheduled jobs, 200 at most, and tells when the next one is due. */
const DUE_JOBS = `
create function skerry.ready_due_jobs(of_tenant text, by_time timestamptz) returns timestamptz language plpgsql as $$
#variable_conflict use_column
declare
  due record;
  freed_keys text[] := '{}';
  of_key text;
begin
  for due in
    select id, concurrency_key from skerry.jobs
      where tenant_id = of_tenant and state = 'scheduled' and run_at <= by_time
      order by run_at limit 200 for update skip locked
  loop
    update skerry.jobs set state = case when due.concurrency_key is null then 'ready' else 'held' end
      where tenant_id = of_tenant and id = due.id;
    if due.concurrency_key <> all (freed_keys) then freed_keys := freed_keys || due.concurrency_key; end if;
  end loop;
  foreach of_key in array freed_keys loop
    perform skerry.admit_held_jobs(of_tenant, of_key);
  end loop;
  return (
    select run_at from skerry.jobs where tenant_id = of_tenant and state = 'scheduled' order by run_at limit 1);
end $$;
`;

/* A lane that was idle begins at the present virtual time: it neither saved up turns nor owes any. */
const NOTICES = `
create function skerry.read_job_notices(virtual_now double precision) returns void language plpgsql as $$
#variable_conflict use_column
declare
  freed record;
begin
  for freed in
    with taken as (
      delete from skerry.job_notices where id in (select id from skerry.job_notices order by id limit 1000)
        returning tenant_id, concurrency_key, due_at
    ), lanes as (
      insert into skerry.job_lanes as lane (tenant_id, is_active, pass, due_at)
        select tenant_id, bool_or(due_at is null), virtual_now, min(due_at) from taken group by tenant_id
        on conflict (tenant_id) do update set
          pass = case when lane.is_active then lane.pass else greatest(lane.pass, virtual_now) end,
          is_active = lane.is_active or excluded.is_active,
          due_at = least(lane.due_at, excluded.due_at)
    )
    select distinct tenant_id, concurrency_key from taken where concurrency_key is not null
  loop
    perform skerry.admit_held_jobs(freed.tenant_id, freed.concurrency_key);
  end loop;
end $$;
`;

/*
 * Hands out up to "free" jobs. The lane that is furthest behind in virtual time goes first, and gets as many jobs as
 * bring it level with the next one: start-time fair queuing (Goyal, Vin, Cheng 1996), where each job costs the same
 * divided by the lane's weight. What a lane could not use for its limit is not saved up. The last "reserved" places
 * go only to tenants of which nothing runs.
 *
 * The lock on the one row of job_dispatch lets claims of all nodes come one after another, and the statements after it
 * see what the claims before did: that is why every limit is exact. While it is held nothing may be waited for, so rows
 * that others lock are skipped.
 *
 * What Postgres believes of the jobs is of a moment when it looked, and may be that there are none: then every index
 * seems as good as the right one, and a claim beside 100,000 jobs walks through them all. So the statements leave it no
 * choice: without sorting, an order is had from the one index that has it, and each row is found again by its whole
 * key. Joined to what was found, the jobs themselves could be walked through.
 */
const CLAIM = `
create function skerry.claim_jobs(
  by_node uuid, of_kinds text[], free integer, reserved integer, lease_ms integer
) returns setof skerry.jobs language plpgsql
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off set enable_incremental_sort = off
set jit = off as $$
#variable_conflict use_column
declare
  virtual_now double precision;
  by_time timestamptz;
  lane skerry.job_lanes;
  next_pass double precision;
  busy integer;
  share integer;
  taken integer;
  of_id uuid;
  seen text[] := '{}';
begin
  select virtual_time into virtual_now from skerry.job_dispatch for update;
  by_time := clock_timestamp();
  perform skerry.read_job_notices(virtual_now);
  update skerry.job_lanes set is_active = true, pass = greatest(pass, virtual_now)
    where due_at <= by_time and not is_active;

  while free > 0 loop
    select * into lane from skerry.job_lanes
      where is_active and tenant_id <> all (seen) order by pass, tenant_id limit 1;
    exit when not found;
    if lane.due_at <= by_time then
      lane.due_at := skerry.ready_due_jobs(lane.tenant_id, by_time);
    end if;
    select count(*) into busy from skerry.jobs where tenant_id = lane.tenant_id and state = 'running';
    select pass into next_pass from skerry.job_lanes
      where is_active and tenant_id <> lane.tenant_id and tenant_id <> all (seen) order by pass, tenant_id limit 1;
    lane.pass := greatest(lane.pass, virtual_now);
    share := least(
      coalesce(lane.concurrency, 0) - busy,
      greatest(free - reserved, case when busy = 0 then 1 else 0 end),
      case when next_pass is null then free
           else 1 + floor(least(free, greatest(0, (next_pass - lane.pass) * lane.weight))) end);

    taken := 0;
    if share > 0 then
      for of_id in
        select id from skerry.jobs
          where tenant_id = lane.tenant_id and state = 'ready' and kind = any (of_kinds)
          order by priority desc, seq limit share for update skip locked
      loop
        return query
          update skerry.jobs
            set state = 'running', node_id = by_node, lease_until = by_time + lease_ms * interval '1 millisecond',
                claims = claims + 1, attempts = attempts + 1
            where tenant_id = lane.tenant_id and id = of_id
            returning *;
        taken := taken + 1;
      end loop;
    end if;
    if taken > 0 then
      virtual_now := lane.pass;
      lane.pass := lane.pass + taken / lane.weight;
      free := free - taken;
    end if;
    if taken < share or share <= 0 then
      seen := seen || lane.tenant_id;
      lane.is_active := coalesce((
        select true from skerry.jobs
          where tenant_id = lane.tenant_id and state = 'ready' order by priority desc, seq limit 1), false);
    end if;
    update skerry.job_lanes set pass = lane.pass, is_active = lane.is_active, due_at = lane.due_at
      where tenant_id = lane.tenant_id
        and (pass, is_active, due_at) is distinct from (lane.pass, lane.is_active, lane.due_at);
  end loop;
  update skerry.job_dispatch set virtual_time = virtual_now where virtual_time <> virtual_now;
end $$;
`;

/* Tenants' own transactions add jobs. All else is the platform's. */
const TENANT_WALL = `
revoke all on function skerry.admit_held_jobs, skerry.ready_due_jobs, skerry.read_job_notices, skerry.claim_jobs
  from public;
select skerry.protect_tenant_table('skerry.jobs', 'tenant_id');
select skerry.protect_tenant_table('skerry.job_notices', 'tenant_id');
select skerry.protect_tenant_table('skerry.job_lanes', 'tenant_id');
grant select, insert on skerry.jobs to skerry_tenant;
grant insert on skerry.job_notices to skerry_tenant;
`;
