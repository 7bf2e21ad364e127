import type { Caller } from "../../../auth/principal.ts";
import { SkerryError } from "../../../problems/errors.ts";
import { refuseConfig } from "../../compile-refusal.ts";
import { isSameContent } from "../../content.ts";
import { fileNameOf } from "../../script.ts";
import { findConfigProblems } from "../../source-config/agreement.ts";
import { nameSettings } from "../named-settings.ts";
import type { Written } from "./fields.ts";
import { describeState, loadEditor } from "./state.ts";
import type { DraftBase, EditorServices, EditorState } from "./state.ts";

/** The draft as it is after a save. */
export interface Saved {
  readonly state: EditorState;
  /** What the page shows of it. */
  readonly written: Pick<Written, "source" | "settings">;
  /** What of it could not be saved. */
  readonly refusal: SkerryError | undefined;
}

/**
 * Saves what was written, unless just that is there already: then no revision is counted.
 *
 * @throws SkerryError `VERSION_CONFLICT` when somebody else saved or published first; otherwise those of
 * `DraftService.save`.
 */
export async function saveWritten(
  services: EditorServices,
  caller: Caller,
  before: EditorState,
  written: Written,
): Promise<Saved> {
  const { script, content, base } = before;
  const { source, language = content.language, settings = content.settings } = written;
  const { baseVersion, draftRevision } = written.base;
  requireSameDraft(before, written.base);
  const describe = async (state: EditorState, refusal = written.refusal): Promise<Saved> => ({
    state,
    written,
    refusal: refusal ?? (await findConfigRefusal(state)),
  });
  if (baseVersion === base.baseVersion && isSameContent(content, { source, language, settings })) {
    return await describe(before);
  }
  const named = await nameSettings(source, { shown: content.settings, typed: written.settings });
  const save = async (withSettings: boolean) =>
    await services.drafts.save(caller, script.id, {
      source,
      language,
      ...(withSettings && named !== undefined && { settings: named }),
      baseVersion,
      draftRevision,
    });
  try {
    return await describe(describeState(script, await save(true)));
  } catch (error) {
    // Settings that are right by themselves may be more than the tenant's plan lets it have.
    if (!(error instanceof SkerryError) || error.code !== "INPUT_INVALID" || named === undefined) throw error;
    return await describe(describeState(script, await save(false)), error);
  }
}

/** Why the `config` of what is written does not count. */
async function findConfigRefusal({ script, content }: EditorState): Promise<SkerryError | undefined> {
  const problems = await findConfigProblems(script, content.source);
  if (problems.length === 0) return undefined;
  return refuseConfig({ fileName: fileNameOf(script, content.language) }, problems);
}

/**
 * Tells what the save itself cannot: whether the draft is another one that came to the same revision.
 *
 * @throws SkerryError `VERSION_CONFLICT`.
 */
export function requireSameDraft({ script, base }: EditorState, expected: DraftBase): void {
  if (isSameDraft(base, expected)) return;
  throw new SkerryError(
    "VERSION_CONFLICT",
    `The draft of ${script.name} was saved, discarded or published meanwhile.`,
  );
}

/** Who saved first, and what. */
export interface Conflict {
  readonly theirs: EditorState["content"];
  /** Undefined where a version was published. */
  readonly author: string | undefined;
  readonly version: number;
  /** What the result of a merge builds upon. */
  readonly base: DraftBase;
}

/**
 * What stands in the way of what builds upon `expected`: another's draft, or else the version that was published
 * meanwhile. Undefined where nothing does any more.
 */
export async function findConflict(
  services: EditorServices,
  caller: Caller,
  idOrName: string,
  expected: DraftBase,
): Promise<Conflict | undefined> {
  const { script, draft, base } = await loadEditor(services, caller, idOrName);
  const { latestVersion: version } = script;
  const isSame = isSameDraft(base, expected);
  if (draft !== undefined && !isSame) return { theirs: draft, author: draft.author, version, base };
  if (isSame && version === expected.baseVersion) return undefined;
  const theirs = version === 0 ? script : await services.scripts.getVersion(caller, script.id, version);
  return { theirs, author: undefined, version, base: { ...base, baseVersion: version } };
}

function isSameDraft(one: DraftBase, other: DraftBase): boolean {
  return one.draftRevision === other.draftRevision && one.draftSavedAt === other.draftSavedAt;
}
