import { createMiddleware } from "hono/factory";
import { SkerryError } from "../problems/errors.ts";
import type { RestEnvironment } from "../rest/app.ts";
import type { TenantService } from "../tenants/service.ts";
import { isTenantId } from "../tenants/tenant.ts";
import type { Caller, Principal } from "./principal.ts";
import type { ApiKeyService } from "./service.ts";

/** Names the tenant that an operator's request is about. */
const TENANT_HEADER = "Skerry-Tenant";

/** Lets only requests with a valid API key pass. */
export function authenticate(apiKeys: ApiKeyService) {
  return createMiddleware<RestEnvironment>(async (context, next) => {
    context.set("principal", await apiKeys.authenticate(context.req.header("authorization")));
    await next();
  });
}

/** Binds the principal to the tenant it acts on: its own, or for an operator the one named in the header. */
export function bindTenant(tenants: TenantService) {
  return createMiddleware<RestEnvironment>(async (context, next) => {
    const { principal } = context.var;
    context.set("caller", await bind(principal, context.req.header(TENANT_HEADER), tenants));
    await next();
  });
}

async function bind(
  principal: Principal,
  named: string | undefined,
  tenants: TenantService,
): Promise<Caller> {
  if (principal.tenantId !== undefined) {
    if (named !== undefined && named !== principal.tenantId) throw refuseTenant(named);
    return { tenantId: principal.tenantId, principal, suspended: false };
  }
  if (named === undefined) {
    throw new SkerryError(
      "TENANT_REQUIRED",
      `An operator names the tenant to act on in the header ${TENANT_HEADER}.`,
    );
  }
  if (!isTenantId(named)) throw refuseTenant(named);
  const { id, status } = await tenants.get(principal, named);
  return { tenantId: id, principal, suspended: status === "suspended" };
}

function refuseTenant(named: string): SkerryError {
  return new SkerryError("TENANT_NOT_FOUND", `There is no tenant ${JSON.stringify(named.slice(0, 80))}.`);
}
