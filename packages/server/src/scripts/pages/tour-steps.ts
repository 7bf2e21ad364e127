import type { ScriptType } from "../../db/schema.ts";
import { pathOf } from "../../endpoints/registration.ts";
import { DEMO_SCRIPTS } from "../../main/demo-scripts.ts";
import type { PageRequest } from "../../web/page.ts";
import type { ListedScript } from "./listed-script.ts";
import { scriptPath } from "./script-path.ts";

/** Libraries do not run by themselves: they are shown by the scripts that import them. */
export type TourType = Exclude<ScriptType, "library">;

/** One script of the tour. */
export interface TourStep {
  readonly type: TourType;
  readonly name: string;
  /** Whether it has run yet. */
  readonly isDone: boolean;
  /** Of the script's own page. */
  readonly scriptUrl: string;
  /** Where the step is tried. */
  readonly url: string;
}

type TenantView = PageRequest["view"];

/** A step for each demo script that is among these and runs by itself, in the order in which they are made. */
export function planTour(view: TenantView, listed: readonly ListedScript[]): TourStep[] {
  return DEMO_SCRIPTS.flatMap(({ name, type }) => {
    const found = listed.find(({ script }) => script.name === name && script.type === type);
    if (found === undefined || type === "library") return [];
    const isDone = found.recent !== undefined && found.recent.length > 0;
    return [
      { type, name, isDone, scriptUrl: view.href(scriptPath(found.script)), url: urlOf(view, type, found) },
    ];
  });
}

function urlOf(view: TenantView, type: TourType, { script, settings }: ListedScript): string {
  switch (type) {
    case "http":
      return view.link(`/run/${view.tenant.id}${pathOf({ name: script.name, settings })}?name=Ada`);
    case "scheduled":
      return view.href("/schedules");
    case "event":
      return view.href("/events");
    default:
      return view.href(scriptPath(script));
  }
}
