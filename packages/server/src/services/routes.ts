import { bindRoute } from "../rest/router.ts";
import type { BoundRoute } from "../rest/router.ts";
import { getServiceImpact, listGrantedServices, listServices } from "./contract.ts";
import type { ServiceReports } from "./reports.ts";

/** `/services` and what is below it. */
export function createServiceRoutes(reports: ServiceReports): BoundRoute[] {
  return [
    bindRoute(listServices, ({ operator }) => reports.list(operator)),
    bindRoute(listGrantedServices, ({ caller }) => reports.listGranted(caller)),
    bindRoute(getServiceImpact, ({ operator, params, query }) =>
      reports.getImpact(operator, params.service, query),
    ),
  ];
}
