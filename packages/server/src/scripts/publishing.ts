import type { Caller } from "../auth/principal.ts";
import type { Database } from "../db/open.ts";
import { withTenant } from "../db/tenant-scope.ts";
import type { Queries } from "../db/tenant-scope.ts";
import type { ScriptCompiler } from "../modules/compiler.ts";
import { SkerryError } from "../problems/errors.ts";
import type { ScriptChanges } from "./changes.ts";
import { isSameSettings } from "./content.ts";
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
import { agreeScript, pickNewFacts, readConfigFacts } from "./source-config/agreement.ts";
import { requireEditable } from "./status.ts";
import { saveVersion, updateTriggers } from "./writing.ts";

/** Carries out what was prepared, within the transaction that it is given. */
export type Publication = (queries: Queries) => Promise<Published>;

interface Published {
  readonly before: ScriptRow;
  readonly after: ScriptRow;
}

/** What publishing needs of the platform. */
export interface PublishingParts {
  readonly database: Database;
  readonly changes: Pick<ScriptChanges, "requirePossible">;
  readonly compiler: ScriptCompiler;
}

/** Reads a version, which never changes, to publish it. @throws SkerryError see `ScriptService.publish`. */
export async function publishVersion(
  { database }: Pick<PublishingParts, "database">,
  caller: Caller,
  idOrName: string,
  version: number,
  baseVersion: number | undefined,
): Promise<Publication> {
  const base = await withTenant(database, caller.tenantId, async (queries) => {
    const script = await requireScript(queries, caller, idOrName);
    requireEditable(script);
    requireBase(script, baseVersion);
    return { script, content: contentOf(await requireVersion(queries, script, version)) };
  });
  const { settings, source } = base.content;
  const facts = await readConfigFacts(base.script, source);

  return async (queries) => {
    const before = await requireScript(queries, caller, base.script.id, { lock: true });
    requireEditable(before);
    requireBase(before, baseVersion);
    const status = before.status === "draft" ? "active" : before.status;
    const after = await updateScript(queries, before, {
      active_version: version,
      status,
      ...(facts && { ...facts, tags: [...facts.tags] }),
    });
    await updateTriggers(queries, after, settings);
    return { before, after };
  };
}

/** Compiles the draft, to publish it as the next version. @throws SkerryError see `ScriptService.publish`. */
export async function publishDraft(
  { database, compiler, changes }: PublishingParts,
  caller: Caller,
  idOrName: string,
  { note, baseVersion, draftRevision }: Omit<PublishInput, "version">,
): Promise<Publication> {
  const base = await withTenant(database, caller.tenantId, async (queries) => {
    const script = await requireScript(queries, caller, idOrName);
    const draft = await requireDraft(queries, script);
    const { active_version: active } = script;
    const published = active === null ? undefined : await requireVersion(queries, script, active);
    return { script, draft, source: published?.source };
  });
  requireEditable(base.script);
  requireBase(base.script, baseVersion);
  requireRevision(base.script, base.draft.revision, draftRevision);
  requireFreshDraft(base.script, base.draft);
  const { name, type } = base.script;
  const owner = { tenantId: caller.tenantId, name, type };
  const draft = contentOf(base.draft);
  const saved = { content: draft, facts: base.script, source: base.source };
  const { content, ...agreed } = await agreeScript(owner, saved, { source: draft.source });
  const { tags, ...facts } = pickNewFacts(base.script, agreed);
  if (!isSameSettings(content.settings, draft.settings))
    await changes.requirePossible(caller, content.settings);
  const compiled = await compiler.compile(owner, content);

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
    const after = await updateScript(queries, before, {
      ...versions,
      status,
      ...facts,
      ...(tags && { tags: [...tags] }),
    });
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
