import { LRUCache } from "lru-cache";
import type { Database } from "../db/open.ts";
import type { TenantStatus } from "../db/schema.ts";
import { withPlatform } from "../db/tenant-scope.ts";
import { SkerryError } from "../problems/errors.ts";
import { findTenant } from "../tenants/repository.ts";
import { isTenantId } from "../tenants/tenant.ts";

/** Whether tenants that others name are there and active. Remembered for up to 30 s, or until this node hears of a change. */
export interface TenantStatuses {
  /** @returns false for a tenant that does not exist. @throws SkerryError `TENANT_SUSPENDED`. */
  requireActive(tenantId: string): Promise<boolean>;
  /** Forgets a tenant, after it changed. */
  forget(tenantId: string): void;
}

const REMEMBER_MS = 30_000;
const REMEMBERED_TENANTS = 10_000;

export function createTenantStatuses(database: Database): TenantStatuses {
  const remembered = new LRUCache<string, TenantStatus>({ max: REMEMBERED_TENANTS, ttl: REMEMBER_MS });

  async function statusOf(tenantId: string): Promise<TenantStatus | undefined> {
    const known = remembered.get(tenantId);
    if (known !== undefined || !isTenantId(tenantId)) return known;
    const found = await withPlatform(database, (queries) => findTenant(queries, tenantId));
    if (found !== undefined) remembered.set(tenantId, found.status);
    return found?.status;
  }

  return {
    async requireActive(tenantId) {
      const status = await statusOf(tenantId);
      if (status === "suspended") throw refuseSuspended(tenantId);
      return status !== undefined;
    },
    forget: (tenantId) => void remembered.delete(tenantId),
  };
}

/** The error of everything that the users and keys of a suspended tenant ask for. */
export function refuseSuspended(tenantId: string): SkerryError {
  return new SkerryError("TENANT_SUSPENDED", `The tenant ${tenantId} is suspended.`);
}
