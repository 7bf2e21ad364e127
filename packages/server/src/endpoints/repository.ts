import type { TenantStatus } from "../db/schema.ts";
import type { Queries } from "../db/tenant-scope.ts";
import type { ScriptSettings } from "../scripts/settings.ts";

/** Whose routes a statement is about. */
export interface RouteOwner {
  readonly tenantId: string;
  readonly scriptId: string;
}

/** A method and the shape of a path, see `shapeOf`. */
export interface RouteKey {
  readonly method: string;
  readonly shape: string;
}

export interface EndpointRow {
  readonly method: string;
  readonly scriptId: string;
  readonly scriptName: string;
  readonly version: number;
  readonly settings: ScriptSettings;
}

export async function deleteRoutes(queries: Queries, { tenantId, scriptId }: RouteOwner): Promise<void> {
  await queries
    .deleteFrom("endpoint_routes")
    .where("tenant_id", "=", tenantId)
    .where("script_id", "=", scriptId)
    .execute();
}

export async function insertRoutes(
  queries: Queries,
  { tenantId, scriptId }: RouteOwner,
  routes: readonly RouteKey[],
): Promise<void> {
  const rows = routes.map(({ method, shape }) => ({
    tenant_id: tenantId,
    method,
    path: shape,
    script_id: scriptId,
  }));
  await queries.insertInto("endpoint_routes").values(rows).execute();
}

/** Another script's route that is among these. */
export async function findTakenRoute(
  queries: Queries,
  { tenantId, scriptId }: RouteOwner,
  routes: readonly RouteKey[],
): Promise<{ readonly method: string; readonly scriptName: string } | undefined> {
  return await queries
    .selectFrom("endpoint_routes")
    .innerJoin("scripts", (join) =>
      join
        .onRef("scripts.tenant_id", "=", "endpoint_routes.tenant_id")
        .onRef("scripts.id", "=", "endpoint_routes.script_id"),
    )
    .select(["endpoint_routes.method", "scripts.name as scriptName"])
    .where("endpoint_routes.tenant_id", "=", tenantId)
    .where("endpoint_routes.script_id", "!=", scriptId)
    .where("endpoint_routes.path", "=", routes[0]?.shape ?? "")
    .where(
      "endpoint_routes.method",
      "in",
      routes.map(({ method }) => method),
    )
    .executeTakeFirst();
}

/** @returns undefined when there is no such tenant. */
export async function findTenantStatus(
  queries: Queries,
  tenantId: string,
): Promise<TenantStatus | undefined> {
  const row = await queries
    .selectFrom("tenants")
    .select("status")
    .where("id", "=", tenantId)
    .executeTakeFirst();
  return row?.status;
}

export async function listEndpoints(queries: Queries, tenantId: string): Promise<EndpointRow[]> {
  const rows = await queries
    .selectFrom("endpoint_routes as route")
    .innerJoin("scripts as script", (join) =>
      join.onRef("script.tenant_id", "=", "route.tenant_id").onRef("script.id", "=", "route.script_id"),
    )
    .innerJoin("script_versions as version", (join) =>
      join
        .onRef("version.tenant_id", "=", "script.tenant_id")
        .onRef("version.script_id", "=", "script.id")
        .onRef("version.version", "=", "script.active_version"),
    )
    .select([
      "route.method",
      "script.id as scriptId",
      "script.name as scriptName",
      "version.version",
      "version.settings",
    ])
    .where("route.tenant_id", "=", tenantId)
    .execute();
  return rows.map((row) => ({ ...row, settings: row.settings as ScriptSettings }));
}
