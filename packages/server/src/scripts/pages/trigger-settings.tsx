import type { ScriptType } from "../../db/schema.ts";
import { Field } from "../../web/parts/field.tsx";
import type { View } from "../../web/view.ts";
import { CheckBoxes, SettingControl, Switch } from "./setting-control.tsx";
import { SETTINGS_LAYOUTS } from "./trigger-controls.ts";
import type { Control, ControlGroup } from "./trigger-controls.ts";
import { TriggerMeaning } from "./trigger-meaning.tsx";
import { fieldOf, settingAt } from "./trigger-settings-form.ts";
import type { WishedSettings } from "./trigger-settings-form.ts";
import type { Meaning } from "./meaning.ts";

export interface TriggerSettingsProps {
  readonly view: View;
  readonly type: ScriptType;
  /** Checked ones, or as somebody typed them: see `readWishedSettings`. */
  readonly settings: WishedSettings;
  /** By the names of fields, as `formErrors` gives them. */
  readonly errors?: ReadonlyMap<string, string>;
  /** Where there is none yet, the browser asks for it. */
  readonly meaning?: Meaning | undefined;
  /** Of the script, whose name is its path unless that is set. Without one the field `data-script-name` holds it. */
  readonly scriptName?: string;
  readonly isReadOnly?: boolean;
}

const TYPING = "input delay:200ms, input from:[data-script-name] delay:200ms";

const NO_ERRORS: ReadonlyMap<string, string> = new Map();

/** The settings of a version as fields of a form, with what they mean, which follows what is typed. */
export function TriggerSettings(props: TriggerSettingsProps) {
  const { view, type, settings, errors = NO_ERRORS, isReadOnly = false } = props;
  const { main, more } = SETTINGS_LAYOUTS[type];
  const shown = { view, settings, errors };
  if (main.length + more.length === 0) return <p class="dim">{view.t.scriptSettings.none}</p>;
  return (
    <fieldset class={`trigger-settings ${type}`} disabled={isReadOnly}>
      <legend class="visually-hidden">{view.t.scriptSettings.title}</legend>
      {main.length > 0 && <MainSettings {...props} controls={main} errors={errors} />}
      {more.length > 0 && (
        <details open={more.some((group) => isWrong(group, errors))}>
          <summary>{view.t.scriptSettings.more(countSet(more, settings))}</summary>
          {more.map((group) => (
            <SettingGroup {...shown} group={group} />
          ))}
        </details>
      )}
    </fieldset>
  );
}

/** While somebody types here, the browser asks what that means. */
function MainSettings(props: TriggerSettingsProps & { readonly controls: readonly Control[] }) {
  const { view, type, settings, errors = NO_ERRORS, controls, meaning, scriptName } = props;
  const hasMeaning = type === "scheduled" || type === "http" || type === "event";
  const fields = controls.map((control) => (
    <SettingField view={view} settings={settings} errors={errors} control={control} />
  ));
  if (!hasMeaning) return <div class="setting-fields">{fields}</div>;
  return (
    <fieldset
      hx-get={view.href("/trigger-preview", { type, name: scriptName })}
      hx-trigger={meaning === undefined ? `load, ${TYPING}` : TYPING}
      hx-sync="this:replace"
      hx-include={scriptName === undefined ? "this, [data-script-name]" : "this"}
      hx-target="#trigger-meaning"
      hx-swap="innerHTML"
    >
      <div class="setting-fields">{fields}</div>
      <div id="trigger-meaning" class="trigger-meaning" aria-live="polite">
        {meaning !== undefined && <TriggerMeaning view={view} meaning={meaning} />}
      </div>
    </fieldset>
  );
}

interface SettingsShown {
  readonly view: View;
  readonly settings: WishedSettings;
  readonly errors: ReadonlyMap<string, string>;
}

function SettingGroup({ view, settings, errors, group }: SettingsShown & { readonly group: ControlGroup }) {
  const { name, path, controls } = group;
  const error = path === undefined ? undefined : errors.get(fieldOf(path));
  return (
    <fieldset class="setting-group">
      <legend>{view.t.scriptSettings.groups[name]}</legend>
      {error !== undefined && <p class="error">{error}</p>}
      <div class="setting-fields">
        {controls.map((control) => (
          <SettingField view={view} settings={settings} errors={errors} control={control} />
        ))}
      </div>
    </fieldset>
  );
}

function SettingField({ view, settings, errors, control }: SettingsShown & { readonly control: Control }) {
  const { path, kind } = control;
  const hints: Partial<Record<Control["path"], string>> = view.t.scriptSettings.hints;
  const name = fieldOf(path);
  const value = settingAt(settings, path);
  const shown = {
    label: view.t.scriptSettings.labels[path],
    name,
    hint: hints[path],
    error: errorAt(errors, name),
  };
  return (
    <div data-kind={kind} data-setting={path}>
      {kind === "switch" ? (
        <Switch {...shown} value={value} />
      ) : kind === "choices" ? (
        <CheckBoxes {...shown} value={value} choices={control.choices} />
      ) : (
        <Field {...shown}>
          <SettingControl view={view} control={control} value={value} />
        </Field>
      )}
    </div>
  );
}

/** What is wrong with a setting, or with something in it. */
function errorAt(errors: ReadonlyMap<string, string>, name: string): string | undefined {
  const within = [...errors.keys()].find((path) => path === name || path.startsWith(`${name}[`));
  return within === undefined ? undefined : errors.get(within);
}

function isWrong({ path, controls }: ControlGroup, errors: ReadonlyMap<string, string>): boolean {
  const paths = [...(path === undefined ? [] : [path]), ...controls.map((control) => control.path)];
  return paths.some((each) => errorAt(errors, fieldOf(each)) !== undefined);
}

/** How many of the controls are not as they are by default. */
function countSet(groups: readonly ControlGroup[], settings: WishedSettings): number {
  const controls = groups.flatMap((group) => group.controls);
  return controls.filter(({ path }) => settingAt(settings, path) !== undefined).length;
}
