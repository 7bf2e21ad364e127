import type { Database } from "../db/open.ts";
import { createTenantMemory } from "../db/tenant-memory.ts";
import { withTenant } from "../db/tenant-scope.ts";
import { SkerryError } from "../problems/errors.ts";
import { readOverrides } from "./overrides.ts";
import type { OverridesRow } from "./overrides.ts";
import { applyOverrides, findPlan } from "./plan.ts";
import type { Plans, Terms } from "./plan.ts";
import { findTenantTerms, PLANS_CHANNEL } from "./repository.ts";

/** The plan of a tenant, and what holds for it with its own overrides. */
export interface TenantTerms extends Terms {
  readonly plan: string;
}

/** What the tenants that are asked for may use, in memory. */
export interface TermsStore extends AsyncDisposable {
  /** @throws SkerryError `TENANT_NOT_FOUND`. */
  load(tenantId: string): Promise<TenantTerms>;
  /** To be called after this node changed the tenant; other nodes hear of it by themselves. */
  forget(tenantId: string): void;
}

export interface TermsStoreOptions {
  readonly database: Database;
  readonly plans: Plans;
  /** Told when a tenant's plan or overrides changed, on whichever node; undefined when it may be any tenant's. */
  readonly onChange: (tenantId: string | undefined) => void;
}

export async function createTermsStore({
  database,
  plans,
  onChange,
}: TermsStoreOptions): Promise<TermsStore> {
  const memory = await createTenantMemory<TenantTerms>({
    database,
    channel: PLANS_CHANNEL,
    onForgotten: onChange,
  });
  return {
    load: (tenantId) => memory.get(tenantId, () => loadTerms(database, plans, tenantId)),
    forget: (tenantId) => memory.forget(tenantId),
    [Symbol.asyncDispose]: () => memory[Symbol.asyncDispose](),
  };
}

async function loadTerms(database: Database, plans: Plans, tenantId: string): Promise<TenantTerms> {
  const row = await withTenant(database, tenantId, (queries) => findTenantTerms(queries, tenantId));
  if (row === undefined) throw new SkerryError("TENANT_NOT_FOUND", `There is no tenant ${tenantId}.`);
  return resolveTerms(plans, row);
}

/** A tenant's row, as far as it says what the tenant may use. */
export interface TermsRow extends OverridesRow {
  readonly plan: string;
}

/** What holds for a tenant: its own overrides before its plan. */
export function resolveTerms(plans: Plans, row: TermsRow): TenantTerms {
  return { plan: row.plan, ...applyOverrides(findPlan(plans, row.plan), readOverrides(row)) };
}
