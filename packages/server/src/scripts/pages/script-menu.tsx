import { Icon } from "../../web/parts/icon.tsx";
import type { View } from "../../web/view.ts";
import type { Script } from "../script.ts";
import { scriptPath } from "./script-path.ts";

/**
 * What else can be done with a script in the list. Most rows are never opened, so what is in the menu comes when it
 * is; without scripts it leads to the page with the same.
 */
export function ScriptMenu({ view, script }: { readonly view: View; readonly script: Script }) {
  const { menuOf, tabs } = view.t.scripts;
  const id = `menu-${script.id}`;
  const path = scriptPath(script);
  return (
    <>
      <button type="button" class="icon-button" popovertarget={id} aria-label={menuOf(script.name)}>
        <Icon name="more" />
      </button>
      <div
        id={id}
        class="row-menu"
        popover="auto"
        hx-get={view.href(`${path}/menu`)}
        hx-trigger="toggle once"
      >
        <a href={view.href(`${path}/manage`)}>{tabs.manage}</a>
      </div>
    </>
  );
}
