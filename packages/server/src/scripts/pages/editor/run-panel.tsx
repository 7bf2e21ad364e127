import type { ScriptType } from "../../../db/schema.ts";
import { HTTP_METHODS } from "../../../endpoints/path-pattern.ts";
import { pathOf } from "../../../endpoints/registration.ts";
import { CodeEditor } from "../../../web/parts/code-editor.tsx";
import { Field } from "../../../web/parts/field.tsx";
import { linksOf } from "./links.ts";
import type { TenantView } from "./links.ts";
import type { EditorState } from "./state.ts";

interface RunPanelProps {
  readonly view: TenantView;
  readonly state: EditorState;
}

/** What the script is to run with, the button that runs it, and what came of it. */
export function RunPanel({ view, state }: RunPanelProps) {
  const { scriptEditor: t } = view.t;
  const { script, draft } = state;
  if (script.type === "library") return <p class="dim">{t.notRunnable}</p>;
  if (!view.can("scripts.execute")) return <p class="dim">{t.mayNotRun}</p>;
  const { run } = linksOf(view, script);
  const label = draft === undefined && !view.can("scripts.update") ? t.runPublished : t.run;
  return (
    <>
      {script.type === "http" ? (
        <RequestFields view={view} state={state} />
      ) : (
        <InputField view={view} type={script.type} />
      )}
      <button
        type="submit"
        class="primary"
        formaction={run}
        hx-post={run}
        hx-trigger="click, editor:run from:body"
        hx-sync="#editor:queue all"
        hx-target="#run"
        hx-swap="innerHTML"
      >
        {script.type === "http" ? t.send : label} <kbd>Ctrl ↵</kbd>
      </button>
      <div id="run" class="stack" />
    </>
  );
}

function InputField({ view, type }: { readonly view: TenantView; readonly type: ScriptType }) {
  const { input, payload, inputHint } = view.t.scriptEditor;
  return (
    <Field name="input" id="run-input" label={type === "event" ? payload : input} hint={inputHint}>
      <CodeEditor language="json" size="small" value="" />
    </Field>
  );
}

/** A request that the author makes up. */
function RequestFields({ view, state: { script, content } }: RunPanelProps) {
  const { scriptEditor: t } = view.t;
  const { methods = HTTP_METHODS } = content.settings;
  return (
    <fieldset class="stack">
      <legend class="visually-hidden">{t.request}</legend>
      <div class="request-line">
        <Field name="method" id="run-method" label={t.method}>
          <select>
            {methods.map((method) => (
              <option>{method}</option>
            ))}
          </select>
        </Field>
        <Field name="path" id="run-path" label={t.path} hint={t.pathHint}>
          <input
            class="mono"
            value={pathOf({ name: script.name, settings: content.settings })}
            spellcheck={false}
            autocomplete="off"
          />
        </Field>
      </div>
      <details>
        <summary>
          {t.headers}, {t.body}
        </summary>
        <div class="stack">
          <Field name="headers" id="run-headers" label={t.headers} hint={t.headersHint}>
            <textarea class="mono" rows={2} spellcheck={false} />
          </Field>
          <Field name="body" id="run-body" label={t.body}>
            <CodeEditor language="plaintext" size="small" value="" />
          </Field>
        </div>
      </details>
    </fieldset>
  );
}
