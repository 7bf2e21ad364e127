import { sql } from "kysely";
import type { RawBuilder } from "kysely";
import type { Queries } from "../../db/tenant-scope.ts";
import { addToJsonNumber, isJsonNumber } from "../json-number.ts";

/** An entry without its value. */
export interface StorageItemRow {
  readonly key: string;
  readonly version: number;
  readonly expiresAt: Date | null;
  /** Bytes of the value's JSON text. */
  readonly size: number;
}

/** An entry with its value as JSON text. */
export interface StorageEntryRow extends StorageItemRow {
  readonly value: string;
}

const IS_OVER = sql<boolean>`coalesce(held.expires_at <= clock_timestamp(), false)`;
const ITEM = sql`held.key, held.version, held.expires_at as "expiresAt", octet_length(held.value) as size`;
/** No version comes twice, also when an entry was removed in between. */
const NEW_VERSION = sql<number>`(extract(epoch from clock_timestamp()) * 1000000)::bigint`;
const NEXT_VERSION = sql<number>`greatest(held.version + 1, excluded.version)`;

/** A time to live as the moment it ends at, by the database's clock. */
function endOf(ttlMs: number | undefined): RawBuilder<Date | null> {
  return sql<Date | null>`clock_timestamp() + ${ttlMs ?? null}::float8 * interval '1 millisecond'`;
}

export async function findStorageEntry(
  queries: Queries,
  tenantId: string,
  key: string,
): Promise<StorageEntryRow | undefined> {
  const { rows } = await sql<StorageEntryRow>`
    select ${ITEM}, held.value from skerry.storage_entries as held
    where tenant_id = ${tenantId} and key = ${key} and not ${IS_OVER}
  `.execute(queries);
  return rows[0];
}

export async function hasStorageEntry(queries: Queries, tenantId: string, key: string): Promise<boolean> {
  const { rows } = await sql`
    select from skerry.storage_entries as held
    where tenant_id = ${tenantId} and key = ${key} and not ${IS_OVER}
  `.execute(queries);
  return rows.length > 0;
}

/** Keys from `from`, without it, and before `end`, where there is one. */
export interface StorageRange {
  readonly prefix: string;
  /** The first text behind all that begin with the prefix; null where there is none. */
  readonly end: string | null;
  readonly after: string;
  readonly limit: number;
}

/** In the order of the keys' bytes; at most one more than the limit. */
export async function listStorageEntries(
  queries: Queries,
  tenantId: string,
  { prefix, end, after, limit }: StorageRange,
): Promise<readonly StorageItemRow[]> {
  const { rows } = await sql<StorageItemRow>`
    select ${ITEM} from skerry.storage_entries as held
    where tenant_id = ${tenantId} and key >= ${prefix} and key > ${after}
      and ${end === null ? sql`true` : sql`key < ${end}`} and not ${IS_OVER}
    order by key limit ${limit + 1}
  `.execute(queries);
  return rows;
}

/** What is written under a key. */
export interface StorageWrite {
  readonly key: string;
  /** JSON text. */
  readonly json: string;
  readonly ttlMs: number | undefined;
}

/** @returns the new version; undefined when `isNew` is asked for and there is such an entry. */
export async function saveStorageEntry(
  queries: Queries,
  tenantId: string,
  { key, json, ttlMs }: StorageWrite,
  { isNew }: { readonly isNew: boolean },
): Promise<number | undefined> {
  const { rows } = await sql<{ version: number }>`
    insert into skerry.storage_entries as held (tenant_id, key, value, version, expires_at)
    values (${tenantId}, ${key}, ${json}, ${NEW_VERSION}, ${endOf(ttlMs)})
    on conflict (tenant_id, key) do update set
      value = excluded.value, version = ${NEXT_VERSION}, expires_at = excluded.expires_at, updated_at = now()
    where ${isNew ? IS_OVER : sql`true`}
    returning held.version
  `.execute(queries);
  return rows[0]?.version;
}

/** @returns the new version; undefined when there is no such entry of the version. */
export async function replaceStorageEntry(
  queries: Queries,
  tenantId: string,
  { key, json, ttlMs }: StorageWrite,
  version: number,
): Promise<number | undefined> {
  const { rows } = await sql<{ version: number }>`
    update skerry.storage_entries as held set
      value = ${json}, version = greatest(held.version + 1, ${NEW_VERSION}), expires_at = ${endOf(ttlMs)},
      updated_at = now()
    where tenant_id = ${tenantId} and key = ${key} and version = ${version}::bigint and not ${IS_OVER}
    returning held.version
  `.execute(queries);
  return rows[0]?.version;
}

/** @returns whether there was such an entry, of the version where one is named. */
export async function deleteStorageEntry(
  queries: Queries,
  tenantId: string,
  key: string,
  version: number | undefined,
): Promise<boolean> {
  const { rows } = await sql<{ isOver: boolean }>`
    delete from skerry.storage_entries as held
    where tenant_id = ${tenantId} and key = ${key}
      and ${version === undefined ? sql`true` : sql`version = ${version}::bigint`}
    returning ${IS_OVER} as "isOver"
  `.execute(queries);
  return rows[0]?.isOver === false;
}

/**
 * Adds to the number of an entry, which counts as 0 where it is missing.
 *
 * @returns the sum; undefined when the entry holds no number. Rejects when the sum would not be finite.
 */
export async function incrementStorageEntry(
  queries: Queries,
  tenantId: string,
  key: string,
  { by, ttlMs }: { readonly by: number; readonly ttlMs: number | undefined },
): Promise<number | undefined> {
  const { rows } = await sql<{ value: string }>`
    insert into skerry.storage_entries as held (tenant_id, key, value, version, expires_at)
    values (${tenantId}, ${key}, ${JSON.stringify(by)}, ${NEW_VERSION}, ${endOf(ttlMs)})
    on conflict (tenant_id, key) do update set
      value = case when ${IS_OVER} then excluded.value else ${addToJsonNumber("held.value", by)} end,
      expires_at = case when ${IS_OVER} then excluded.expires_at else held.expires_at end,
      version = ${NEXT_VERSION}, updated_at = now()
    where ${IS_OVER} or ${isJsonNumber("held.value")}
    returning held.value
  `.execute(queries);
  return rows[0] === undefined ? undefined : Number(rows[0].value);
}

/** Removes some of all tenants' entries whose time is over. @returns how many. */
export async function deleteExpiredStorageEntries(queries: Queries, limit: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from skerry.storage_entries where (tenant_id, key) in (
      select tenant_id, key from skerry.storage_entries where expires_at <= clock_timestamp()
      order by expires_at limit ${limit} for update skip locked
    )
  `.execute(queries);
  return Number(numAffectedRows);
}
