import { sql } from "kysely";
import type { Selectable } from "kysely";
import type { TenantsTable } from "../db/schema.ts";
import type { Queries } from "../db/tenant-scope.ts";
import type { PageRequest } from "../rest/paging.ts";

export type TenantRow = Selectable<TenantsTable>;

/** @returns undefined when the id is taken. */
export async function insertTenant(
  queries: Queries,
  tenant: { readonly id: string; readonly name: string; readonly plan: string },
): Promise<TenantRow | undefined> {
  return await queries
    .insertInto("tenants")
    .values(tenant)
    .onConflict((conflict) => conflict.column("id").doNothing())
    .returningAll()
    .executeTakeFirst();
}

export async function findTenant(queries: Queries, id: string): Promise<TenantRow | undefined> {
  return await queries.selectFrom("tenants").selectAll().where("id", "=", id).executeTakeFirst();
}

/** The same, as nobody else changes or removes it before the transaction ends. */
export async function lockTenant(queries: Queries, id: string): Promise<TenantRow | undefined> {
  return await queries
    .selectFrom("tenants")
    .selectAll()
    .where("id", "=", id)
    .forNoKeyUpdate()
    .executeTakeFirst();
}

/** In the order of their ids. */
export async function listTenants(queries: Queries, { limit, cursor }: PageRequest): Promise<TenantRow[]> {
  return await queries
    .selectFrom("tenants")
    .selectAll()
    .$if(cursor !== undefined, (query) => query.where("id", ">", cursor ?? ""))
    .orderBy("id")
    .limit(limit + 1)
    .execute();
}

export async function countTenants(queries: Queries): Promise<number> {
  const { count } = await queries
    .selectFrom("tenants")
    .select(sql<number>`count(*)`.as("count"))
    .executeTakeFirstOrThrow();
  return count;
}

export async function updateTenant(
  queries: Queries,
  id: string,
  { limits, quotas, http, ...values }: Omit<TenantRow, "id" | "created_at">,
): Promise<TenantRow> {
  return await queries
    .updateTable("tenants")
    .set({
      ...values,
      limits: JSON.stringify(limits),
      quotas: JSON.stringify(quotas),
      http: http && JSON.stringify(http),
    })
    .where("id", "=", id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Everything of the tenant goes with it. */
export async function deleteTenant(queries: Queries, id: string): Promise<void> {
  await queries.deleteFrom("tenants").where("id", "=", id).execute();
}
