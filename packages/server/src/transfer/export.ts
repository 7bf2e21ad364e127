import type { Queries } from "../db/tenant-scope.ts";
import { SkerryError } from "../problems/errors.ts";
import type { Content } from "../scripts/content.ts";
import type { ScriptRow } from "../scripts/repository.ts";
import { listSecrets } from "../secrets/repository.ts";
import { findTenant } from "../tenants/repository.ts";
import { MAX_DOCUMENT_BYTES, MAX_SCRIPTS } from "./document.ts";
import type { ExportedScript, ExportedTenant } from "./document.ts";
import { listAllScripts, listContents, listDrafts, measureScripts } from "./repository.ts";
import type { ContentRow, DraftContentRow } from "./repository.ts";

/** More than a tenant can have. */
const ALL_SECRETS = 100_000;

/** Makes the document of a tenant. @throws SkerryError `EXPORT_LIMIT` before anything large is read. */
export async function composeDocument(
  queries: Queries,
  tenantId: string,
  history: boolean,
): Promise<ExportedTenant> {
  await requireTransferable(queries, tenantId, history);
  const tenant = await findTenant(queries, tenantId);
  const rows = await listAllScripts(queries, tenantId);
  const contents = await listContents(queries, tenantId, history);
  const drafts = await listDrafts(queries, tenantId);
  const versionsOf = Map.groupBy(contents, ({ script_id }) => script_id);
  const draftOf = new Map(drafts.map((draft) => [draft.script_id, draft]));
  return {
    format: 1,
    exportedAt: new Date(),
    tenant: { id: tenantId, name: tenant?.name ?? tenantId },
    scripts: rows.map((row) =>
      composeScript(row, versionsOf.get(row.id) ?? [], draftOf.get(row.id), history),
    ),
    secrets: await listSecretNames(queries, tenantId),
  };
}

/** @throws SkerryError `EXPORT_LIMIT` for a tenant that has too much for one document. */
export async function requireTransferable(
  queries: Queries,
  tenantId: string,
  history: boolean,
): Promise<void> {
  const size = await measureScripts(queries, tenantId, history);
  if (size.scripts <= MAX_SCRIPTS && size.bytes <= MAX_DOCUMENT_BYTES) return;
  const message = `The document would have ${size.scripts} scripts and ${size.bytes} bytes; ${MAX_SCRIPTS} and ${MAX_DOCUMENT_BYTES} are the most.`;
  throw new SkerryError("EXPORT_LIMIT", message);
}

/** The names of the tenant's secrets, in their order. */
export async function listSecretNames(queries: Queries, tenantId: string): Promise<string[]> {
  const secrets = await listSecrets(queries, tenantId, { limit: ALL_SECRETS });
  return secrets.map(({ name }) => name);
}

function composeScript(
  { name, type, status, description, tags, active_version }: ScriptRow,
  versions: readonly ContentRow[],
  draft: DraftContentRow | undefined,
  history: boolean,
): ExportedScript {
  const active = versions.find(({ version }) => version === active_version);
  const content = active ?? draft;
  if (content === undefined)
    throw new Error(`the script ${name} has neither a published version nor a draft`);
  return {
    name,
    type,
    status,
    description,
    tags,
    published: active !== undefined,
    ...pickContent(content),
    ...(active !== undefined && draft !== undefined ? { draft: pickContent(draft) } : {}),
    ...(active !== undefined && history
      ? {
          activeVersion: active.version,
          versions: versions.map((version) => ({ ...pickContent(version), note: version.note })),
        }
      : {}),
  };
}

function pickContent({ language, source, settings }: ContentRow | DraftContentRow): Content {
  return { language, source, settings };
}
