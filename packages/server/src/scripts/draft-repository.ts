import { sql } from "kysely";
import type { Selectable } from "kysely";
import type { ScriptDraftsTable } from "../db/schema.ts";
import type { Queries } from "../db/tenant-scope.ts";
import { checksumOf } from "./checksum.ts";
import type { Content } from "./content.ts";
import type { ScriptRow } from "./repository.ts";

export type DraftRow = Selectable<ScriptDraftsTable>;

type Owner = Pick<ScriptRow, "tenant_id" | "id">;

export async function findDraft(queries: Queries, { tenant_id, id }: Owner): Promise<DraftRow | undefined> {
  return await queries
    .selectFrom("script_drafts")
    .selectAll()
    .where("tenant_id", "=", tenant_id)
    .where("script_id", "=", id)
    .executeTakeFirst();
}

/** @returns 0 where there is no draft. */
export async function findDraftRevision(queries: Queries, { tenant_id, id }: Owner): Promise<number> {
  const row = await queries
    .selectFrom("script_drafts")
    .select("revision")
    .where("tenant_id", "=", tenant_id)
    .where("script_id", "=", id)
    .executeTakeFirst();
  return row?.revision ?? 0;
}

/** Takes the place of the draft that is there. */
export async function upsertDraft(
  queries: Queries,
  { tenant_id, id }: Owner,
  content: Content,
  { baseVersion, author }: { readonly baseVersion: number; readonly author: string },
): Promise<DraftRow> {
  const { language, source, settings } = content;
  return await queries
    .insertInto("script_drafts")
    .values({
      tenant_id,
      script_id: id,
      language,
      source,
      settings: JSON.stringify(settings),
      checksum: checksumOf(content),
      base_version: baseVersion,
      revision: 1,
      author,
    })
    .onConflict((conflict) =>
      conflict.columns(["tenant_id", "script_id"]).doUpdateSet((row) => ({
        language: row.ref("excluded.language"),
        source: row.ref("excluded.source"),
        settings: row.ref("excluded.settings"),
        checksum: row.ref("excluded.checksum"),
        base_version: row.ref("excluded.base_version"),
        revision: row("script_drafts.revision", "+", 1),
        author: row.ref("excluded.author"),
        updated_at: sql<Date>`now()`,
      })),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** @returns whether there was one. */
export async function deleteDraft(queries: Queries, { tenant_id, id }: Owner): Promise<boolean> {
  const { numDeletedRows } = await queries
    .deleteFrom("script_drafts")
    .where("tenant_id", "=", tenant_id)
    .where("script_id", "=", id)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}
