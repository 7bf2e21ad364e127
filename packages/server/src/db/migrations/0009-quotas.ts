import type { Kysely } from "kysely";
import { sql } from "kysely";

/** What tenants have beside their plan, what they use of their quotas, and what nodes hold of them. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql.raw(OVERRIDES).execute(database);
  await sql.raw(TABLES).execute(database);
  await sql.raw(EXCHANGE).execute(database);
  await sql.raw(STORED_BYTES).execute(database);
  await sql.raw(TENANT_WALL).execute(database);
}

const OVERRIDES = `
alter table skerry.tenants
  add column limits jsonb not null default '{}',
  add column quotas jsonb not null default '{}',
  add column retention_days integer check (retention_days >= 1);
`;

/*
 * A counter's "reserved" is the sum of its grants. Grants name no row of quota_nodes: a node is alive as long as its
 * row there is young, and what others find of one that is not they take back.
 */
const TABLES = `
create table skerry.quota_counters (
  tenant_id text not null references skerry.tenants on delete cascade,
  kind text not null,
  period timestamptz not null,
  used bigint not null default 0,
  reserved bigint not null default 0 check (reserved >= 0),
  primary key (tenant_id, kind, period)
);
create index quota_counters_by_period on skerry.quota_counters (kind, period);

create table skerry.quota_grants (
  tenant_id text not null,
  kind text not null,
  period timestamptz not null,
  node_id uuid not null,
  amount bigint not null check (amount >= 0),
  in_use bigint not null default 0 check (in_use >= 0),
  primary key (tenant_id, kind, period, node_id),
  foreign key (tenant_id, kind, period) references skerry.quota_counters on delete cascade
);

create table skerry.quota_nodes (
  id uuid primary key,
  seen_at timestamptz not null default now()
);

create table skerry.usage_days (
  tenant_id text not null references skerry.tenants on delete cascade,
  day date not null,
  kind text not null,
  used bigint not null default 0,
  primary key (tenant_id, day, kind)
);
`;

/*
 * One node tells what it spent, gives back what it does not need and takes more, as far as the ceiling leaves room: a
 * hundredth of the ceiling at most and a tenth of what is left, but no less than it needs just now. The counter's row
 * is locked first, so exchanges of one counter come one after another, whichever nodes they are of.
 */
const EXCHANGE = `
create function skerry.exchange_quota(
  for_tenant text, for_kind text, for_period timestamptz, for_day date, by_node uuid,
  spent bigint, returned bigint, now_in_use bigint, needed bigint, ceiling bigint, lost_before timestamptz
) returns table (amount bigint, used bigint, held_by_others bigint) language plpgsql as $$
#variable_conflict use_column
declare
  counter skerry.quota_counters;
  held bigint;
  freed bigint;
  room bigint;
  share bigint := 0;
begin
  select * into counter from skerry.quota_counters
    where tenant_id = for_tenant and kind = for_kind and period = for_period for update;
  if not found then
    insert into skerry.quota_counters (tenant_id, kind, period)
      select id, for_kind, for_period from skerry.tenants where id = for_tenant for key share
      on conflict do nothing;
    select * into counter from skerry.quota_counters
      where tenant_id = for_tenant and kind = for_kind and period = for_period for update;
    if not found then return; end if;
  end if;

  select coalesce(max(g.amount), 0) into held from skerry.quota_grants g
    where tenant_id = for_tenant and kind = for_kind and period = for_period and node_id = by_node;
  freed := least(held, spent + returned);
  counter.used := counter.used + spent;
  counter.reserved := counter.reserved - freed;

  if needed > 0 and ceiling - counter.used - counter.reserved < greatest(needed, ceiling / 100) then
    with lost as (
      delete from skerry.quota_grants g
      where tenant_id = for_tenant and kind = for_kind and period = for_period and node_id <> by_node
        and not exists (select from skerry.quota_nodes n where n.id = g.node_id and n.seen_at >= lost_before)
      returning g.amount
    )
    select counter.reserved - coalesce(sum(lost.amount), 0) into counter.reserved from lost;
  end if;

  if needed > 0 then
    room := greatest(0, ceiling - counter.used - counter.reserved);
    share := least(room, greatest(needed, least(ceiling / 100, room / 10)));
    counter.reserved := counter.reserved + share;
  end if;

  update skerry.quota_counters set used = counter.used, reserved = counter.reserved
    where tenant_id = for_tenant and kind = for_kind and period = for_period;
  held := held - freed + share;
  if held = 0 and now_in_use = 0 then
    delete from skerry.quota_grants
      where tenant_id = for_tenant and kind = for_kind and period = for_period and node_id = by_node;
  else
    insert into skerry.quota_grants as g (tenant_id, kind, period, node_id, amount, in_use)
      values (for_tenant, for_kind, for_period, by_node, held, now_in_use)
      on conflict (tenant_id, kind, period, node_id) do update set amount = held, in_use = now_in_use;
  end if;
  if spent <> 0 then
    insert into skerry.usage_days as d (tenant_id, day, kind, used) values (for_tenant, for_day, for_kind, spent)
      on conflict (tenant_id, day, kind) do update set used = d.used + spent;
  end if;
  return query select held, counter.used, counter.reserved - held;
end $$;
revoke all on function skerry.exchange_quota from public;
`;

