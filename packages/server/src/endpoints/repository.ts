import type { JsonValue } from "@skerry/sandbox";
import { sql } from "kysely";
import type { ExecutionState, ScriptStatus, TenantStatus } from "../db/schema.ts";
import type { Queries } from "../db/tenant-scope.ts";
import type { PageRequest } from "../rest/paging.ts";
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

/** The first of these routes that is another script's. */
export async function findTakenRoute(
  queries: Queries,
  { tenantId, scriptId }: RouteOwner,
  routes: readonly RouteKey[],
): Promise<{ readonly method: string; readonly scriptName: string } | undefined> {
  const methods = routes.map(({ method }) => method);
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
    .where("endpoint_routes.method", "in", methods)
    .orderBy(sql`array_position(${methods}::text[], skerry.endpoint_routes.method)`)
    .limit(1)
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

/** Which published `http` scripts a list is about: those that fit all of it. */
export interface HttpScriptFilter extends PageRequest {
  readonly scriptId?: string | undefined;
  /** How the script's name begins; upper and lower case are the same. */
  readonly search?: string | undefined;
  /** Default: all but archived, which answer nothing. */
  readonly status?: ScriptStatus | undefined;
}

/** A published `http` script with its newest execution, where there is one. */
export interface HttpScriptRow {
  readonly id: string;
  readonly name: string;
  readonly status: ScriptStatus;
  readonly version: number;
  readonly settings: ScriptSettings;
  readonly execution_id: string | null;
  readonly execution_status: ExecutionState | null;
  readonly output: JsonValue;
  readonly error: { readonly code: string } | null;
  readonly duration_ms: number | null;
  readonly created_at: Date | null;
}

/** The newest script first, whether it is active or not. */
export async function listHttpScripts(
  queries: Queries,
  tenantId: string,
  { limit, cursor, scriptId, search, status }: HttpScriptFilter,
): Promise<HttpScriptRow[]> {
  const after = cursor ?? null;
  const only = scriptId ?? null;
  const prefix = search?.toLowerCase() ?? null;
  const wanted = status ?? null;
  const { rows } = await sql<HttpScriptRow>`
    select script.id, script.name, script.status, version.version, version.settings,
      latest.id as execution_id, latest.status as execution_status, latest.output, latest.error,
      latest.duration_ms, latest.created_at
    from skerry.scripts script
    join skerry.script_versions version on version.tenant_id = script.tenant_id
      and version.script_id = script.id and version.version = script.active_version
    left join lateral (
      select * from skerry.executions execution
      where execution.tenant_id = script.tenant_id and execution.script_id = script.id
      order by id desc limit 1
    ) latest on true
    where script.tenant_id = ${tenantId} and script.type = 'http' and script.deleted_at is null
      and (${after}::uuid is null or script.id < ${after}::uuid)
      and (${only}::uuid is null or script.id = ${only}::uuid)
      and (${prefix}::text is null or starts_with(script.name_key, ${prefix}))
      and (${wanted}::text is null and (${only}::uuid is not null or script.status <> 'archived')
        or script.status = ${wanted})
    order by script.id desc limit ${limit + 1}
  `.execute(queries);
  return rows;
}
