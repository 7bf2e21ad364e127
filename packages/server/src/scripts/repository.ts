import { sql } from "kysely";
import type { Selectable } from "kysely";
import type {
  ScriptLanguage,
  ScriptStatus,
  ScriptsTable,
  ScriptType,
  ScriptVersionsTable,
} from "../db/schema.ts";
import type { Queries } from "../db/tenant-scope.ts";
import { isUuid } from "../rest/ids.ts";
import type { PageRequest } from "../rest/paging.ts";
import { isScriptName } from "./fields.ts";
import type { ScriptsQuery } from "./script.ts";

export type ScriptRow = Selectable<ScriptsTable>;
export type VersionRow = Omit<Selectable<ScriptVersionsTable>, "code" | "source_map" | "source">;
export type VersionDetailRow = VersionRow & { readonly source: string };
/** What the runner needs of a version, and the name of its script. */
export type ProgramRow = Pick<
  Selectable<ScriptVersionsTable>,
  "code" | "source_map" | "settings" | "checksum" | "language"
> & { readonly name: string; readonly type: ScriptType };

/** One version of one script. */
export interface VersionKey {
  readonly tenantId: string;
  readonly scriptId: string;
  readonly version: number;
}

export interface NewVersion extends VersionKey {
  readonly language: ScriptLanguage;
  readonly source: string;
  readonly code: string;
  readonly sourceMap: string;
  readonly settings: object;
  readonly checksum: Buffer;
  readonly note: string;
  readonly author: string;
}

const VERSION_COLUMNS = [
  "tenant_id",
  "script_id",
  "version",
  "language",
  "settings",
  "checksum",
  "note",
  "author",
  "created_at",
] as const;

export async function insertScript(
  queries: Queries,
  script: {
    readonly tenantId: string;
    readonly id: string;
    readonly name: string;
    readonly type: ScriptType;
    readonly status: ScriptStatus;
    readonly description: string;
    readonly tags: readonly string[];
    readonly activeVersion: number | null;
    readonly latestVersion: number;
  },
): Promise<ScriptRow> {
  return await queries
    .insertInto("scripts")
    .values({
      tenant_id: script.tenantId,
      id: script.id,
      name: script.name,
      type: script.type,
      status: script.status,
      description: script.description,
      tags: [...script.tags],
      active_version: script.activeVersion,
      latest_version: script.latestVersion,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function insertVersion(queries: Queries, version: NewVersion): Promise<void> {
  await queries
    .insertInto("script_versions")
    .values({
      tenant_id: version.tenantId,
      script_id: version.scriptId,
      version: version.version,
      language: version.language,
      source: version.source,
      code: version.code,
      source_map: version.sourceMap,
      settings: JSON.stringify(version.settings),
      checksum: version.checksum,
      note: version.note,
      author: version.author,
    })
    .execute();
}

/** Finds by id or name. `lock` holds the row until the transaction ends, so that changes come one after another. */
export async function findScript(
  queries: Queries,
  tenantId: string,
  idOrName: string,
  { lock = false }: { readonly lock?: boolean } = {},
): Promise<ScriptRow | undefined> {
  const column = isUuid(idOrName) ? "id" : "name";
  if (column === "name" && !isScriptName(idOrName)) return undefined;
  return await queries
    .selectFrom("scripts")
    .selectAll()
    .where("tenant_id", "=", tenantId)
    .where(column, "=", idOrName)
    .where("deleted_at", "is", null)
    .$if(lock, (query) => query.forUpdate())
    .executeTakeFirst();
}

/** Newest first; archived scripts only where their status is asked for. */
export async function listScripts(
  queries: Queries,
  tenantId: string,
  query: ScriptsQuery,
): Promise<ScriptRow[]> {
  return await selectScripts(queries, tenantId, query).execute();
}

/** The query of {@link listScripts}. */
export function selectScripts(
  queries: Queries,
  tenantId: string,
  { limit, cursor, type, status, tag, search }: ScriptsQuery,
) {
  return queries
    .selectFrom("scripts")
    .selectAll("scripts")
    .where("scripts.tenant_id", "=", tenantId)
    .where("deleted_at", "is", null)
    .$if(type !== undefined, (query) => query.where("type", "=", type as ScriptType))
    .$if(status === undefined, (query) => query.where("status", "<>", sql.lit("archived")))
    .$if(status !== undefined, (query) => query.where("status", "=", status as ScriptStatus))
    .$if(tag !== undefined, (query) =>
      query.innerJoin("script_tags", (join) =>
        join
          .on("script_tags.tenant_id", "=", tenantId)
          .onRef("script_tags.script_id", "=", "scripts.id")
          .on("script_tags.tag", "=", tag as string),
      ),
    )
    .$if(search !== undefined, (query) => {
      const prefix = (search ?? "").toLowerCase();
      return query.where("name_key", ">=", prefix).where("name_key", "<", `${prefix}\u{10ffff}`);
    })
    .$if(cursor !== undefined, (query) => query.where("id", "<", cursor as string))
    .orderBy("id", "desc")
    .limit(limit + 1);
}

export async function updateScript(
  queries: Queries,
  { tenant_id, id }: Pick<ScriptRow, "tenant_id" | "id">,
  change: Partial<
    Pick<
      ScriptRow,
      "name" | "description" | "tags" | "status" | "active_version" | "latest_version" | "deleted_at"
    >
  >,
): Promise<ScriptRow> {
  return await queries
    .updateTable("scripts")
    .set({ ...change, updated_at: sql<Date>`now()` })
    .where("tenant_id", "=", tenant_id)
    .where("id", "=", id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function findVersion(queries: Queries, key: VersionKey): Promise<VersionDetailRow | undefined> {
  return await queries
    .selectFrom("script_versions")
    .select([...VERSION_COLUMNS, "source"])
    .where("tenant_id", "=", key.tenantId)
    .where("script_id", "=", key.scriptId)
    .where("version", "=", key.version)
    .executeTakeFirst();
}

/** Newest first; the cursor is a version number. */
export async function listVersions(
  queries: Queries,
  { tenant_id, id }: Pick<ScriptRow, "tenant_id" | "id">,
  { limit, cursor }: PageRequest,
): Promise<VersionRow[]> {
  return await queries
    .selectFrom("script_versions")
    .select(VERSION_COLUMNS)
    .where("tenant_id", "=", tenant_id)
    .where("script_id", "=", id)
    .$if(cursor !== undefined, (query) => query.where("version", "<", Number(cursor)))
    .orderBy("version", "desc")
    .limit(limit + 1)
    .execute();
}

/** Also of a deleted script: what runs may end. */
export async function findProgram(queries: Queries, key: VersionKey): Promise<ProgramRow | undefined> {
  return await queries
    .selectFrom("script_versions")
    .innerJoin("scripts", (join) =>
      join
        .onRef("scripts.tenant_id", "=", "script_versions.tenant_id")
        .onRef("scripts.id", "=", "script_versions.script_id"),
    )
    .select([
      "script_versions.code",
      "script_versions.source_map",
      "script_versions.settings",
      "script_versions.checksum",
      "script_versions.language",
      "scripts.name",
      "scripts.type",
    ])
    .where("script_versions.tenant_id", "=", key.tenantId)
    .where("script_versions.script_id", "=", key.scriptId)
    .where("script_versions.version", "=", key.version)
    .executeTakeFirst();
}
