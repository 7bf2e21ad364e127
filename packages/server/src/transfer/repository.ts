import { sql } from "kysely";
import type { Selectable } from "kysely";
import type { ScriptDraftsTable, ScriptVersionsTable } from "../db/schema.ts";
import type { Queries } from "../db/tenant-scope.ts";
import type { ScriptRow } from "../scripts/repository.ts";

/** What an import has to know of a script that is there. */
export type PresentScript = ScriptRow & {
  /** Of the published version; null where there is none. */
  readonly active_checksum: Buffer | null;
  /** Null where there is no draft. */
  readonly draft_checksum: Buffer | null;
};

/** The scripts with these names, or all. `lock` holds them until the transaction ends. */
export async function findPresentScripts(
  queries: Queries,
  tenantId: string,
  names: readonly string[] | undefined,
  { lock }: { readonly lock: boolean },
): Promise<PresentScript[]> {
  // By itself: a statement that had to wait for the lock would join drafts as they were before it waited.
  if (lock) await lockScripts(queries, tenantId, names);
  return await queries
    .selectFrom("scripts")
    .leftJoin("script_versions as version", (join) =>
      join
        .onRef("version.tenant_id", "=", "scripts.tenant_id")
        .onRef("version.script_id", "=", "scripts.id")
        .onRef("version.version", "=", "scripts.active_version"),
    )
    .leftJoin("script_drafts as draft", (join) =>
      join.onRef("draft.tenant_id", "=", "scripts.tenant_id").onRef("draft.script_id", "=", "scripts.id"),
    )
    .selectAll("scripts")
    .select(["version.checksum as active_checksum", "draft.checksum as draft_checksum"])
    .where("scripts.tenant_id", "=", tenantId)
    .where("scripts.deleted_at", "is", null)
    .where(isNamed(names))
    .orderBy("scripts.id")
    .execute();
}

async function lockScripts(
  queries: Queries,
  tenantId: string,
  names: readonly string[] | undefined,
): Promise<void> {
  await queries
    .selectFrom("scripts")
    .select("id")
    .where("tenant_id", "=", tenantId)
    .where("deleted_at", "is", null)
    .where(isNamed(names))
    .orderBy("id")
    .forUpdate()
    .execute();
}

function isNamed(names: readonly string[] | undefined) {
  return names === undefined ? sql<boolean>`true` : sql<boolean>`scripts.name = any(${names})`;
}

/** Who saved the latest version of each script, or the draft where there is no version. */
export async function listAuthors(
  queries: Queries,
  tenantId: string,
): Promise<{ readonly script_id: string; readonly author: string }[]> {
  return await queries
    .selectFrom("scripts")
    .leftJoin("script_versions as version", (join) =>
      join
        .onRef("version.tenant_id", "=", "scripts.tenant_id")
        .onRef("version.script_id", "=", "scripts.id")
        .onRef("version.version", "=", "scripts.latest_version"),
    )
    .leftJoin("script_drafts as draft", (join) =>
      join.onRef("draft.tenant_id", "=", "scripts.tenant_id").onRef("draft.script_id", "=", "scripts.id"),
    )
    .select(["scripts.id as script_id", sql<string>`coalesce(version.author, draft.author, '')`.as("author")])
    .where("scripts.tenant_id", "=", tenantId)
    .where("scripts.deleted_at", "is", null)
    .execute();
}

/** How much an export would carry: scripts, and bytes of sources and settings. */
export async function measureScripts(
  queries: Queries,
  tenantId: string,
  history: boolean,
): Promise<{ readonly scripts: number; readonly bytes: number }> {
  const { rows } = await sql<{ scripts: number; bytes: number }>`
    with script as (
      select id, active_version from skerry.scripts where tenant_id = ${tenantId} and deleted_at is null
    ), carried as (
      select octet_length(version.source) + octet_length(version.settings::text) as bytes
      from script join skerry.script_versions as version
        on version.tenant_id = ${tenantId} and version.script_id = script.id
          and (${history} or version.version = script.active_version)
      union all
      select octet_length(draft.source) + octet_length(draft.settings::text)
      from script join skerry.script_drafts as draft
        on draft.tenant_id = ${tenantId} and draft.script_id = script.id
    )
    select (select count(*) from script) as scripts, (select coalesce(sum(bytes), 0)::bigint from carried) as bytes
  `.execute(queries);
  return rows[0] ?? { scripts: 0, bytes: 0 };
}

/** In the order of their names. */
export async function listAllScripts(queries: Queries, tenantId: string): Promise<ScriptRow[]> {
  return await queries
    .selectFrom("scripts")
    .selectAll()
    .where("tenant_id", "=", tenantId)
    .where("deleted_at", "is", null)
    .orderBy("name_key")
    .orderBy("name")
    .execute();
}

export type ContentRow = Pick<
  Selectable<ScriptVersionsTable>,
  "script_id" | "version" | "language" | "source" | "settings" | "note"
>;

/** The published versions of all scripts, or with history all versions, from the first. */
export async function listContents(
  queries: Queries,
  tenantId: string,
  history: boolean,
): Promise<ContentRow[]> {
  return await queries
    .selectFrom("scripts")
    .innerJoin("script_versions as version", (join) =>
      join.onRef("version.tenant_id", "=", "scripts.tenant_id").onRef("version.script_id", "=", "scripts.id"),
    )
    .select([
      "version.script_id",
      "version.version",
      "version.language",
      "version.source",
      "version.settings",
      "version.note",
    ])
    .where("scripts.tenant_id", "=", tenantId)
    .where("scripts.deleted_at", "is", null)
    .where("scripts.active_version", "is not", null)
    .$if(!history, (query) => query.whereRef("version.version", "=", "scripts.active_version"))
    .orderBy("version.script_id")
    .orderBy("version.version")
    .execute();
}

export type DraftContentRow = Pick<
  Selectable<ScriptDraftsTable>,
  "script_id" | "language" | "source" | "settings"
>;

export async function listDrafts(queries: Queries, tenantId: string): Promise<DraftContentRow[]> {
  return await queries
    .selectFrom("script_drafts")
    .select(["script_id", "language", "source", "settings"])
    .where("tenant_id", "=", tenantId)
    .execute();
}
