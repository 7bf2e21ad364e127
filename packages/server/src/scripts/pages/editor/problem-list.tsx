import type { PropsWithChildren } from "hono/jsx";
import type { SkerryError } from "../../../problems/errors.ts";
import type { ErrorDetail } from "../../../problems/errors.ts";
import { Notice } from "../../../web/parts/notice.tsx";
import { linksOf } from "./links.ts";
import type { TenantView } from "./links.ts";
import type { Conflict } from "./saving.ts";
import type { EditorState } from "./state.ts";

/** Where the editor tells what stands in the way; empty where nothing does. */
export function ProblemRegion({
  isSwap = false,
  children,
}: PropsWithChildren<{ readonly isSwap?: boolean }>) {
  return (
    <div id="editor-problems" hx-swap-oob={isSwap ? "true" : undefined} aria-live="polite">
      {children}
    </div>
  );
}

interface ProblemListProps {
  readonly view: TenantView;
  readonly title: string;
  readonly error: SkerryError;
}

/** What is wrong, each with its line. The editor marks those places. */
export function ProblemList({ view, title, error: { message, details = [] } }: ProblemListProps) {
  return (
    <Notice tone="bad">
      <strong>{title}</strong>
      {details.length === 0 && <p>{message}</p>}
      <ul class="problem-list" data-marks-of="source">
        {details.map((detail) => (
          <Problem view={view} detail={detail} />
        ))}
      </ul>
    </Notice>
  );
}

function Problem({ view, detail }: { readonly view: TenantView; readonly detail: ErrorDetail }) {
  const { path, message, line, column, frame } = detail;
  if (line === undefined) {
    return (
      <li>
        <code>{path}</code> {message}
      </li>
    );
  }
  return (
    <li data-line={line} data-column={column} data-message={message}>
      <LineButton view={view} line={line} /> {message}
      {frame !== undefined && <pre>{frame}</pre>}
    </li>
  );
}

/** Leads to a line of the source. */
export function LineButton({ view, line }: { readonly view: TenantView; readonly line: number }) {
  return (
    <button type="button" class="quiet small" data-go-to-line={line}>
      {view.t.scriptEditor.line(line)}
    </button>
  );
}

interface ConflictNoticeProps {
  readonly view: TenantView;
  readonly script: EditorState["script"];
  readonly conflict: Conflict;
  /** Whether who looks saved it. */
  readonly isOwn: boolean;
}

/** Somebody else was first: nothing is overwritten, and this leads to a comparison of both. */
export function ConflictNotice({ view, script, conflict, isOwn }: ConflictNoticeProps) {
  const { scriptEditor: t } = view.t;
  const { merge } = linksOf(view, script);
  return (
    <Notice tone="warn">
      <p>
        <strong>{titleOfConflict(view, conflict, isOwn)}</strong>
      </p>
      <p>{t.conflictDetail}</p>
      <button
        type="submit"
        form="editor"
        formaction={merge}
        hx-post={merge}
        hx-sync="#editor:queue all"
        hx-target="#main"
        hx-swap="innerHTML"
      >
        {t.merge}
      </button>
    </Notice>
  );
}

export function titleOfConflict(view: TenantView, { author, version }: Conflict, isOwn: boolean): string {
  const { conflictPublished, conflictOwn, conflictOther } = view.t.scriptEditor;
  if (author === undefined) return conflictPublished(version);
  return isOwn ? conflictOwn : conflictOther;
}
