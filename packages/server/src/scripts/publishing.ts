import type { Caller } from "../auth/principal.ts";
import type { Database } from "../db/open.ts";
import { withTenant } from "../db/tenant-scope.ts";
import type { Queries } from "../db/tenant-scope.ts";
import type { ScriptCompiler } from "../modules/compiler.ts";
import { SkerryError } from "../problems/errors.ts";
import type { PublishInput } from "./draft.ts";
import { deleteDraft, findDraftRevision } from "./draft-repository.ts";
import type { DraftRow } from "./draft-repository.ts";
import {
  contentOf,
  requireBase,
  requireDraft,
  requireRevision,
  requireScript,
  requireVersion,
} from "./lookup.ts";
import { updateScript } from "./repository.ts";
import type { ScriptRow } from "./repository.ts";
import { requireEditable } from "./status.ts";
import { saveVersion, updateTriggers } from "./writing.ts";

/** Carries out what was prepared, within the transaction that it is given. */
export type Publication = (queries: Queries) => Promise<Published>;

interface Published {
  readonly before: ScriptRow;
  readonly after: ScriptRow;
}

/** Publishes a version that is there. @throws SkerryError when it is carried out, see `ScriptService.publish`. */
export function publishVersion(
  caller: Caller,
  idOrName: string,
  version: number,
  baseVersion: number | undefined,
): Publication {
  return async (queries) => {
    const before = await requireScript(queries, caller, idOrName, { lock: true });
    requireEditable(before);
    requireBase(before, baseVersion);
    const { settings } = contentOf(await requireVersion(queries, before, version));
    const status = before.status === "draft" ? "active" : before.status;
    const after = await updateScript(queries, before, { active_version: version, status });
    await updateTriggers(queries, after, settings);
    return { before, after };
  };
}

/** Compiles the draft, to publish it as the next version. @throws SkerryError see `ScriptService.publish`. */
export async function publishDraft(
  { database, compiler }: { readonly database: Database; readonly compiler: ScriptCompiler },
  caller: Caller,
  idOrName: string,
  { note, baseVersion, draftRevision }: Omit<PublishInput, "version">,
): Promise<Publication> {
  const base = await withTenant(database, caller.tenantId, async (queries) => {
    const script = await requireScript(queries, caller, idOrName);
    return { script, draft: await requireDraft(queries, script) };
  });
  requireEditable(base.script);
  requireBase(base.script, baseVersion);
  requireRevision(base.script, base.draft.revision, draftRevision);
  requireFreshDraft(base.script, base.draft);
  const { name, type } = base.script;
  const owner = { tenantId: caller.tenantId, name, type };
  const compiled = await compiler.compile(owner, contentOf(base.draft));

  return async (queries) => {
    const before = await requireScript(queries, caller, base.script.id, { lock: true });
    requireEditable(before);
    requireBase(before, base.script.latest_version);
    requireRevision(before, await findDraftRevision(queries, before), base.draft.revision);
    const next = before.latest_version + 1;
    await saveVersion(queries, caller, before, next, compiled, note);
    await deleteDraft(queries, before);
    const status = before.status === "draft" ? "active" : before.status;
    const versions = { latest_version: next, active_version: next };
    const after = await updateScript(queries, before, { ...versions, status });
    await updateTriggers(queries, after, compiled.content.settings);
    return { before, after };
  };
}

/** Publishing must not undo, unseen, what somebody else published since the draft was begun. */
function requireFreshDraft({ name, latest_version }: ScriptRow, { base_version }: DraftRow): void {
  if (base_version === latest_version) return;
  throw new SkerryError(
    "VERSION_CONFLICT",
    `The draft of ${name} builds upon version ${base_version}, but there is version ${latest_version}; ` +
      "compare the two, and save the draft with that as its baseVersion.",
  );
}
