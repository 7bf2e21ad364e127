import type { ScriptLanguage, ScriptType } from "../../db/schema.ts";
import { CodeEditor } from "../../web/parts/code-editor.tsx";
import { Field } from "../../web/parts/field.tsx";
import { Notice } from "../../web/parts/notice.tsx";
import { PageHeader } from "../../web/parts/page-header.tsx";
import type { View } from "../../web/view.ts";
import type { Meaning } from "./meaning.ts";
import { TriggerSettings } from "./trigger-settings.tsx";
import type { WishedSettings } from "./trigger-settings-form.ts";
import { TypeCards } from "./type-cards.tsx";

/** A script that is being made, as somebody typed it. */
export interface NewScriptFacts {
  readonly type: ScriptType;
  readonly language: ScriptLanguage;
  readonly name: string;
  readonly source: string;
  readonly settings: WishedSettings;
  readonly meaning: Meaning | undefined;
  readonly errors: ReadonlyMap<string, string>;
}

/** Where a script's type is chosen. */
export function TypeChoice({ view }: { readonly view: View }) {
  const t = view.t.scripts.new;
  return (
    <>
      <PageHeader title={t.title} note={t.choose} />
      <TypeCards view={view} />
    </>
  );
}

/** The form for a new script: name, trigger and source. It can be a draft first, or be published at once. */
export function NewScript({ view, script }: { readonly view: View; readonly script: NewScriptFacts }) {
  const { scripts } = view.t;
  const { type, language, errors } = script;
  const general = errors.get("");
  return (
    <>
      <PageHeader title={scripts.new.titleOf(scripts.types[type])} note={scripts.purposes[type]} />
      {general !== undefined && <Notice tone="bad">{general}</Notice>}
      <form class="new-script" method="post" action={view.href("/scripts/new")} data-guard>
        <input type="hidden" name="type" value={type} />
        <input type="hidden" name="language" value={language} />
        <section class="panel" aria-labelledby="new-script-facts">
          <h2 id="new-script-facts">{scripts.new.name}</h2>
          <Field label={scripts.fields.name} name="name" hint={scripts.hints.name} error={errors.get("name")}>
            <input
              class="mono"
              data-script-name
              required
              autofocus
              maxlength={100}
              value={script.name}
              autocomplete="off"
              spellcheck={false}
            />
          </Field>
          <TriggerSettings
            view={view}
            type={type}
            settings={script.settings}
            errors={errors}
            meaning={script.meaning}
          />
        </section>
        <section class="panel source" aria-labelledby="new-script-source">
          <header>
            <h2 id="new-script-source">{scripts.new.source}</h2>
            <LanguageLinks view={view} script={script} />
          </header>
          <SourceField view={view} script={script} />
        </section>
        <div class="actions">
          <button class="primary" name="do" value="draft">
            {scripts.new.draft}
          </button>
          <button name="do" value="publish">
            {scripts.new.publish}
          </button>
        </div>
      </form>
    </>
  );
}

/** The same template in the other language. */
function LanguageLinks({ view, script }: { readonly view: View; readonly script: NewScriptFacts }) {
  const { languages, fields } = view.t.scripts;
  return (
    <nav class="row" aria-label={fields.language}>
      {(["js", "ts"] as const).map((language) => (
        <a
          class="small button"
          href={view.href("/scripts/new", { type: script.type, language })}
          aria-current={language === script.language ? "true" : undefined}
        >
          {languages[language]}
        </a>
      ))}
    </nav>
  );
}

function SourceField({ view, script }: { readonly view: View; readonly script: NewScriptFacts }) {
  const error = script.errors.get("source");
  return (
    <div class="field">
      {error !== undefined && (
        <p class="error" id="source-error">
          {error}
        </p>
      )}
      <CodeEditor
        name="source"
        id="source"
        language={script.language === "ts" ? "typescript" : "javascript"}
        label={view.t.scripts.new.source}
        value={script.source}
        size="large"
        types={view.href("/declarations.d.ts")}
        handler={script.type === "http" ? "Skerry.HttpHandler" : "Skerry.Handler"}
        hint={view.t.scriptEditor.leaveHint}
        {...(error !== undefined && { "aria-describedby": "source-error", "aria-invalid": "true" })}
      />
    </div>
  );
}
