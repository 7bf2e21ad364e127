import type { Caller } from "../../../auth/principal.ts";
import { SkerryError } from "../../../problems/errors.ts";
import type { Content } from "../../content.ts";
import type { ScriptDraft } from "../../draft.ts";
import type { DraftService } from "../../drafts.ts";
import type { ScriptDetail } from "../../script.ts";
import type { ScriptService } from "../../service.ts";

export interface EditorServices {
  readonly scripts: Pick<ScriptService, "get" | "getVersion" | "publish">;
  readonly drafts: DraftService;
}

/** A script as it is being written. */
export interface EditorState {
  readonly script: ScriptDetail;
  /** Undefined where nothing was changed since the script was published. */
  readonly draft: ScriptDraft | undefined;
  /** Of the draft, or else what is published. */
  readonly content: Content;
  /** What the next save builds upon: see `DraftInput`. */
  readonly base: DraftBase;
}

export interface DraftBase {
  readonly baseVersion: number;
  /** 0 where there is no draft. */
  readonly draftRevision: number;
  /** When that draft was saved, in RFC 3339; empty where there is none. Revisions of another draft begin anew. */
  readonly draftSavedAt: string;
}

/** @throws SkerryError `SCRIPT_NOT_FOUND`. */
export async function loadEditor(
  { scripts, drafts }: EditorServices,
  caller: Caller,
  idOrName: string,
): Promise<EditorState> {
  const script = await scripts.get(caller, idOrName);
  const draft = script.draftRevision === 0 ? undefined : await findDraft(drafts, caller, script.id);
  return describeState(script, draft);
}

export function describeState(script: ScriptDetail, draft: ScriptDraft | undefined): EditorState {
  const { source, language, settings } = draft ?? script;
  return {
    script,
    draft,
    content: { source, language, settings },
    base: {
      baseVersion: draft?.baseVersion ?? script.latestVersion,
      draftRevision: draft?.revision ?? 0,
      draftSavedAt: draft?.updatedAt.toISOString() ?? "",
    },
  };
}

async function findDraft(drafts: DraftService, caller: Caller, id: string): Promise<ScriptDraft | undefined> {
  try {
    return await drafts.get(caller, id);
  } catch (error) {
    // Somebody published or discarded it just now.
    if (error instanceof SkerryError && error.code === "DRAFT_NOT_FOUND") return undefined;
    throw error;
  }
}
