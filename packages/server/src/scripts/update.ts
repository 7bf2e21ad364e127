import { nameOf } from "../auth/principal.ts";
import type { Caller } from "../auth/principal.ts";
import type { ScriptStatus } from "../db/schema.ts";
import type { Queries } from "../db/tenant-scope.ts";
import { SkerryError } from "../problems/errors.ts";
import type { ScriptCompiler } from "../modules/compiler.ts";
import { isSameContent } from "./content.ts";
import type { CompiledContent, Content } from "./content.ts";
import { deleteDraft, upsertDraft } from "./draft-repository.ts";
import { findCurrent, requireBase, requireRevision, requireVersion, contentOf } from "./lookup.ts";
import type { Current } from "./lookup.ts";
import { updateScript } from "./repository.ts";
import type { ScriptRow } from "./repository.ts";
import type { ScriptChange } from "./script.ts";
import { agreeScript, pickNewFacts } from "./source-config/agreement.ts";
import type { ScriptFacts } from "./source-config/agreement.ts";
import { requireEditable, requireTransition } from "./status.ts";
import { saveVersion, updateTriggers } from "./writing.ts";

/** What a change makes of a script's content; nothing where only the script itself changes. */
export interface UpdatePlan {
  /** The next version. */
  readonly version?: CompiledContent;
  /** The draft of a script that stays unpublished. */
  readonly draft?: Content;
  /** What the script itself does not say yet. */
  readonly facts: Partial<ScriptFacts>;
  readonly publishes: boolean;
}

/** Checks and compiles what a change wishes, before anything is locked. @throws SkerryError see `ScriptService.update`. */
export async function planUpdate(
  compiler: ScriptCompiler,
  base: Current,
  wished: ScriptChange,
): Promise<UpdatePlan> {
  const { script, content: present, draftRevision } = base;
  requireBase(script, wished.baseVersion);
  requireRevision(script, draftRevision, wished.draftRevision);
  const isPublished = script.active_version !== null;
  const publishes = wished.publish ?? (isPublished || wished.status === "active");
  if (wished.status === "active" && !isPublished && !publishes) {
    const message = `The script ${script.name} has nothing published that could be active.`;
    throw new SkerryError("SCRIPT_NOT_PUBLISHED", message);
  }
  const publishesDraft =
    publishes && !isPublished && wished.source === undefined && wished.settings === undefined;
  const { content, ...agreed } = publishesDraft
    ? await agreeScript(
        script,
        { content: present, facts: script, source: undefined },
        { ...wished, source: present.source },
      )
    : await agreeScript(script, { content: present, facts: script, source: present.source }, wished);
  const facts = pickNewFacts(script, agreed);
  const isNew = !isSameContent(content, present);
  if (!isPublished && !publishes) return isNew ? { facts, draft: content, publishes } : { facts, publishes };
  if (isPublished && !isNew) return { facts, publishes };
  const { tenant_id: tenantId, type } = script;
  const owner = { tenantId, type, name: wished.name ?? script.name };
  return { facts, version: await compiler.compile(owner, content), publishes };
}

/**
 * Carries out a plan, unless the script went on since it was made.
 *
 * @throws SkerryError see `ScriptService.update`.
 */
export async function applyUpdate(
  queries: Queries,
  caller: Caller,
  base: Current,
  wished: ScriptChange,
  { facts, version, draft, publishes }: UpdatePlan,
): Promise<ScriptRow> {
  const { script, draftRevision } = await findCurrent(queries, caller, base.script.id, { lock: true });
  requireBase(script, base.script.latest_version);
  if (script.active_version === null) requireRevision(script, draftRevision, base.draftRevision);

  const saved = version && script.latest_version + 1;
  const active = (publishes ? saved : undefined) ?? script.active_version;
  const status = wished.status ?? (script.status === "draft" && active !== null ? "active" : script.status);
  requireChangeable(script, status);

  if (version && saved) await saveVersion(queries, caller, script, saved, version, wished.note);
  if (draft) {
    const author = nameOf(caller.principal);
    await upsertDraft(queries, script, draft, { baseVersion: script.latest_version, author });
  }
  if (script.active_version === null && active !== null) await deleteDraft(queries, script);
  const changed = await updateScript(queries, script, {
    name: wished.name ?? script.name,
    description: facts.description ?? wished.description ?? script.description,
    tags: [...(facts.tags ?? wished.tags ?? script.tags)],
    latest_version: saved ?? script.latest_version,
    active_version: active,
    status,
  });
  if (active !== null) {
    const { settings } = contentOf(await requireVersion(queries, changed, active));
    await updateTriggers(queries, changed, settings);
  }
  return changed;
}

/** An archived script changes only together with being restored. */
function requireChangeable(script: ScriptRow, status: ScriptStatus): void {
  requireTransition(script, status);
  if (status === script.status) requireEditable(script);
}
