import { bindRoute } from "../rest/router.ts";
import type { BoundRoute } from "../rest/router.ts";
import { declareTable, deleteTable, getTable, listTables } from "./contract.ts";
import type { TableService } from "./service.ts";

/** `/tables`: the tenant's own. */
export function createTableRoutes(tables: TableService): BoundRoute[] {
  return [
    bindRoute(listTables, ({ caller, query }) => tables.list(caller, query)),
    bindRoute(getTable, ({ caller, params }) => tables.get(caller, params.table)),
    bindRoute(declareTable, ({ caller, params, body }) => tables.declare(caller, params.table, body)),
    bindRoute(deleteTable, ({ caller, params }) => tables.delete(caller, params.table)),
  ];
}
