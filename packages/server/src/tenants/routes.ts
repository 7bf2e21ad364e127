import { bindRoute } from "../rest/router.ts";
import type { BoundRoute } from "../rest/router.ts";
import { createTenant, deleteTenant, getTenant, listTenants, updateTenant } from "./contract.ts";
import type { TenantService } from "./service.ts";

/** `/tenants`, for operators. */
export function createTenantRoutes(tenants: TenantService): BoundRoute[] {
  return [
    bindRoute(listTenants, ({ operator, query }) => tenants.list(operator, query)),
    bindRoute(createTenant, async ({ operator, body, context }) => {
      const created = await tenants.create(operator, body);
      const mend = "Make an API key for it with POST /api/v1/api-keys and the header Skerry-Tenant.";
      context.set("shownOnce", `It made the tenant ${created.tenant.id}. ${mend}`);
      return created;
    }),
    bindRoute(getTenant, ({ operator, params }) => tenants.get(operator, params.tenant)),
    bindRoute(updateTenant, ({ operator, params, body }) => tenants.update(operator, params.tenant, body)),
    bindRoute(deleteTenant, ({ operator, params }) => tenants.delete(operator, params.tenant)),
  ];
}
