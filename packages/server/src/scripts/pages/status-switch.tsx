import { StatusBadge } from "../../web/parts/status-badge.tsx";
import type { View } from "../../web/view.ts";
import type { Script } from "../script.ts";
import { rowIdOf, scriptPath } from "./script-path.ts";

/** A script's status in the list; for those who may, a switch between active and paused. */
export function StatusSwitch({ view, script }: { readonly view: View; readonly script: Script }) {
  const { status, name } = script;
  const isSwitch = (status === "active" || status === "paused") && script.type !== "library";
  if (!isSwitch || !view.can("scripts.update")) return <StatusBadge status={status} view={view} />;
  const { pause, resume, pauseHint } = view.t.scripts;
  const isActive = status === "active";
  const action = view.href(`${scriptPath(script)}/${isActive ? "pause" : "resume"}`);
  return (
    <form
      method="post"
      action={action}
      hx-post={action}
      hx-target={`#${rowIdOf(script)}`}
      hx-swap="outerHTML"
    >
      <input type="hidden" name="list" value="yes" />
      <button
        class="switch"
        role="switch"
        aria-checked={isActive}
        aria-label={`${name}: ${view.t.parts.statuses.active}`}
        title={isActive ? `${pause}. ${pauseHint}` : resume}
      >
        <StatusBadge status={status} view={view} />
      </button>
    </form>
  );
}
