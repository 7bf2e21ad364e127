import { sql } from "kysely";
import type { Selectable } from "kysely";
import type { ApiKeysTable, TenantStatus } from "../db/schema.ts";
import type { Queries } from "../db/tenant-scope.ts";
import type { PageRequest } from "../rest/paging.ts";

export type ApiKeyRow = Omit<Selectable<ApiKeysTable>, "key_hash" | "tenant_id" | "revoked_at">;

/** What a valid key stands for. */
export interface KnownKey {
  readonly id: string;
  readonly tenantId: string | null;
  readonly tenantStatus: TenantStatus | null;
  readonly scopes: readonly string[];
  readonly expiresAt: Date | null;
}

export interface NewApiKey {
  readonly id: string;
  readonly tenantId: string;
  readonly name: string;
  readonly prefix: string;
  readonly hash: Buffer;
  readonly scopes: readonly string[];
  readonly expiresAt: Date | undefined;
}

const COLUMNS = ["id", "name", "prefix", "scopes", "created_at", "expires_at", "last_used_at"] as const;

export async function insertApiKey(queries: Queries, key: NewApiKey): Promise<ApiKeyRow> {
  return await queries
    .insertInto("api_keys")
    .values({
      id: key.id,
      tenant_id: key.tenantId,
      name: key.name,
      key_hash: key.hash,
      prefix: key.prefix,
      scopes: [...key.scopes],
      expires_at: key.expiresAt ?? null,
    })
    .returning(COLUMNS)
    .executeTakeFirstOrThrow();
}

/** Finds a key that is neither revoked nor expired, and notes its use in the same statement. */
export async function useApiKey(queries: Queries, hash: Buffer): Promise<KnownKey | undefined> {
  return await queries
    .updateTable("api_keys")
    .set({ last_used_at: sql<Date>`now()` })
    .where("key_hash", "=", hash)
    .where("revoked_at", "is", null)
    .where((where) => where.or([where("expires_at", "is", null), where("expires_at", ">", sql<Date>`now()`)]))
    .returning((row) => [
      "id",
      "tenant_id as tenantId",
      "scopes",
      "expires_at as expiresAt",
      row
        .selectFrom("tenants")
        .select("tenants.status")
        .whereRef("tenants.id", "=", "api_keys.tenant_id")
        .as("tenantStatus"),
    ])
    .executeTakeFirst();
}

export async function listApiKeys(
  queries: Queries,
  tenantId: string,
  { limit, cursor }: PageRequest,
): Promise<ApiKeyRow[]> {
  return await queries
    .selectFrom("api_keys")
    .select(COLUMNS)
    .where("tenant_id", "=", tenantId)
    .where("revoked_at", "is", null)
    .$if(cursor !== undefined, (query) => query.where("id", "<", cursor ?? ""))
    .orderBy("id", "desc")
    .limit(limit + 1)
    .execute();
}

/** Of revoked keys, too. */
export async function listKeyNames(
  queries: Queries,
  tenantId: string,
  ids: readonly string[],
): Promise<Pick<ApiKeyRow, "id" | "name">[]> {
  return await queries
    .selectFrom("api_keys")
    .select(["id", "name"])
    .where("tenant_id", "=", tenantId)
    .where(sql<boolean>`id = any(${ids}::uuid[])`)
    .execute();
}

/** @returns what the key was, or undefined when there is no such key or it is revoked already. */
export async function revokeApiKey(
  queries: Queries,
  tenantId: string,
  id: string,
): Promise<(ApiKeyRow & { readonly hash: Buffer }) | undefined> {
  return await queries
    .updateTable("api_keys")
    .set({ revoked_at: sql<Date>`now()` })
    .where("tenant_id", "=", tenantId)
    .where("id", "=", id)
    .where("revoked_at", "is", null)
    .returning([...COLUMNS, "key_hash as hash"])
    .executeTakeFirst();
}
