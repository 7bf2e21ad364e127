import { sql } from "kysely";
import type { Queries } from "../../db/tenant-scope.ts";
import { addToJsonNumber, isJsonNumber } from "../json-number.ts";
import type { CacheCaps } from "./store.ts";

/** Carries `node tenant id`, the id in base64url: a node changed this entry. */
export const CACHE_CHANNEL = "skerry_cache";

/** One entry, and what other nodes are told of it when it changes. */
export interface CacheEntryName {
  readonly tenantId: string;
  /** 32 bytes. */
  readonly id: Buffer;
  readonly notice: string;
}

/** A time to live as the moment it ends at, by the database's clock. */
function endOf(ttlMs: number | undefined) {
  return sql<Date | null>`clock_timestamp() + ${ttlMs ?? null}::float8 * interval '1 millisecond'`;
}

const IS_OVER = sql<boolean>`coalesce(held.expires_at <= clock_timestamp(), false)`;

/** An entry as it was read. */
export interface CachedValue {
  readonly value: string;
  /** What is left of its time; null when it has no end. */
  readonly ttlMs: number | null;
}

/** Reads an entry, and notes its use where that was not done for a minute. */
export async function readCacheEntry(
  queries: Queries,
  { tenantId, id }: Pick<CacheEntryName, "tenantId" | "id">,
): Promise<CachedValue | undefined> {
  const { rows } = await sql<CachedValue>`
    with used as (
      update skerry.cache_entries set used_at = clock_timestamp()
      where tenant_id = ${tenantId} and id = ${id} and used_at < clock_timestamp() - interval '1 minute'
    )
    select value, (extract(epoch from expires_at - clock_timestamp()) * 1000)::float8 as "ttlMs"
    from skerry.cache_entries as held
    where tenant_id = ${tenantId} and id = ${id} and not ${IS_OVER}
  `.execute(queries);
  return rows[0];
}

/** Writes an entry and tells all nodes when the transaction commits. */
export async function saveCacheEntry(
  queries: Queries,
  { tenantId, id, notice }: CacheEntryName,
  { json, ttlMs }: { readonly json: string; readonly ttlMs: number | undefined },
): Promise<void> {
  await sql`
    with saved as (
      insert into skerry.cache_entries (tenant_id, id, value, expires_at, used_at)
      values (${tenantId}, ${id}, ${json}, ${endOf(ttlMs)}, clock_timestamp())
      on conflict (tenant_id, id) do update
      set value = excluded.value, expires_at = excluded.expires_at, used_at = excluded.used_at
    )
    select pg_notify(${CACHE_CHANNEL}, ${notice})
  `.execute(queries);
}

/** @returns whether there was an entry. */
export async function deleteCacheEntry(
  queries: Queries,
  { tenantId, id, notice }: CacheEntryName,
): Promise<boolean> {
  const { rows } = await sql<{ isOver: boolean }>`
    with gone as (
      delete from skerry.cache_entries as held where tenant_id = ${tenantId} and id = ${id}
      returning ${IS_OVER} as "isOver"
    )
    select gone."isOver", pg_notify(${CACHE_CHANNEL}, ${notice}) from gone
  `.execute(queries);
  return rows[0]?.isOver === false;
}

/**
 * Adds to the number of an entry, which counts as 0 where it is missing, and tells all nodes.
 *
 * @returns the sum; undefined when the entry holds no number. Rejects when the sum would not be finite.
 */
export async function incrementCacheEntry(
  queries: Queries,
  { tenantId, id, notice }: CacheEntryName,
  { by, ttlMs }: { readonly by: number; readonly ttlMs: number | undefined },
): Promise<number | undefined> {
  const { rows } = await sql<{ value: string }>`
    with added as (
      insert into skerry.cache_entries as held (tenant_id, id, value, expires_at, used_at)
      values (${tenantId}, ${id}, ${JSON.stringify(by)}, ${endOf(ttlMs)}, clock_timestamp())
      on conflict (tenant_id, id) do update set
        value = case when ${IS_OVER} then excluded.value else ${addToJsonNumber("held.value", by)} end,
        expires_at = case when ${IS_OVER} then excluded.expires_at else held.expires_at end,
        used_at = excluded.used_at
      where ${IS_OVER} or ${isJsonNumber("held.value")}
      returning value
    )
    select added.value, pg_notify(${CACHE_CHANNEL}, ${notice}) from added
  `.execute(queries);
  return rows[0] === undefined ? undefined : Number(rows[0].value);
}

/** Removes the tenant's least recently used entries until the others keep the caps. @returns how many. */
export async function evictCacheEntries(
  queries: Queries,
  tenantId: string,
  { entries, bytes }: CacheCaps,
): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from skerry.cache_entries as entry using (
      select id, sum(bytes) over newest as bytes, row_number() over newest as place
      from skerry.cache_entries where tenant_id = ${tenantId}
      window newest as (order by used_at desc, id rows between unbounded preceding and current row)
    ) as ranked
    where entry.tenant_id = ${tenantId} and entry.id = ranked.id
      and (ranked.bytes > ${bytes}::bigint or ranked.place > ${entries}::bigint)
  `.execute(queries);
  return Number(numAffectedRows);
}

/** Removes some of all tenants' entries whose time is over. @returns how many. */
export async function deleteExpiredCacheEntries(queries: Queries, limit: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from skerry.cache_entries where (tenant_id, id) in (
      select tenant_id, id from skerry.cache_entries where expires_at <= clock_timestamp()
      order by expires_at limit ${limit} for update skip locked
    )
  `.execute(queries);
  return Number(numAffectedRows);
}
