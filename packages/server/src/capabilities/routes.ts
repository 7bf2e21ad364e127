import { requirePermission } from "../auth/principal.ts";
import type { ModuleService } from "../modules/service.ts";
import { bindRoute } from "../rest/router.ts";
import type { BoundRoute } from "../rest/router.ts";
import type { ServiceReports } from "../services/reports.ts";
import { getDeclarations } from "./contract.ts";
import { createDeclarations } from "./declarations.ts";

/** `/declarations` */
export function createCapabilityRoutes(
  services: Pick<ServiceReports, "declareMembers">,
  modules: Pick<ModuleService, "declare">,
): BoundRoute[] {
  return [
    bindRoute(getDeclarations, async ({ caller }) => {
      requirePermission(caller, "scripts.read");
      const declared = {
        services: await services.declareMembers(caller.tenantId),
        modules: await modules.declare(caller),
      };
      return { text: createDeclarations(declared) };
    }),
  ];
}
