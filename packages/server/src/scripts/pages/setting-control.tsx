import { CodeEditor, withLeadingNewline } from "../../web/parts/code-editor.tsx";
import type { View } from "../../web/view.ts";
import type { FieldControl } from "./trigger-controls.ts";

/** What `<Field>` gives to its control. */
interface ControlAttributes {
  readonly id?: string;
  readonly name?: string;
  readonly "aria-describedby"?: string;
  readonly "aria-invalid"?: string;
}

export interface SettingControlProps extends ControlAttributes {
  readonly view: View;
  readonly control: FieldControl;
  readonly value: unknown;
}

/** The control of a setting, within a `<Field>`. */
export function SettingControl({ view, control, value, ...attributes }: SettingControlProps) {
  switch (control.kind) {
    case "choice": {
      const texts: Readonly<Record<string, string>> = view.t.scriptSettings.choices[control.path];
      return (
        <select {...attributes}>
          {control.choices.map((choice) => (
            <option value={choice} selected={choice === textOf(value)}>
              {texts[choice]}
            </option>
          ))}
        </select>
      );
    }
    case "lines":
      return (
        <textarea class="mono" rows={3} spellcheck={false} {...attributes}>
          {withLeadingNewline(textOf(value))}
        </textarea>
      );
    case "json":
      return <CodeEditor language="json" size="small" value={jsonOf(value)} {...attributes} />;
    case "number":
      return <input type="number" min="0" step="1" value={textOf(value)} {...attributes} />;
    case "zone":
      return <ZoneInput text={textOf(value)} attributes={attributes} />;
    default:
      return (
        <input class="mono" spellcheck={false} autocomplete="off" value={textOf(value)} {...attributes} />
      );
  }
}

function ZoneInput({ text, attributes }: { readonly text: string; readonly attributes: ControlAttributes }) {
  return (
    <>
      <input
        list="time-zones"
        spellcheck={false}
        autocomplete="off"
        placeholder="UTC"
        value={text}
        {...attributes}
      />
      <datalist id="time-zones">
        {Intl.supportedValuesOf("timeZone").map((zone) => (
          <option value={zone} />
        ))}
      </datalist>
    </>
  );
}

export interface CheckBoxesProps {
  readonly label: string;
  readonly name: string;
  readonly choices: readonly string[];
  readonly value: unknown;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
}

/** Some of several values, each with a check box. */
export function CheckBoxes({ label, name, choices, value, hint, error }: CheckBoxesProps) {
  const chosen: readonly unknown[] = Array.isArray(value) ? value : [];
  return (
    <fieldset class="field" aria-describedby={hint && `${name}-hint`}>
      <legend class="label">{label}</legend>
      <div class="row">
        {choices.map((choice) => (
          <label class="mono">
            <input type="checkbox" name={name} value={choice} checked={chosen.includes(choice)} />
            {choice}
          </label>
        ))}
      </div>
      {hint !== undefined && (
        <p class="hint" id={`${name}-hint`}>
          {hint}
        </p>
      )}
      {error !== undefined && <p class="error">{error}</p>}
    </fieldset>
  );
}

export type SwitchProps = Omit<CheckBoxesProps, "choices">;

/** Yes or no. */
export function Switch({ label, name, value, hint, error }: SwitchProps) {
  return (
    <div class="field">
      <label>
        <input type="checkbox" name={name} value="true" checked={value === true} />
        {label}
      </label>
      {hint !== undefined && <p class="hint">{hint}</p>}
      {error !== undefined && <p class="error">{error}</p>}
    </div>
  );
}

/** As it is typed in: lists with one text in each line. */
function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.join("\n");
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** What could not be parsed is shown as it was typed. */
function jsonOf(value: unknown): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value, undefined, 2);
}
