import type { Queries } from "../db/tenant-scope.ts";
import type { PulledScript, PulledTenant } from "./push-document.ts";
import { requireTransferable } from "./export.ts";
import { findPresentScripts, listAuthors, listContents } from "./repository.ts";
import type { ContentRow, PresentScript } from "./repository.ts";
import { revisionOf } from "./revision.ts";

/** Gives all scripts as they are published. @throws SkerryError `EXPORT_LIMIT` before anything large is read. */
export async function composePull(
  queries: Queries,
  tenantId: string,
  withSources: boolean,
): Promise<PulledTenant> {
  await requireTransferable(queries, tenantId, false);
  const rows = await findPresentScripts(queries, tenantId, undefined, { lock: false });
  const contents = withSources ? await listContents(queries, tenantId, false) : [];
  const authors = await listAuthors(queries, tenantId);
  const contentOf = new Map(contents.map((content) => [content.script_id, content]));
  const authorOf = new Map(authors.map(({ script_id, author }) => [script_id, author]));
  const scripts = rows.map((row) => composeScript(row, contentOf.get(row.id), authorOf.get(row.id)));
  return { tenant: tenantId, scripts: scripts.toSorted((a, b) => (a.name < b.name ? -1 : 1)) };
}

function composeScript(
  row: PresentScript,
  content: ContentRow | undefined,
  author: string | undefined,
): PulledScript {
  const { name, type, status, description, tags, active_version, latest_version, updated_at } = row;
  return {
    name,
    type,
    status,
    description,
    tags,
    revision: revisionOf(row),
    version: active_version,
    latestVersion: latest_version,
    author: author ?? null,
    updatedAt: updated_at,
    checksum: row.active_checksum?.toString("hex") ?? null,
    ...(content === undefined
      ? {}
      : {
          content: { language: content.language, source: content.source, settings: content.settings },
        }),
  };
}
