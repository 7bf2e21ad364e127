import { CodeEditor } from "../../web/parts/code-editor.tsx";
import { Field } from "../../web/parts/field.tsx";
import { PageHeader } from "../../web/parts/page-header.tsx";
import type { View } from "../../web/view.ts";
import { EXAMPLES } from "./examples.ts";
import { MODES } from "./playground-form.ts";
import type { PlaygroundForm } from "./playground-form.ts";
import { TrialResult } from "./trial-result.tsx";
import type { Trial } from "./trial.ts";

export interface PlaygroundProps {
  readonly view: View;
  readonly form: PlaygroundForm;
  readonly trial: Trial | undefined;
  readonly reads: readonly string[];
}

/** Expressions and templates over data, evaluated while somebody types. */
export function Playground(props: PlaygroundProps) {
  const { view, form } = props;
  const t = view.t.playground;
  const path = view.href("/playground");
  return (
    <>
      <PageHeader title={t.title} note={t.note} />
      <nav class="row" aria-label={t.examplesTitle}>
        <span class="dim">{t.examplesTitle}</span>
        {EXAMPLES.map(({ name, ...example }) => (
          <a class="button small" href={view.href("/playground", example)}>
            {t.examples[name]}
          </a>
        ))}
      </nav>
      <div class="columns even">
        <form
          class="stack"
          method="get"
          action={path}
          hx-post={path}
          hx-trigger="input delay:120ms, change, submit"
          hx-sync="this:replace"
          hx-target="#result"
          hx-swap="outerHTML"
        >
          <fieldset class="row" aria-label={t.mode}>
            {MODES.map((mode) => (
              <label>
                <input type="radio" name="mode" value={mode} checked={mode === form.mode} />
                {t.modes[mode]}
              </label>
            ))}
          </fieldset>
          <Field label={t.code} name="code">
            <CodeEditor language="expression" value={form.code} size="small" />
          </Field>
          <Field label={t.data} name="data" hint={t.dataHint}>
            <CodeEditor language="json" value={form.data} size="medium" />
          </Field>
          <Field label={t.timezone} name="timezone">
            <input
              class="short"
              value={form.timezone}
              placeholder="Europe/Paris"
              maxlength={100}
              autocomplete="off"
            />
          </Field>
          <noscript>
            <button class="primary">{t.evaluate}</button>
          </noscript>
        </form>
        <TrialResult {...props} />
      </div>
    </>
  );
}
