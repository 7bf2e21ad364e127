import type { Database } from "../db/open.ts";
import type { TenantStatus } from "../db/schema.ts";
import { createTenantMemory } from "../db/tenant-memory.ts";
import { withTenant } from "../db/tenant-scope.ts";
import { SCRIPTS_CHANNEL } from "../scripts/catalogue.ts";
import type { ScriptSettings } from "../scripts/settings.ts";
import { pathOf } from "./registration.ts";
import { findTenantStatus, listEndpoints } from "./repository.ts";
import type { EndpointRow } from "./repository.ts";
import { createRoutingTable } from "./routing-table.ts";
import type { RoutingTable } from "./routing-table.ts";

/** What a route leads to. */
export interface EndpointTarget {
  readonly scriptId: string;
  readonly scriptName: string;
  readonly version: number;
  /** As the author wrote it, e.g. `/orders/:id`. */
  readonly pattern: string;
  readonly settings: ScriptSettings;
}

/** What the hot path knows of a tenant. */
export interface TenantRoutes {
  readonly status: TenantStatus;
  readonly table: RoutingTable<EndpointTarget>;
  /** What the routes lead to, each once. */
  readonly targets: readonly EndpointTarget[];
}

/** The routes of the tenants that are asked for, in memory. */
export interface RouteStore extends AsyncDisposable {
  /** @returns undefined when there is no such tenant. */
  load(tenantId: string): Promise<TenantRoutes | undefined>;
  /** To be called after this node changed the tenant or its routes; other nodes hear of it by themselves. */
  forget(tenantId: string): void;
}

export async function createRouteStore(database: Database): Promise<RouteStore> {
  const memory = await createTenantMemory<TenantRoutes | undefined>({ database, channel: SCRIPTS_CHANNEL });
  return {
    load: (tenantId) => memory.get(tenantId, () => loadRoutes(database, tenantId)),
    forget: (tenantId) => memory.forget(tenantId),
    [Symbol.asyncDispose]: () => memory[Symbol.asyncDispose](),
  };
}

async function loadRoutes(database: Database, tenantId: string): Promise<TenantRoutes | undefined> {
  return await withTenant(database, tenantId, async (queries) => {
    const status = await findTenantStatus(queries, tenantId);
    if (status === undefined) return undefined;
    const routes = (await listEndpoints(queries, tenantId)).map(toRoute);
    const targets = new Map(routes.map(({ target }) => [target.scriptId, target]));
    return { status, table: createRoutingTable(routes), targets: [...targets.values()] };
  });
}

function toRoute({ method, scriptId, scriptName, version, settings }: EndpointRow) {
  const pattern = pathOf({ name: scriptName, settings });
  return { method, pattern, target: { scriptId, scriptName, version, pattern, settings } };
}
