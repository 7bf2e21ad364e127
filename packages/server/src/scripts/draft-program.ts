import type { Database } from "../db/open.ts";
import { withTenant } from "../db/tenant-scope.ts";
import type { ScriptCompiler } from "../modules/compiler.ts";
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
 * @throws SkerryError `DRAFT_NOT_FOUND` or those of `ScriptCompiler.compile`.
 */
export async function loadDraftProgram(
  { database, compiler }: { readonly database: Database; readonly compiler: ScriptCompiler },
  script: Pick<ScriptRow, "tenant_id" | "id" | "name" | "type">,
): Promise<LoadedProgram> {
  const { tenant_id: tenantId, id: scriptId, name, type } = script;
  const draft = await withTenant(database, tenantId, (queries) => requireDraft(queries, script));
  const { compiled } = await compiler.compile({ tenantId, name, type }, contentOf(draft));
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
