import { TriggerSettings } from "../trigger-settings.tsx";
import type { TenantView } from "./links.ts";
import { SETTINGS_MARK } from "./fields.ts";
import type { EditorState } from "./state.ts";

interface SettingsFieldsProps {
  readonly view: TenantView;
  readonly state: EditorState;
  readonly isReadOnly: boolean;
  readonly isSwap?: boolean;
}

/** The settings that are saved with the source, and may be said in it. */
export function SettingsFields({ view, state, isReadOnly, isSwap = false }: SettingsFieldsProps) {
  const { script, content } = state;
  return (
    <div id="editor-settings" hx-swap-oob={isSwap ? "true" : undefined}>
      <input type="hidden" name={SETTINGS_MARK} value="1" />
      <TriggerSettings
        view={view}
        type={script.type}
        settings={content.settings}
        scriptName={script.name}
        isReadOnly={isReadOnly}
      />
    </div>
  );
}

interface RewrittenSourceProps {
  readonly written: string;
  readonly saved: string;
  readonly isSwap?: boolean;
}

/** The source as it was saved, where its `config` was written anew: the editor takes that over. */
export function RewrittenSource({ written, saved, isSwap = false }: RewrittenSourceProps) {
  const text = saved === written ? undefined : saved;
  return (
    <div
      id="rewritten-source"
      data-written={text === undefined ? undefined : written}
      data-saved={text}
      hx-swap-oob={isSwap ? "true" : undefined}
      hidden
    />
  );
}
