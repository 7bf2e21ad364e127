import { ConfirmButton } from "../../../web/parts/confirm-button.tsx";
import { RelativeTime } from "../../../web/parts/times.tsx";
import { linksOf } from "./links.ts";
import type { TenantView } from "./links.ts";
import type { DraftBase, EditorState } from "./state.ts";

interface DraftProps {
  readonly view: TenantView;
  readonly state: EditorState;
}

/** How far what is written is saved. What depends on the browser alone is shown by the style sheet. */
export function DraftIndicator(props: DraftProps) {
  const { scriptEditor: t } = props.view.t;
  return (
    <p class="draft-state" role="status">
      <span class="while-saving">{t.saving}</span>
      <span class="while-unsaved">{t.unsaved}</span>
      <span class="while-unreachable">{t.unreachable}</span>
      <DraftSaved {...props} />
    </p>
  );
}

/** When the draft was saved last. */
export function DraftSaved({
  view,
  state: { draft },
  isSwap = false,
}: DraftProps & { readonly isSwap?: boolean }) {
  const { noDraft, saved } = view.t.scriptEditor;
  return (
    <span id="draft-state" hx-swap-oob={isSwap ? "true" : undefined}>
      {draft === undefined ? noDraft : saved}
      {draft !== undefined && (
        <>
          {" · "}
          <RelativeTime at={draft.updatedAt} view={view} />
        </>
      )}
    </span>
  );
}

/** Why what is written is not saved, in the place of when it was. */
export function DraftRefused({ view, why }: { readonly view: TenantView; readonly why: string }) {
  return (
    <span id="draft-state" class="bad" hx-swap-oob="true">
      {view.t.scriptEditor.notSaved(why)}
    </span>
  );
}

/** What the next save builds upon. */
export function DraftBaseFields({
  base,
  isSwap = false,
}: {
  readonly base: DraftBase;
  readonly isSwap?: boolean;
}) {
  return (
    <div id="draft-base" hx-swap-oob={isSwap ? "true" : undefined} hidden>
      <input type="hidden" name="baseVersion" value={base.baseVersion} />
      <input type="hidden" name="draftRevision" value={base.draftRevision} />
      <input type="hidden" name="draftSavedAt" value={base.draftSavedAt} />
    </div>
  );
}

/** A published script goes back to what is published; of another one the draft is all there is. */
export function DiscardDraft({ view, state, isSwap = false }: DraftProps & { readonly isSwap?: boolean }) {
  const { scriptEditor: t } = view.t;
  const { script, draft } = state;
  return (
    <span id="discard-draft" hx-swap-oob={isSwap ? "true" : undefined}>
      {draft !== undefined && script.activeVersion !== null && (
        <ConfirmButton
          view={view}
          label={t.drop}
          question={t.dropQuestion}
          detail={t.dropDetail}
          action={linksOf(view, script).discard}
          buttonClass="quiet"
          target="#main"
          swap="innerHTML"
        />
      )}
    </span>
  );
}
