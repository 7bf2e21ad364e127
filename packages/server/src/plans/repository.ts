import { sql } from "kysely";
import type { Queries } from "../db/tenant-scope.ts";
import type { TermsRow } from "./terms-store.ts";

/** Carries the id of a tenant whose plan or overrides changed. */
export const PLANS_CHANNEL = "skerry_plans";

/** Tells all nodes, when the transaction commits. */
export async function notifyTermsChanged(queries: Queries, tenantId: string): Promise<void> {
  await sql`select pg_notify(${PLANS_CHANNEL}, ${tenantId})`.execute(queries);
}

export async function findTenantTerms(queries: Queries, tenantId: string): Promise<TermsRow | undefined> {
  return await queries
    .selectFrom("tenants")
    .select(["plan", "limits", "quotas", "retention_days", "capabilities", "grants", "http"])
    .where("id", "=", tenantId)
    .executeTakeFirst();
}
