import { bindRoute } from "../rest/router.ts";
import type { BoundRoute } from "../rest/router.ts";
import { exportTenant, importTenant } from "./contract.ts";
import type { TransferService } from "./service.ts";

/** `/export` and `/import`. */
export function createTransferRoutes(transfer: TransferService): BoundRoute[] {
  return [
    bindRoute(exportTenant, ({ caller, query }) => transfer.export(caller, query.history)),
    bindRoute(importTenant, ({ caller, body }) => transfer.import(caller, body)),
  ];
}
