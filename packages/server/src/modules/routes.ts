import { bindRoute } from "../rest/router.ts";
import type { BoundRoute } from "../rest/router.ts";
import { listModules, republishDependants, republishScript } from "./contract.ts";
import type { ModuleService } from "./service.ts";

/** `/modules`, and what renews the modules of scripts. */
export function createModuleRoutes(modules: ModuleService): BoundRoute[] {
  return [
    bindRoute(listModules, ({ caller, query }) => modules.list(caller, query)),
    bindRoute(republishScript, ({ caller, params }) => modules.republish(caller, params.script)),
    bindRoute(republishDependants, ({ caller, params }) =>
      modules.republishDependants(caller, params.script),
    ),
  ];
}
