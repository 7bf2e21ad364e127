import { bindRoute } from "../rest/router.ts";
import type { BoundRoute } from "../rest/router.ts";
import { getLimits, listUsage } from "./contract.ts";
import type { UsageService } from "./usage.ts";

/** `/limits` and `/usage`. */
export function createUsageRoutes(usage: UsageService): BoundRoute[] {
  return [
    bindRoute(getLimits, ({ caller }) => usage.describeLimits(caller)),
    bindRoute(listUsage, ({ caller, query }) => usage.list(caller, query)),
  ];
}
