import type { Kysely } from "kysely";
import { sql } from "kysely";

/** Tables that tenants declare, each tenant's in a schema of its own, and how their rows are counted. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql.raw(TABLES).execute(database);
  await sql.raw(COUNT).execute(database);
}

const TABLES = `
create table skerry.own_tables (
  tenant_id text not null references skerry.tenants on delete cascade,
  name text not null,
  definition json not null,
  bytes bigint not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, name)
);

select skerry.protect_tenant_table('skerry.own_tables', 'tenant_id');
grant select on skerry.own_tables to skerry_tenant;
`;

/*
 * Counts what statements of scripts add to and take from a table: the length of its rows as text, which does not hang on
 * how they are stored. Its argument is the tenant. How much the tenant may store, the transaction was told; one that was
 * told nothing may add nothing.
 */
const COUNT = `
create function skerry.count_own_rows() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp
  set timezone = 'UTC' set datestyle = 'ISO, YMD' set bytea_output = 'hex' set extra_float_digits = 1 as $$
declare
  added bigint := 0;
  removed bigint := 0;
  total bigint;
begin
  if tg_op <> 'DELETE' then
    select coalesce(sum(octet_length(new_rows::text)), 0) into added from new_rows;
  end if;
  if tg_op <> 'INSERT' then
    select coalesce(sum(octet_length(old_rows::text)), 0) into removed from old_rows;
  end if;
  if added = removed then return null; end if;
  update skerry.own_tables set bytes = bytes + added - removed where tenant_id = tg_argv[0] and name = tg_table_name;
  perform skerry.add_stored_bytes(tg_argv[0], added - removed);
  if added > removed then
    select used into total from skerry.quota_counters
      where tenant_id = tg_argv[0] and kind = 'storedBytes' and period = 'epoch';
    if total > coalesce(nullif(current_setting('skerry.stored_limit', true), ''), '0')::bigint then
      raise exception 'the tenant stores as much as it may' using errcode = 'disk_full';
    end if;
  end if;
  return null;
end $$;
revoke all on function skerry.count_own_rows() from public;

create function skerry.measure_own_table(target regclass) returns bigint
  language plpgsql set search_path = pg_catalog, pg_temp
  set timezone = 'UTC' set datestyle = 'ISO, YMD' set bytea_output = 'hex' set extra_float_digits = 1 as $$
declare
  total bigint;
begin
  execute format('select coalesce(sum(octet_length(own::text)), 0) from %s own', target) into total;
  return total;
end $$;
revoke all on function skerry.measure_own_table(regclass) from public;
`;
