import type { Kysely } from "kysely";
import { sql } from "kysely";

/** The audit log: one chain of records per tenant, and one of the installation. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql.raw(TABLES).execute(database);
  await sql.raw(CHAIN).execute(database);
  await sql.raw(APPEND_ONLY).execute(database);
  await sql.raw(TENANT_WALL).execute(database);
}

// No foreign key to the tenants: records outlive them.
const TABLES = `
create table skerry.audit_log (
  tenant_id text not null,
  seq bigint not null check (seq >= 1),
  at timestamptz not null,
  actor text not null,
  action text not null,
  target_type text not null,
  target_id text not null,
  target_name text,
  before json,
  after json,
  address text,
  request_id text,
  previous_hash bytea not null check (octet_length(previous_hash) = 32),
  hash bytea not null check (octet_length(hash) = 32),
  primary key (tenant_id, seq)
);
create index audit_log_by_time on skerry.audit_log (tenant_id, at, seq);
create index audit_log_by_actor on skerry.audit_log (tenant_id, actor, seq);
create index audit_log_by_action on skerry.audit_log (tenant_id, action, seq);
create index audit_log_by_target on skerry.audit_log (tenant_id, target_id, seq);

create table skerry.audit_heads (
  tenant_id text primary key,
  seq bigint not null check (seq >= 1),
  hash bytea not null check (octet_length(hash) = 32)
) with (fillfactor = 50);
`;

/*
 * The database numbers and chains the rows itself, whoever inserts them. The upsert holds the chain's head until the
 * transaction ends, so that rows of one chain commit one after the other and their numbers have no gaps.
 * docs/audit.md describes what is hashed; audit/chain.ts computes the same.
 */
const CHAIN = `
create function skerry.frame_audit_field(value text) returns text language sql immutable
  return case when value is null then '-' else octet_length(convert_to(value, 'UTF8')) || ':' || value end || ',';

create function skerry.hash_audit_record(record skerry.audit_log) returns bytea language sql stable
  return sha256(convert_to(
    'skerry-audit-1,'
      || skerry.frame_audit_field(record.tenant_id)
      || skerry.frame_audit_field(record.seq::text)
      || skerry.frame_audit_field(to_char(record.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
      || skerry.frame_audit_field(record.actor)
      || skerry.frame_audit_field(record.action)
      || skerry.frame_audit_field(record.target_type)
      || skerry.frame_audit_field(record.target_id)
      || skerry.frame_audit_field(record.target_name)
      || skerry.frame_audit_field(record.before::text)
      || skerry.frame_audit_field(record.after::text)
      || skerry.frame_audit_field(record.address)
      || skerry.frame_audit_field(record.request_id)
      || skerry.frame_audit_field(encode(record.previous_hash, 'hex')),
    'UTF8'));

create function skerry.chain_audit_record() returns trigger language plpgsql security definer
  set search_path = pg_catalog, pg_temp as $$
begin
  insert into skerry.audit_heads as head (tenant_id, seq, hash)
    values (new.tenant_id, 1, decode(repeat('00', 32), 'hex'))
    on conflict (tenant_id) do update set seq = head.seq + 1
    returning head.seq, head.hash into new.seq, new.previous_hash;
  new.at := date_trunc('milliseconds', clock_timestamp());
  new.hash := skerry.hash_audit_record(new);
  update skerry.audit_heads set hash = new.hash where tenant_id = new.tenant_id;
  return new;
end $$;
revoke all on function skerry.chain_audit_record() from public;

create trigger chain before insert on skerry.audit_log
  for each row execute function skerry.chain_audit_record();
`;

// The heads may change by the trigger above only, which is one trigger deep.
const APPEND_ONLY = `
create function skerry.refuse_audit_change() returns trigger language plpgsql as $$
begin
  raise exception '% refused: % only grows by new records', tg_op, tg_table_name
    using errcode = 'integrity_constraint_violation';
end $$;

create trigger append_only before update or delete or truncate on skerry.audit_log
  for each statement execute function skerry.refuse_audit_change();
create trigger append_only before insert or update or delete or truncate on skerry.audit_heads
  for each statement when (pg_trigger_depth() = 0) execute function skerry.refuse_audit_change();
`;

const TENANT_WALL = `
select skerry.protect_tenant_table('skerry.audit_log', 'tenant_id');
select skerry.protect_tenant_table('skerry.audit_heads', 'tenant_id');
grant select on skerry.audit_log, skerry.audit_heads to skerry_tenant;
grant insert (tenant_id, actor, action, target_type, target_id, target_name, before, after, address, request_id)
  on skerry.audit_log to skerry_tenant;
`;
