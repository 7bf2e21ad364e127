import { bindRoute } from "../rest/router.ts";
import type { BoundRoute } from "../rest/router.ts";
import { getAuditHead, getInstallationAuditHead, listAudit, listInstallationAudit } from "./contract.ts";
import type { AuditService } from "./service.ts";

/** `/audit`, for tenants, and `/installation/audit`, for operators. */
export function createAuditRoutes(audit: AuditService): BoundRoute[] {
  return [
    bindRoute(listAudit, ({ caller, query }) => audit.list(caller, query)),
    bindRoute(getAuditHead, ({ caller }) => audit.getHead(caller)),
    bindRoute(listInstallationAudit, ({ operator, query: { tenant, ...query } }) =>
      audit.listInstallation(operator, tenant, query),
    ),
    bindRoute(getInstallationAuditHead, ({ operator, query }) =>
      audit.getInstallationHead(operator, query.tenant),
    ),
  ];
}
