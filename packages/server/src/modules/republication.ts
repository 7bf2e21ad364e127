import { isDeepStrictEqual } from "node:util";
import type { Caller } from "../auth/principal.ts";
import type { Database } from "../db/open.ts";
import { withTenant } from "../db/tenant-scope.ts";
import { SkerryError } from "../problems/errors.ts";
import { findCurrent, requireBase, requireScript } from "../scripts/lookup.ts";
import type { Publication } from "../scripts/publishing.ts";
import { updateScript } from "../scripts/repository.ts";
import { requireEditable } from "../scripts/status.ts";
import { saveVersion, updateTriggers } from "../scripts/writing.ts";
import type { ScriptCompiler } from "./compiler.ts";
import type { BundledModule } from "./module.ts";
import { listModules } from "./repository.ts";

/** Note of the versions that are made. */
const RENEWED = "modules renewed";

/**
 * Compiles what is published of a script once more, with the modules as they are now, to publish it as the next version.
 *
 * @returns undefined where that would change nothing.
 * @throws SkerryError `SCRIPT_NOT_FOUND`, `SCRIPT_NOT_PUBLISHED`, `SCRIPT_STATUS_CONFLICT` for an archived script, or
 * those of `ScriptCompiler.compile`.
 */
export async function renewModules(
  { database, compiler }: { readonly database: Database; readonly compiler: ScriptCompiler },
  caller: Caller,
  idOrName: string,
): Promise<Publication | undefined> {
  const { tenantId } = caller;
  const base = await withTenant(database, tenantId, async (queries) => {
    const current = await findCurrent(queries, caller, idOrName);
    const { script, version } = current;
    return { ...current, modules: await listModules(queries, { tenantId, scriptId: script.id, version }) };
  });
  const { name, type, active_version, latest_version } = base.script;
  if (active_version === null) {
    throw new SkerryError("SCRIPT_NOT_PUBLISHED", `The script ${name} has no published version.`);
  }
  requireEditable(base.script);
  const compiled = await compiler.compile({ tenantId, name, type }, base.content);
  if (isDeepStrictEqual(base.modules.map(pickModule), compiled.compiled.modules.map(pickModule))) {
    return undefined;
  }

  return async (queries) => {
    const before = await requireScript(queries, caller, base.script.id, { lock: true });
    requireEditable(before);
    requireBase(before, latest_version);
    const next = before.latest_version + 1;
    await saveVersion(queries, caller, before, next, compiled, RENEWED);
    const after = await updateScript(queries, before, { latest_version: next, active_version: next });
    await updateTriggers(queries, after, compiled.content.settings);
    return { before, after };
  };
}

/** What tells one module from another. */
function pickModule({ specifier, libraryId, version, checksum }: Omit<BundledModule, "bytes">): unknown {
  return { specifier, libraryId, version, checksum: checksum.toString("hex") };
}
