import type { Caller } from "../../auth/principal.ts";
import type { RecentExecution } from "../../executions/recent.ts";
import type { PlatformServices } from "../../platform.ts";
import type { Script } from "../script.ts";
import type { ScriptSettings } from "../settings.ts";

/** A script as its list shows it. */
export interface ListedScript {
  readonly script: Script;
  readonly settings: ScriptSettings;
  /** The last 30 executions, newest first; undefined for those who may not see executions. */
  readonly recent: readonly RecentExecution[] | undefined;
}

/** Adds to scripts what starts them and how they have been doing. */
export async function loadListed(
  services: Pick<PlatformServices, "scripts" | "recentExecutions">,
  caller: Caller,
  scripts: readonly Script[],
): Promise<ListedScript[]> {
  const ids = scripts.map(({ id }) => id);
  const maySeeExecutions = caller.principal.permissions.has("executions.read");
  const [settings, recent] = await Promise.all([
    services.scripts.settingsOf(caller, ids),
    maySeeExecutions ? services.recentExecutions.ofScripts(caller, ids) : undefined,
  ]);
  return scripts.map((script) => ({
    script,
    settings: settings.get(script.id) ?? {},
    recent: recent && (recent.get(script.id) ?? []),
  }));
}
