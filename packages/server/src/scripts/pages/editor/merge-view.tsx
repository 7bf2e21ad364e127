import { CodeDiff } from "../../../web/parts/code-diff.tsx";
import { CodeEditor } from "../../../web/parts/code-editor.tsx";
import { PageHeader } from "../../../web/parts/page-header.tsx";
import type { Content } from "../../content.ts";
import { DraftBaseFields } from "./draft-state.tsx";
import { linksOf } from "./links.ts";
import type { TenantView } from "./links.ts";
import { ProblemRegion, titleOfConflict } from "./problem-list.tsx";
import type { Conflict } from "./saving.ts";
import type { EditorState } from "./state.ts";

export interface MergeViewProps {
  readonly view: TenantView;
  readonly script: EditorState["script"];
  readonly mine: Content;
  readonly conflict: Conflict;
  readonly isOwn: boolean;
}

/** Both sides of a conflict, and what is made of them. Nothing is saved before somebody says what. */
export function MergeView({ view, script, mine, conflict, isOwn }: MergeViewProps) {
  const { scriptEditor: t } = view.t;
  const { theirs, base } = conflict;
  const { saveMerged } = linksOf(view, script);
  const settings = { theirs: format(theirs.settings), mine: format(mine.settings) };
  return (
    <>
      <PageHeader
        title={t.mergeTitle(script.name)}
        note={`${titleOfConflict(view, conflict, isOwn)} ${t.mergeNote}`}
      />
      <ProblemRegion />
      <form
        id="merge"
        class="stack"
        method="post"
        action={saveMerged}
        hx-post={saveMerged}
        hx-target="#main"
        hx-swap="innerHTML"
        data-guard
        data-unsaved
        novalidate
      >
        <DraftBaseFields base={base} />
        <input type="hidden" name="language" value={mine.language} />
        <input type="hidden" name="mineSettings" value={settings.mine} />
        <input type="hidden" name="theirSettings" value={settings.theirs} />
        <textarea name="mine" hidden readonly>{`\n${mine.source}`}</textarea>
        <CodeDiff view={view} before={theirs.source} after={mine.source} label={t.mergeDiff} />
        {settings.theirs !== settings.mine && <SettingsChoice view={view} settings={settings} />}
        <h2>{t.mergeResult}</h2>
        <p class="dim">{t.mergeResultHint}</p>
        <CodeEditor
          name="source"
          language={mine.language === "ts" ? "typescript" : "javascript"}
          value={mine.source}
          label={t.mergeResult}
          hint={t.leaveHint}
          types={linksOf(view, script).types}
          size="large"
        />
        <div class="actions">
          <button class="primary" name="take" value="merged">
            {t.saveMerged}
          </button>
          <button name="take" value="mine">
            {t.takeMine}
          </button>
          <button name="take" value="theirs">
            {t.takeTheirs}
          </button>
        </div>
      </form>
    </>
  );
}

interface SettingsChoiceProps {
  readonly view: TenantView;
  readonly settings: Readonly<Record<"theirs" | "mine", string>>;
}

/** Settings are taken whole from one of both. */
function SettingsChoice({ view, settings }: SettingsChoiceProps) {
  const { scriptEditor: t } = view.t;
  return (
    <fieldset class="stack">
      <legend>{t.mergeSettings}</legend>
      <CodeDiff view={view} before={settings.theirs} after={settings.mine} label={t.mergeSettingsDiff} />
      <div class="row">
        {(["mine", "theirs"] as const).map((side) => (
          <label>
            <input type="radio" name="settingsOf" value={side} checked={side === "mine"} />
            {t.mergeSettingsOf[side]}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function format(settings: Content["settings"]): string {
  return JSON.stringify(settings, null, 2);
}
