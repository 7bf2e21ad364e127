import { nameOf } from "../../../auth/principal.ts";
import { SkerryError } from "../../../problems/errors.ts";
import type { PageRequest } from "../../../web/page.ts";
import { isSameSettings } from "../../content.ts";
import { RewrittenSource, SettingsFields } from "./content-pieces.tsx";
import { DiscardDraft, DraftBaseFields, DraftRefused, DraftSaved } from "./draft-state.tsx";
import type { Written } from "./fields.ts";
import type { TenantView } from "./links.ts";
import { ConflictNotice, ProblemList, ProblemRegion, titleOfConflict } from "./problem-list.tsx";
import { findConflict } from "./saving.ts";
import type { Conflict, Saved } from "./saving.ts";
import type { EditorServices, EditorState } from "./state.ts";

interface SavedPiecesProps {
  readonly view: TenantView;
  readonly saved: Saved;
  /** Why the draft was saved and no more. */
  readonly error?: SkerryError;
}

/** The pieces of the page that change with a save. */
export function SavedPieces({ view, saved, error }: SavedPiecesProps) {
  const { state, written, refusal } = saved;
  const { problems, settingsProblems } = view.t.scriptEditor;
  return (
    <>
      <DraftSaved view={view} state={state} isSwap />
      <DiscardDraft view={view} state={state} isSwap />
      <DraftBaseFields base={state.base} isSwap />
      <RewrittenSource written={written.source} saved={state.content.source} isSwap />
      {isOvertaken(saved) && <SettingsFields view={view} state={state} isReadOnly={false} isSwap />}
      <ProblemRegion isSwap>
        {refusal !== undefined && <ProblemList view={view} title={settingsProblems} error={refusal} />}
        {error !== undefined && <ProblemList view={view} title={problems} error={error} />}
      </ProblemRegion>
    </>
  );
}

/** Whether a `config` in the source says other settings than the form beside it has. */
function isOvertaken({ state, written: { settings }, refusal }: Saved): boolean {
  return refusal === undefined && settings !== undefined && !isSameSettings(settings, state.content.settings);
}

interface Refused {
  readonly services: EditorServices;
  readonly state: EditorState;
  readonly written: Written;
  readonly error: unknown;
}

/** Answers a save that came second. @throws what else went wrong. */
export async function answerConflict(request: PageRequest, refused: Refused): Promise<Response> {
  const { services, state, written, error } = refused;
  if (!isConflict(error)) throw error;
  const { view, caller } = request;
  const conflict = await findConflict(services, caller, state.script.id, written.base);
  if (conflict === undefined) throw error;
  const isOwn = isOwnConflict(request, conflict);
  const title = titleOfConflict(view, conflict, isOwn);
  return await request.fragment(
    <>
      <DraftRefused view={view} why={title} />
      <ProblemRegion isSwap>
        <ConflictNotice view={view} script={state.script} conflict={conflict} isOwn={isOwn} />
      </ProblemRegion>
    </>,
    { status: error.status },
  );
}

export function isConflict(error: unknown): error is SkerryError {
  return error instanceof SkerryError && error.code === "VERSION_CONFLICT";
}

export function isOwnConflict({ caller }: Pick<PageRequest, "caller">, { author }: Conflict): boolean {
  return author === nameOf(caller.principal);
}

/** Tells the page that what it sent is saved. */
export function announceSaved(response: Response, { state: { base } }: Saved): Response {
  return announce(response, "skerry:saved", { revision: base.draftRevision });
}

/** Adds an event that the page hears of, beside a toast that may be there. */
export function announce(
  response: Response,
  event: string,
  detail: Readonly<Record<string, number>>,
): Response {
  const told = response.headers.get("hx-trigger");
  const added = JSON.stringify({ [event]: detail });
  // Parsing what is there would undo its escapes: headers are ASCII.
  response.headers.set("hx-trigger", told === null ? added : `${told.slice(0, -1)},${added.slice(1)}`);
  return response;
}
