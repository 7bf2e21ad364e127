import type { Database } from "../db/open.ts";
import { withTenant } from "../db/tenant-scope.ts";
import { compileContent } from "./content.ts";
import { contentOf, requireDraft } from "./lookup.ts";
import { toLoadedProgram } from "./program-store.ts";
import type { LoadedProgram } from "./program-store.ts";
import type { ScriptRow } from "./repository.ts";

/** What a program is recorded as that ran from a draft. */
export const DRAFT_VERSION = 0;

/**
 * Compiles the draft of a script, to run it before it is published. Nothing is kept: the next run sees the draft as it
 * is then. No connection is held while it compiles.
 *
 * @throws SkerryError `DRAFT_NOT_FOUND`, `SCRIPT_COMPILE` or `SCRIPT_TOO_COMPLEX`.
 */
export async function loadDraftProgram(
  database: Database,
  script: Pick<ScriptRow, "tenant_id" | "id" | "name" | "type">,
): Promise<LoadedProgram> {
  const { tenant_id: tenantId, id: scriptId, name, type } = script;
  const draft = await withTenant(database, tenantId, (queries) => requireDraft(queries, script));
  const { compiled } = await compileContent(name, contentOf(draft));
  const { language, settings, checksum } = draft;
  return toLoadedProgram(
    { tenantId, scriptId, version: DRAFT_VERSION },
    {
      code: compiled.code,
      source_map: compiled.sourceMap,
      settings,
      checksum,
      language,
      name,
      type,
    },
  );
}
