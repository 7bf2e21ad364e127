import type { Kysely } from "kysely";
import { sql } from "kysely";

/** Events, who subscribes to them, and those that scripts failed to handle. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql.raw(TABLES).execute(database);
  await sql.raw(NEWS).execute(database);
  await sql.raw(SUBSCRIPTIONS).execute(database);
  await sql.raw(OUTBOX).execute(database);
  await sql.raw(TENANT_WALL).execute(database);
}

/* An event waits until it has been handed to its subscribers, in the order of "seq". */
const TABLES = `
create table skerry.events (
  tenant_id text not null references skerry.tenants on delete cascade,
  id text not null check (id ~ '^[A-Za-z0-9][\\x21-\\x7e]{0,199}$'),
  seq bigint generated always as identity,
  type text not null check (length(type) <= 200 and type ~ '^[a-z0-9_-]+([.][a-z0-9_-]+)*$'),
  payload json not null check (octet_length(payload::text) <= 262144),
  depth integer not null check (depth >= 0),
  actor text not null,
  is_waiting boolean not null default true,
  published_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, id)
) with (autovacuum_vacuum_scale_factor = 0.05);
create index events_in_order on skerry.events (tenant_id, seq);
create index events_by_type on skerry.events (tenant_id, type, seq);
create index events_waiting on skerry.events (tenant_id, seq) where is_waiting;

create table skerry.dead_letters (
  tenant_id text not null,
  id uuid not null,
  event_id text not null,
  type text not null,
  script_id uuid not null,
  payload json not null,
  trigger_fields json not null,
  attempts json not null,
  created_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, id),
  foreign key (tenant_id, script_id) references skerry.scripts on delete cascade
);
create index dead_letters_by_script on skerry.dead_letters (tenant_id, script_id, id);
`;

/* Once for each tenant of a statement, however many events it adds. */
const NEWS = `
create function skerry.tell_events() returns trigger language plpgsql as $$
begin
  perform pg_notify('skerry_events', tenant_id) from (select distinct tenant_id from added) as published;
  return null;
end $$;
create trigger tell after insert on skerry.events
  referencing new table as added for each statement execute function skerry.tell_events();
`;

/*
 * Active event scripts are the subscriptions. What nodes remember of them is good for as long as the transaction that
 * changed them last is the same one: an event that is published after a script is never handed out without it. A
 * tenant's removal takes its head along, so this table refers to none.
 */
const SUBSCRIPTIONS = `
create index scripts_subscribed on skerry.scripts (tenant_id)
  where type = 'event' and status = 'active' and deleted_at is null;

create table skerry.event_subscription_heads (
  tenant_id text primary key,
  changed_by xid8 not null
);

create function skerry.note_subscription() returns trigger language plpgsql as $$
begin
  insert into skerry.event_subscription_heads as head (tenant_id, changed_by)
    values (new.tenant_id, pg_current_xact_id())
    on conflict (tenant_id) do update set changed_by = excluded.changed_by
      where head.changed_by <> excluded.changed_by;
  return null;
end $$;
create trigger note_subscription after insert or update on skerry.scripts
  for each row when (new.type = 'event') execute function skerry.note_subscription();

create function skerry.forget_subscriptions() returns trigger language plpgsql as $$
begin
  delete from skerry.event_subscription_heads where tenant_id = old.id;
  return null;
end $$;
create trigger forget_subscriptions after delete on skerry.tenants
  for each row execute function skerry.forget_subscriptions();

insert into skerry.event_subscription_heads (tenant_id, changed_by)
  select distinct tenant_id, pg_current_xact_id() from skerry.scripts where type = 'event';
`;

/*
 * For a host that keeps its own tables in the same database: the event exists exactly when the transaction commits. It
 * acts for any tenant, so only the owner may call it until a role is told that it may.
 */
const OUTBOX = `
create function skerry.publish_event(tenant text, type text, payload json, id text default null)
  returns text language plpgsql security definer set search_path = pg_catalog as $$
declare
  event_id text := coalesce(id, gen_random_uuid()::text);
begin
  insert into skerry.events (tenant_id, id, type, payload, depth, actor)
    values (tenant, event_id, publish_event.type, publish_event.payload, 0, 'host')
    on conflict do nothing;
  return event_id;
end $$;
revoke all on function skerry.publish_event(text, text, json, text) from public;
`;

const TENANT_WALL = `
select skerry.protect_tenant_table('skerry.events', 'tenant_id');
select skerry.protect_tenant_table('skerry.dead_letters', 'tenant_id');
select skerry.protect_tenant_table('skerry.event_subscription_heads', 'tenant_id');
grant select, insert, update, delete on skerry.events, skerry.dead_letters to skerry_tenant;
grant select, insert, update on skerry.event_subscription_heads to skerry_tenant;
`;
