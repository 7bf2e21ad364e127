import type { JsonObject } from "@skerry/sandbox";
import { sql } from "kysely";
import type { ScriptStatus } from "../db/schema.ts";
import type { Queries } from "../db/tenant-scope.ts";
import type { PageRequest } from "../rest/paging.ts";

/** What one script did with one service since it was told last. */
export interface UseRow {
  readonly tenantId: string;
  readonly scriptId: string;
  readonly service: string;
  readonly calls: number;
  /** In ms since the epoch. */
  readonly lastUsedAt: number;
}

/** Adds to what was counted. What is of scripts that are gone with their tenant is left out. */
export async function saveUses(queries: Queries, uses: readonly UseRow[]): Promise<void> {
  const rows = uses.map(({ lastUsedAt, ...use }) => ({
    ...use,
    lastUsedAt: new Date(lastUsedAt).toISOString(),
  }));
  await sql`
    insert into skerry.service_uses as use (tenant_id, script_id, service, calls, last_used_at)
    select "tenantId", "scriptId", service, calls, "lastUsedAt"
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as told (
      "tenantId" text, "scriptId" uuid, service text, calls bigint, "lastUsedAt" timestamptz)
    join skerry.scripts script on script.tenant_id = told."tenantId" and script.id = told."scriptId"
    on conflict (tenant_id, script_id, service) do update set
      calls = use.calls + excluded.calls, last_used_at = greatest(use.last_used_at, excluded.last_used_at)
  `.execute(queries);
}

/** What all scripts of a tenant, or of all tenants, did with one service. */
export interface UseTotals {
  readonly service: string;
  readonly tenants: number;
  readonly scripts: number;
  readonly calls: number;
  readonly lastUsedAt: Date;
}

/** Of services that were used at all, over all tenants. */
export async function sumUses(queries: Queries): Promise<UseTotals[]> {
  const { rows } = await sql<UseTotals>`
    select service, count(distinct tenant_id)::int as tenants, count(*)::int as scripts, sum(calls)::float8 as calls,
      max(last_used_at) as "lastUsedAt"
    from skerry.service_uses group by service
  `.execute(queries);
  return rows;
}

/** A script that used a service. */
export interface ScriptUse {
  readonly service: string;
  readonly scriptId: string;
  readonly scriptName: string;
  readonly calls: number;
  readonly lastUsedAt: Date;
}

/** The scripts of a tenant that used services, those that did so last first, up to `limit` of each service. */
export async function listUses(queries: Queries, tenantId: string, limit: number): Promise<ScriptUse[]> {
  const { rows } = await sql<ScriptUse>`
    select service, script_id as "scriptId", name as "scriptName", calls::float8 as calls,
      last_used_at as "lastUsedAt"
    from (
      select use.*, script.name, row_number() over (partition by service order by last_used_at desc) as place
      from skerry.service_uses use
      join skerry.scripts script on script.tenant_id = use.tenant_id and script.id = use.script_id
      where use.tenant_id = ${tenantId} and script.deleted_at is null
    ) as placed
    where place <= ${limit} order by service, place
  `.execute(queries);
  return rows;
}

/** A published script that a change of a service may break. */
export interface AffectedScript {
  readonly tenantId: string;
  readonly scriptId: string;
  readonly scriptName: string;
  readonly status: ScriptStatus;
  readonly version: number;
  /** Null where it only names the service. */
  readonly calls: number | null;
  readonly lastUsedAt: Date | null;
  readonly isNamed: boolean;
}

export interface AffectedQuery extends PageRequest {
  readonly service: string;
  /** Uses before are over. */
  readonly since: Date;
  /** A regular expression of Postgres that finds the service's name in a source. */
  readonly pattern: string;
}

/** Of all tenants, in the order of tenants and scripts; the cursor is `tenant/script`. */
export async function listAffectedScripts(
  queries: Queries,
  { service, since, pattern, limit, cursor = "/00000000-0000-0000-0000-000000000000" }: AffectedQuery,
): Promise<AffectedScript[]> {
  const [tenantId, scriptId] = cursor.split("/");
  const { rows } = await sql<AffectedScript>`
    select script.tenant_id as "tenantId", script.id as "scriptId", script.name as "scriptName", script.status,
      script.active_version as version, use.calls::float8 as calls, use.last_used_at as "lastUsedAt",
      version.source ~ ${pattern} as "isNamed"
    from skerry.scripts script
    join skerry.script_versions version on version.tenant_id = script.tenant_id
      and version.script_id = script.id and version.version = script.active_version
    left join skerry.service_uses use on use.tenant_id = script.tenant_id and use.script_id = script.id
      and use.service = ${service} and use.last_used_at >= ${since}
    where script.deleted_at is null and (script.tenant_id, script.id) > (${tenantId}, ${scriptId}::uuid)
      and (use.tenant_id is not null or version.source ~ ${pattern})
    order by script.tenant_id, script.id limit ${limit + 1}
  `.execute(queries);
  return rows;
}

/** The two schemas of a service, as JSON Schema. */
export interface SchemaPair {
  readonly input: JsonObject;
  readonly output: JsonObject;
}

export interface DeclaredRow extends SchemaPair {
  readonly service: string;
  readonly checksum: Buffer;
}

/**
 * Notes that services are declared with these schemas from now on; what is declared already stays as it is.
 *
 * @returns those that were new, or declared otherwise before.
 */
export async function saveSchemas(queries: Queries, declared: readonly DeclaredRow[]): Promise<string[]> {
  const rows = declared.map(({ checksum, ...row }) => ({ ...row, checksum: checksum.toString("hex") }));
  const { rows: changed } = await sql<{ readonly service: string }>`
    insert into skerry.service_schemas as known (service, checksum, input, output)
    select service, decode(checksum, 'hex'), input, output
    from json_to_recordset(${JSON.stringify(rows)}::json) as told (
      service text, checksum text, input json, output json)
    order by service
    on conflict (service, checksum) do update set declared_at = now()
    where exists (
      select from skerry.service_schemas later
      where later.service = known.service and later.declared_at > known.declared_at)
    returning service
  `.execute(queries);
  return changed.map(({ service }) => service);
}

/** What a service was declared with before, which is other than this. */
export async function findEarlierSchemas(
  queries: Queries,
  { service, checksum }: Pick<DeclaredRow, "service" | "checksum">,
): Promise<(SchemaPair & { readonly declaredAt: Date }) | undefined> {
  return await queries
    .selectFrom("service_schemas")
    .select(["input", "output", "declared_at as declaredAt"])
    .where("service", "=", service)
    .where("checksum", "<>", checksum)
    .orderBy("declared_at", "desc")
    .limit(1)
    .executeTakeFirst();
}
