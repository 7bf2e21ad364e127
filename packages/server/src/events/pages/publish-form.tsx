import { CodeEditor } from "../../web/parts/code-editor.tsx";
import { Field } from "../../web/parts/field.tsx";
import { Notice } from "../../web/parts/notice.tsx";
import { PageHeader } from "../../web/parts/page-header.tsx";
import type { View } from "../../web/view.ts";

/** An event as somebody types it. */
export interface TypedEvent {
  readonly type: string;
  /** JSON. */
  readonly payload: string;
  readonly id: string;
}

export interface PublishFormProps {
  readonly view: View;
  readonly values: TypedEvent;
  /** To choose from. */
  readonly types: readonly string[];
  /** Problems by field. */
  readonly errors?: ReadonlyMap<string, string>;
}

/** A form that publishes an event. */
export function PublishForm({ view, values, types, errors = new Map() }: PublishFormProps) {
  const t = view.t.events;
  const action = view.href("/publish-event");
  return (
    <>
      <PageHeader title={t.publish} note={t.publishNote} />
      {errors.has("") && <Notice tone="bad">{errors.get("")}</Notice>}
      <form class="panel form publish-event" method="post" action={action}>
        <Field label={t.typeField} name="type" hint={t.typeFieldHint} error={errors.get("type")}>
          <input
            class="mono"
            value={values.type}
            list="event-types"
            required
            maxlength={200}
            autocomplete="off"
            spellcheck={false}
          />
        </Field>
        <datalist id="event-types">
          {types.map((type) => (
            <option value={type} />
          ))}
        </datalist>
        <Field label={t.payloadField} name="payload" hint={t.payloadFieldHint} error={errors.get("payload")}>
          <CodeEditor language="json" value={values.payload} label={t.payloadField} />
        </Field>
        <Field label={t.idField} name="id" hint={t.idFieldHint} error={errors.get("id")}>
          <input class="mono" value={values.id} maxlength={200} autocomplete="off" spellcheck={false} />
        </Field>
        <div class="actions">
          <button class="primary">{t.publishButton}</button>
        </div>
      </form>
    </>
  );
}
