import { createMiddleware } from "hono/factory";
import type { RestEnvironment } from "../rest/app.ts";
import type { QuotaService } from "./service.ts";

/** Counts the requests of tenants, after it is known who asks. Those of operators are not a tenant's. */
export function countRequests(quotas: Pick<QuotaService, "take">) {
  return createMiddleware<RestEnvironment>(async ({ var: { principal } }, next) => {
    if (principal.tenantId !== undefined) await quotas.take(principal.tenantId, "requestsPerMinute");
    await next();
  });
}
