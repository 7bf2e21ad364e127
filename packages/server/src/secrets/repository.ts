import { sql } from "kysely";
import type { Selectable } from "kysely";
import type { SecretsTable } from "../db/schema.ts";
import type { Queries } from "../db/tenant-scope.ts";
import type { PageRequest } from "../rest/paging.ts";
import type { EncryptedSecret, SecretOwner } from "./cipher.ts";

/** Carries the id of a tenant whose secrets changed, when the change commits. The table's own trigger sends it. */
export const SECRETS_CHANNEL = "skerry_secrets";

export type SecretRow = Omit<Selectable<SecretsTable>, "tenant_id" | "key_id" | "nonce" | "ciphertext">;

/** A secret with its value as it is stored. */
export interface StoredSecret extends EncryptedSecret, SecretOwner {}

const COLUMNS = ["name", "version", "created_at", "updated_at", "updated_by"] as const;
const STORED_COLUMNS = ["tenant_id as tenantId", "name", "key_id as keyId", "nonce", "ciphertext"] as const;

/** In the order of their names. */
export async function listSecrets(
  queries: Queries,
  tenantId: string,
  { limit, cursor }: PageRequest,
): Promise<SecretRow[]> {
  return await queries
    .selectFrom("secrets")
    .select(COLUMNS)
    .where("tenant_id", "=", tenantId)
    .$if(cursor !== undefined, (query) => query.where("name", ">", cursor ?? ""))
    .orderBy("name")
    .limit(limit + 1)
    .execute();
}

export async function findSecret(
  queries: Queries,
  tenantId: string,
  name: string,
): Promise<SecretRow | undefined> {
  return await queries
    .selectFrom("secrets")
    .select(COLUMNS)
    .where("tenant_id", "=", tenantId)
    .where("name", "=", name)
    .executeTakeFirst();
}

/** Lets nobody else change which secrets the tenant has until the transaction ends. */
export async function lockSecrets(queries: Queries, tenantId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`${SECRETS_CHANNEL}:${tenantId}`}, 0))`.execute(
    queries,
  );
}

/** How many secrets the tenant has, and how many bytes their values have together. */
export async function measureSecrets(
  queries: Queries,
  tenantId: string,
): Promise<{ readonly count: number; readonly bytes: number }> {
  return await queries
    .selectFrom("secrets")
    .select([
      sql<number>`count(*)`.as("count"),
      sql<number>`coalesce(sum(octet_length(ciphertext) - 16), 0)::bigint`.as("bytes"),
    ])
    .where("tenant_id", "=", tenantId)
    .executeTakeFirstOrThrow();
}

/** Makes the secret, or its next version. */
export async function saveSecret(
  queries: Queries,
  { tenantId, name, keyId, nonce, ciphertext }: StoredSecret,
  updatedBy: string,
): Promise<SecretRow> {
  const value = { key_id: keyId, nonce, ciphertext, updated_by: updatedBy };
  return await queries
    .insertInto("secrets")
    .values({ tenant_id: tenantId, name, version: 1, ...value })
    .onConflict((conflict) =>
      conflict.columns(["tenant_id", "name"]).doUpdateSet((row) => ({
        ...value,
        version: sql<number>`${row.ref("secrets.version")} + 1`,
        updated_at: sql<Date>`now()`,
      })),
    )
    .returning(COLUMNS)
    .executeTakeFirstOrThrow();
}

/** @returns what it was, or undefined when there is none. */
export async function deleteSecret(
  queries: Queries,
  tenantId: string,
  name: string,
): Promise<SecretRow | undefined> {
  return await queries
    .deleteFrom("secrets")
    .where("tenant_id", "=", tenantId)
    .where("name", "=", name)
    .returning(COLUMNS)
    .executeTakeFirst();
}

/** All secrets of the tenant with their values. */
export async function loadSecrets(queries: Queries, tenantId: string): Promise<StoredSecret[]> {
  return await queries
    .selectFrom("secrets")
    .select(STORED_COLUMNS)
    .where("tenant_id", "=", tenantId)
    .execute();
}

/** How many secrets of all tenants are encrypted under each key. */
export async function countByKey(queries: Queries): Promise<{ keyId: string; count: number }[]> {
  return await queries
    .selectFrom("secrets")
    .select(["key_id as keyId", sql<number>`count(*)`.as("count")])
    .groupBy("key_id")
    .orderBy("key_id")
    .execute();
}

/** The next secrets of all tenants, after `after`, that are not encrypted under this key; nobody else changes them. */
export async function lockOutdated(
  queries: Queries,
  { keyId, after, limit }: { readonly keyId: string; readonly after: SecretOwner; readonly limit: number },
): Promise<StoredSecret[]> {
  return await queries
    .selectFrom("secrets")
    .select(STORED_COLUMNS)
    .where("key_id", "<>", keyId)
    .where(sql<boolean>`(tenant_id, name) > (${after.tenantId}, ${after.name})`)
    .orderBy("tenant_id")
    .orderBy("name")
    .limit(limit)
    .forUpdate()
    .execute();
}

/** Replaces how a value is encrypted; version and times stay, for the value does. */
export async function replaceCiphertext(
  queries: Queries,
  { tenantId, name, keyId, nonce, ciphertext }: StoredSecret,
): Promise<void> {
  await queries
    .updateTable("secrets")
    .set({ key_id: keyId, nonce, ciphertext })
    .where("tenant_id", "=", tenantId)
    .where("name", "=", name)
    .execute();
}
