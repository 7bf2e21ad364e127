import type { Kysely } from "kysely";
import { sql } from "kysely";

/** What scripts keep: for good in `storage_entries`, and until it is evicted or the server crashes in `cache_entries`. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql.raw(STORAGE).execute(database);
  await sql.raw(STORAGE_COUNTS).execute(database);
  await sql.raw(CACHE).execute(database);
}

/*
 * Values are JSON texts as scripts wrote them: jsonb refuses \u0000. The collation makes the order of keys that of
 * their bytes in UTF-8, whatever the database's own is.
 */
const STORAGE = `
create table skerry.storage_entries (
  tenant_id text not null references skerry.tenants on delete cascade,
  key text collate "C" not null check (octet_length(key) between 1 and 512),
  value text not null,
  bytes integer not null generated always as (octet_length(key) + octet_length(value)) stored,
  version bigint not null,
  expires_at timestamptz,
  updated_at timestamptz not null default now(),
  primary key (tenant_id, key)
);
create index storage_entries_by_expiry on skerry.storage_entries (expires_at) where expires_at is not null;

select skerry.protect_tenant_table('skerry.storage_entries', 'tenant_id');
grant select, insert, update, delete on skerry.storage_entries to skerry_tenant;
`;

/* The number of entries is counted beside their bytes and bounded here, so that no write can pass by it. */
const STORAGE_COUNTS = `
create function skerry.count_storage_entry() returns trigger language plpgsql as $$
declare
  entries bigint;
begin
  perform skerry.add_stored_bytes(
    coalesce(new.tenant_id, old.tenant_id), coalesce(new.bytes, 0) - coalesce(old.bytes, 0));
  if tg_op = 'INSERT' then
    insert into skerry.quota_counters as counter (tenant_id, kind, period, used)
      values (new.tenant_id, 'storageEntries', 'epoch', 1)
      on conflict (tenant_id, kind, period) do update set used = counter.used + 1
      returning used into entries;
    if entries > 1000000 then
      raise exception 'a tenant may have 1000000 entries' using errcode = 'program_limit_exceeded';
    end if;
  elsif tg_op = 'DELETE' then
    update skerry.quota_counters set used = used - 1
      where tenant_id = old.tenant_id and kind = 'storageEntries' and period = 'epoch';
  end if;
  return null;
end $$;
create trigger count_stored_bytes after insert or delete or update of key, value on skerry.storage_entries
  for each row execute function skerry.count_storage_entry();
`;

/* An entry's id is the SHA-256 of its script and key. Its bytes have a fixed part for the row itself. */
const CACHE = `
create unlogged table skerry.cache_entries (
  tenant_id text not null references skerry.tenants on delete cascade,
  id bytea not null check (octet_length(id) = 32),
  value text not null,
  bytes integer not null generated always as (octet_length(value) + 128) stored,
  expires_at timestamptz,
  used_at timestamptz not null,
  primary key (tenant_id, id)
);
create index cache_entries_by_expiry on skerry.cache_entries (expires_at) where expires_at is not null;

select skerry.protect_tenant_table('skerry.cache_entries', 'tenant_id');
grant select, insert, update, delete on skerry.cache_entries to skerry_tenant;
`;
