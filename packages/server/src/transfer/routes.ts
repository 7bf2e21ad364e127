import { bindRoute } from "../rest/router.ts";
import type { BoundRoute } from "../rest/router.ts";
import { exportTenant, importTenant, pullScripts, pushScripts } from "./contract.ts";
import type { TransferService } from "./service.ts";

/** `/export` and `/import`, `/pull` and `/push`. */
export function createTransferRoutes(transfer: TransferService): BoundRoute[] {
  return [
    bindRoute(exportTenant, ({ caller, query }) => transfer.export(caller, query.history)),
    bindRoute(importTenant, ({ caller, body }) => transfer.import(caller, body)),
    bindRoute(pullScripts, ({ caller, query }) => transfer.pull(caller, query.sources)),
    bindRoute(pushScripts, ({ caller, body }) => transfer.push(caller, body)),
  ];
}
