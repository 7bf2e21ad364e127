import type { Kysely } from "kysely";
import { sql } from "kysely";

/** What lets scripts work on tables of the host: whom a transaction acts for, and which tables are open. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql.raw(TABLES).execute(database);
  await sql.raw(TENANT).execute(database);
  await sql.raw(STAMP).execute(database);
}

/* One row: the key that tokens are signed with, which only the owner may read. Two UUIDs hold 244 random bits. */
const TABLES = `
create table skerry.script_access (
  is_only boolean primary key default true check (is_only),
  token_key bytea not null check (octet_length(token_key) = 32),
  master_key_id text
);
insert into skerry.script_access (token_key)
  values (sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')));

create table skerry.exposed_tables (
  schema_name text not null,
  table_name text not null,
  definition json not null,
  primary key (schema_name, table_name)
);
`;

/*
 * The tenant whom the token of this transaction names: TENANT.EXPIRES.PID.SIGNATURE, good on one connection until a time
 * in seconds. The hash is nested so that nobody can lengthen what was signed. Policies call it; the role of scripts has
 * no right on the schema, so it cannot call it by name.
 */
const TENANT = `
create function skerry.script_tenant() returns text
  language plpgsql stable parallel restricted security definer set search_path = pg_catalog, pg_temp as $$
declare
  token text[] := string_to_array(current_setting('skerry.script_token', true), '.');
  claim bytea;
  secret bytea;
begin
  if cardinality(token) = 4 then
    claim := convert_to(token[1] || '.' || token[2] || '.' || token[3], 'UTF8');
    select token_key into strict secret from skerry.script_access;
    if encode(sha256(secret || sha256(secret || claim)), 'hex') = token[4]
      and token[2]::bigint > extract(epoch from clock_timestamp())
      and token[3]::integer = pg_backend_pid()
    then
      return token[1];
    end if;
  end if;
  raise exception 'this transaction acts for no tenant' using errcode = 'insufficient_privilege';
end $$;
revoke all on function skerry.script_tenant() from public;
`;

/* Rows that scripts add are their tenant's. The trigger's argument is the name of the tenant column. */
const STAMP = `
create function skerry.stamp_script_tenant() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  new := jsonb_populate_record(new, jsonb_build_object(tg_argv[0], skerry.script_tenant()));
  return new;
end $$;
revoke all on function skerry.stamp_script_tenant() from public;
`;
