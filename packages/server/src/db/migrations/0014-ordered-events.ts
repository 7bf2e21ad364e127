import type { Kysely } from "kysely";
import { sql } from "kysely";

/** Jobs that keep their order also while one waits for its next attempt, and what filters left of events. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql.raw(ORDERED_JOBS).execute(database);
  await sql.raw(EVENTS).execute(database);
}

/*
 * A job that keeps its order holds its place under its concurrency key from the first claim to its end. What is counted
 * is counted in one statement: between two, a job could pass from one state to the other.
 */
const ORDERED_JOBS = `
alter table skerry.jobs
  add column is_ordered boolean not null default false,
  add check (not is_ordered or concurrency_limit = 1);
alter table skerry.jobs alter is_ordered set statistics 0, alter claims set statistics 0;
create index jobs_put_off_in_order on skerry.jobs (tenant_id, concurrency_key)
  where is_ordered and state = 'scheduled' and claims > 0;

create or replace function skerry.admit_held_jobs(of_tenant text, of_key text) returns void language plpgsql as $$
#variable_conflict use_column
declare
  room integer;
  of_id uuid;
begin
  select concurrency_limit into room from skerry.jobs
    where tenant_id = of_tenant and concurrency_key = of_key and state = 'held' order by priority desc, seq limit 1;
  if not found then return; end if;
  room := room - (
    select (select count(*) from skerry.jobs
        where tenant_id = of_tenant and concurrency_key = of_key and state in ('ready', 'running'))
      + (select count(*) from skerry.jobs
        where tenant_id = of_tenant and concurrency_key = of_key and is_ordered and state = 'scheduled' and claims > 0));
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

/* Both numbers are null until the event was handed out. */
const EVENTS = `
alter table skerry.events add column matched integer, add column filtered integer;
create index events_by_time on skerry.events (tenant_id, published_at);
`;
