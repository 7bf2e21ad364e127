import { linksOf } from "./links.ts";
import type { TenantView } from "./links.ts";
import type { EditorState } from "./state.ts";

interface PublishDialogProps {
  readonly view: TenantView;
  readonly script: EditorState["script"];
}

/** Asks what has changed. Its controls belong to the editor's form, so that what was written last is published. */
export function PublishDialog({ view, script }: PublishDialogProps) {
  const { scriptEditor: t, parts } = view.t;
  const { publish } = linksOf(view, script);
  return (
    <dialog id="publish" class="confirm" data-for-draft aria-labelledby="publish-title" closedby="any">
      <div class="stack">
        <h2 id="publish-title">
          <PublishQuestion view={view} version={script.latestVersion + 1} />
        </h2>
        <p>{t.publishDetail}</p>
        <div class="field">
          <label for="publish-note">{t.note}</label>
          <PublishNote view={view} />
        </div>
        <div class="actions">
          <button type="button" command="close" commandfor="publish">
            {parts.cancel}
          </button>
          <button
            type="submit"
            class="primary"
            form="editor"
            formaction={publish}
            hx-post={publish}
            hx-sync="#editor:queue all"
            hx-swap="none"
          >
            {t.publish}
          </button>
        </div>
      </div>
    </dialog>
  );
}

/** For those who read the list of versions. */
export function PublishNote({
  view,
  isSwap = false,
}: {
  readonly view: TenantView;
  readonly isSwap?: boolean;
}) {
  return (
    <textarea
      id="publish-note"
      name="note"
      form="editor"
      rows={3}
      maxlength={500}
      placeholder={view.t.scriptEditor.notePlaceholder}
      hx-swap-oob={isSwap ? "true" : undefined}
    />
  );
}

interface PublishQuestionProps {
  readonly view: TenantView;
  readonly version: number;
  readonly isSwap?: boolean;
}

/** Names the version that the draft becomes. */
export function PublishQuestion({ view, version, isSwap = false }: PublishQuestionProps) {
  return (
    <span id="next-version" hx-swap-oob={isSwap ? "true" : undefined}>
      {view.t.scriptEditor.publishQuestion(version)}
    </span>
  );
}