/*
 * What is stored must be counted whoever writes it, so the rows themselves do it. How much a transaction added in all
 * it keeps in the setting skerry.stored_growth: only one that adds may be refused. When a tenant is removed its counter
 * may go first; then there is nothing to count.
 */
const STORED_BYTES = `
create function skerry.add_stored_bytes(for_tenant text, delta bigint) returns void language plpgsql as $$
begin
  if delta > 0 then
    insert into skerry.quota_counters as counter (tenant_id, kind, period, used)
      values (for_tenant, 'storedBytes', 'epoch', delta)
      on conflict (tenant_id, kind, period) do update set used = counter.used + delta;
  elsif delta < 0 then
    update skerry.quota_counters set used = used + delta
      where tenant_id = for_tenant and kind = 'storedBytes' and period = 'epoch';
  end if;
  perform set_config(
    'skerry.stored_growth',
    (coalesce(nullif(current_setting('skerry.stored_growth', true), ''), '0')::bigint + delta)::text,
    true);
end $$;

create function skerry.count_source_bytes() returns trigger language plpgsql as $$
begin
  perform skerry.add_stored_bytes(
    case when tg_op = 'DELETE' then old.tenant_id else new.tenant_id end,
    case when tg_op = 'DELETE' then 0 else octet_length(new.source) end
      - case when tg_op = 'INSERT' then 0 else octet_length(old.source) end);
  return null;
end $$;
create trigger count_stored_bytes after insert on skerry.script_versions
  for each row execute function skerry.count_source_bytes();
create trigger count_stored_bytes after insert or delete or update of source on skerry.script_drafts
  for each row execute function skerry.count_source_bytes();

create function skerry.count_secret_bytes() returns trigger language plpgsql as $$
begin
  perform skerry.add_stored_bytes(
    case when tg_op = 'DELETE' then old.tenant_id else new.tenant_id end,
    case when tg_op = 'DELETE' then 0 else octet_length(new.ciphertext) end
      - case when tg_op = 'INSERT' then 0 else octet_length(old.ciphertext) end);
  return null;
end $$;
create trigger count_stored_bytes after insert or delete or update of ciphertext on skerry.secrets
  for each row execute function skerry.count_secret_bytes();

create function skerry.uncount_deleted_script() returns trigger language plpgsql as $$
begin
  perform skerry.add_stored_bytes(new.tenant_id, (
    select -coalesce(sum(octet_length(source)), 0) from skerry.script_versions
    where tenant_id = new.tenant_id and script_id = new.id));
  return null;
end $$;
create trigger uncount_stored_bytes after update of deleted_at on skerry.scripts
  for each row when (old.deleted_at is null and new.deleted_at is not null)
  execute function skerry.uncount_deleted_script();

insert into skerry.quota_counters (tenant_id, kind, period, used)
  select tenant_id, 'storedBytes', 'epoch', sum(bytes) from (
    select tenant_id, octet_length(source) as bytes from skerry.script_versions
      join skerry.scripts using (tenant_id) where id = script_id and deleted_at is null
    union all select tenant_id, octet_length(source) from skerry.script_drafts
    union all select tenant_id, octet_length(ciphertext) from skerry.secrets
  ) as stored group by tenant_id;
`;

const TENANT_WALL = `
select skerry.protect_tenant_table('skerry.quota_counters', 'tenant_id');
select skerry.protect_tenant_table('skerry.quota_grants', 'tenant_id');
select skerry.protect_tenant_table('skerry.usage_days', 'tenant_id');
grant select, insert, update on skerry.quota_counters to skerry_tenant;
grant select on skerry.quota_grants, skerry.usage_days to skerry_tenant;
`;
