import type { PropsWithChildren } from "hono/jsx";
import type { Execution } from "../../../executions/execution.ts";
import { CodeEditor } from "../../../web/parts/code-editor.tsx";
import { Notice } from "../../../web/parts/notice.tsx";
import { PageHeader } from "../../../web/parts/page-header.tsx";
import { StatusBadge } from "../../../web/parts/status-badge.tsx";
import { ScriptHeader } from "../script-header.tsx";
import { RewrittenSource, SettingsFields } from "./content-pieces.tsx";
import { DiscardDraft, DraftBaseFields, DraftIndicator } from "./draft-state.tsx";
import { linksOf } from "./links.ts";
import type { TenantView } from "./links.ts";
import { ProblemRegion } from "./problem-list.tsx";
import { PublishDialog } from "./publish-dialog.tsx";
import { RecentExecutions } from "./recent-executions.tsx";
import { RunPanel } from "./run-panel.tsx";
import type { EditorState } from "./state.ts";

export interface EditorProps {
  readonly view: TenantView;
  readonly state: EditorState;
  /** Undefined for those who may not see executions. */
  readonly recent: readonly Execution[] | undefined;
  /** Whether it stands in the page of another product, where no other pages can be shown. */
  readonly isEmbedded: boolean;
}

/** The page where a script is written: source, settings, what it does and did. */
export function Editor(props: EditorProps) {
  const { view, state } = props;
  const { script } = state;
  const canEdit = canEditScript(view, state);
  return (
    <>
      <EditorHeader {...props}>{canEdit && <DraftActions view={view} state={state} />}</EditorHeader>
      {!canEdit && <ReadOnlyNotice view={view} state={state} />}
      <EditorForm {...props} canEdit={canEdit} />
      {canEdit && <PublishDialog view={view} script={script} />}
    </>
  );
}

export function canEditScript(view: TenantView, { script }: EditorState): boolean {
  return view.can("scripts.update") && script.status !== "archived";
}

function EditorHeader({ view, state: { script }, isEmbedded, children }: PropsWithChildren<EditorProps>) {
  const version = <VersionTag view={view} version={script.activeVersion} />;
  if (!isEmbedded) {
    return (
      <ScriptHeader view={view} script={script} current="editor">
        {version}
        {children}
      </ScriptHeader>
    );
  }
  const title = (
    <>
      {script.name} <span class="tag">{view.t.scripts.types[script.type]}</span>{" "}
      <StatusBadge status={script.status} view={view} />
    </>
  );
  return (
    <PageHeader title={title}>
      {version}
      {children}
    </PageHeader>
  );
}

interface VersionTagProps {
  readonly view: TenantView;
  readonly version: number | null;
  readonly isSwap?: boolean;
}

/** The version that triggers run. */
export function VersionTag({ view, version, isSwap = false }: VersionTagProps) {
  const { scriptEditor: t } = view.t;
  return (
    <span id="active-version" class="tag" hx-swap-oob={isSwap ? "true" : undefined}>
      {version === null ? t.neverPublished : t.version(version)}
    </span>
  );
}

function DraftActions({ view, state }: Pick<EditorProps, "view" | "state">) {
  return (
    <>
      <DraftIndicator view={view} state={state} />
      <DiscardDraft view={view} state={state} />
      <button type="button" class="primary" command="show-modal" commandfor="publish">
        {view.t.scriptEditor.publish}
      </button>
    </>
  );
}

function ReadOnlyNotice({ view, state }: Pick<EditorProps, "view" | "state">) {
  const { archived, readOnly } = view.t.scriptEditor;
  return (
    <Notice>{view.can("scripts.update") && state.script.status === "archived" ? archived : readOnly}</Notice>
  );
}

/** It saves itself a second after the last key; without scripts by its button. */
function EditorForm(props: EditorProps & { readonly canEdit: boolean }) {
  const { view, state, recent, isEmbedded, canEdit } = props;
  const { script, content, base } = state;
  const { save, run } = linksOf(view, script);
  const saving = canEdit && {
    "hx-post": save,
    "hx-trigger": "submit, input delay:1s, editor:save from:body, online from:window",
    "hx-swap": "none",
    "data-guard": true,
    "data-draft": true,
  };
  const { panels } = view.t.scriptEditor;
  return (
    <form id="editor" class="editor-page" method="post" action={canEdit ? save : run} novalidate {...saving}>
      <DraftBaseFields base={base} />
      <RewrittenSource written={content.source} saved={content.source} />
      <CodePanel {...props} />
      <div class="editor-side">
        <SidePanel title={panels.run} isOpen>
          <RunPanel view={view} state={state} />
        </SidePanel>
        <SettingsPanel {...props} />
        {recent !== undefined && (
          <SidePanel title={panels.recent} isOpen>
            <RecentExecutions view={view} script={script} executions={recent} isEmbedded={isEmbedded} />
          </SidePanel>
        )}
      </div>
    </form>
  );
}

function CodePanel({
  view,
  state: { script, content },
  canEdit,
}: EditorProps & { readonly canEdit: boolean }) {
  const { scriptEditor: t } = view.t;
  const { types, language } = linksOf(view, script);
  return (
    <div class="editor-code">
      <ProblemRegion />
      <CodeEditor
        name="source"
        language={content.language === "ts" ? "typescript" : "javascript"}
        value={content.source}
        label={t.source(script.name)}
        hint={t.leaveHint}
        types={types}
        handler={script.type === "http" ? "Skerry.HttpHandler" : "Skerry.Handler"}
        readOnly={!canEdit}
        size="fill"
      />
      {canEdit && (
        <div class="row between">
          <button type="submit" class="small">
            {t.save} <kbd>Ctrl S</kbd>
          </button>
          <label class="row">
            <span class="dim">{t.language}</span>
            <select
              name="language"
              hx-post={language}
              hx-trigger="change"
              hx-sync="#editor:queue all"
              hx-target="#main"
              hx-swap="innerHTML"
            >
              {(["ts", "js"] as const).map((each) => (
                <option value={each} selected={each === content.language}>
                  {t.languages[each]}
                </option>
              ))}
            </select>
          </label>
        </div>
      )}
    </div>
  );
}

function SettingsPanel({ view, state, canEdit }: EditorProps & { readonly canEdit: boolean }) {
  return (
    <SidePanel title={view.t.scriptEditor.panels.settings}>
      <SettingsFields view={view} state={state} isReadOnly={!canEdit} />
    </SidePanel>
  );
}

function SidePanel({
  title,
  isOpen = false,
  children,
}: PropsWithChildren<{ title: string; isOpen?: boolean }>) {
  return (
    <details class="panel" open={isOpen}>
      <summary>
        <h2>{title}</h2>
      </summary>
      {children}
    </details>
  );
}
