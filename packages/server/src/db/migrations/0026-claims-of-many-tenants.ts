import type { Kysely } from "kysely";
import { sql } from "kysely";

/** Claims that pass over the lanes that can be given nothing. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql.raw(CLAIM).execute(database);
}

/*
 * Hands out up to "free" jobs as before, see 0010. What is new: the next lane that can be given something is found by
 * one statement, which passes over those of which as much runs as may, and, once none but reserved places are left, over
 * those of which anything runs. It goes on from where the last one ended. Before, each such lane took a turn of the
 * loop: while something of each of 100 tenants ran, a claim took 16 ms.
 *
 * A lane that is passed over keeps its place. It saves up nothing by that: what counts is its pass or the virtual time,
 * whichever is greater, when it is given something. It may be active although nothing of it is ready, until nothing of
 * it runs. One with jobs that are due is looked at in any case; dispatchers would ask for them again and again.
 *
 * For the running jobs of a lane the lane has to be read first, and they are only counted: so Postgres has no choice
 * but to look for them lane by lane.
 */
const CLAIM = `
create or replace function skerry.claim_jobs(
  by_node uuid, of_kinds text[], free integer, reserved integer, lease_ms integer
) returns setof skerry.jobs language plpgsql
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off set enable_incremental_sort = off
set jit = off as $$
#variable_conflict use_column
declare
  virtual_now double precision;
  by_time timestamptz;
  lane record;
  at_pass double precision := '-infinity';
  at_tenant text := '';
  next_pass double precision;
  most integer;
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
    most := case when free <= reserved then 1 end;
    select waiting.*, running.busy into lane
      from skerry.job_lanes waiting cross join lateral (
        select count(*) as busy from (
          select from skerry.jobs job where job.tenant_id = waiting.tenant_id and job.state = 'running'
            limit least(waiting.concurrency, most)) counted
      ) running
      where waiting.is_active and waiting.tenant_id <> all (seen)
        and (waiting.pass, waiting.tenant_id) > (at_pass, at_tenant)
        and (waiting.concurrency is not null and running.busy < least(waiting.concurrency, most)
          or waiting.due_at <= by_time)
      order by waiting.pass, waiting.tenant_id limit 1;
    exit when not found;
    at_pass := lane.pass;
    at_tenant := lane.tenant_id;
    if lane.due_at <= by_time then
      lane.due_at := skerry.ready_due_jobs(lane.tenant_id, by_time);
    end if;
    select pass into next_pass from skerry.job_lanes
      where is_active and tenant_id <> all (seen) and (pass, tenant_id) > (at_pass, at_tenant)
      order by pass, tenant_id limit 1;
    lane.pass := greatest(lane.pass, virtual_now);
    share := least(
      coalesce(lane.concurrency, 0) - lane.busy,
      greatest(free - reserved, case when lane.busy = 0 then 1 else 0 end),
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
