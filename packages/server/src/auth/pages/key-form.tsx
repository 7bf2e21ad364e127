import { ALL_PERMISSIONS } from "../permission.ts";
import { Field } from "../../web/parts/field.tsx";
import { Notice } from "../../web/parts/notice.tsx";
import type { View } from "../../web/view.ts";
import { EXPIRIES } from "./expiries.ts";
import type { Expiry } from "./expiries.ts";

/** What was typed and not taken, and why. */
export interface RefusedKey {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly expiry: Expiry;
  readonly errors: ReadonlyMap<string, string>;
}

/** A form for one more key: its name, what it may do, when it ends. */
export function KeyForm({
  view,
  refused,
}: {
  readonly view: View;
  readonly refused: RefusedKey | undefined;
}) {
  const t = view.t.keys;
  const {
    name = "",
    scopes = [],
    expiry: chosen = "never",
    errors = new Map<string, string>(),
  } = refused ?? {};
  const general = errors.get("");
  return (
    <details class="panel" open={refused !== undefined}>
      <summary>{t.add}</summary>
      <form method="post" action={view.href("/keys")}>
        {general !== undefined && <Notice tone="bad">{general}</Notice>}
        <div class="fields">
          <Field label={t.name} name="name" hint={t.nameHint} error={errors.get("name")}>
            <input value={name} required maxlength={100} />
          </Field>
          <Field label={t.expires} name="expiry">
            <select>
              {(Object.keys(EXPIRIES) as Expiry[]).map((expiry) => (
                <option value={expiry} selected={expiry === chosen}>
                  {t.expiry[expiry]}
                </option>
              ))}
            </select>
          </Field>
        </div>
        <fieldset class="choices">
          <legend>{t.scopes}</legend>
          <p class="dim">{t.scopesHint}</p>
          <div class="tiles small">
            {ALL_PERMISSIONS.filter((permission) => view.can(permission)).map((permission) => (
              <label>
                <input
                  type="checkbox"
                  name="scopes"
                  value={permission}
                  checked={scopes.includes(permission)}
                />{" "}
                <span class="mono">{permission}</span>
              </label>
            ))}
          </div>
        </fieldset>
        <div class="actions">
          <button class="primary">{t.create}</button>
        </div>
      </form>
    </details>
  );
}
