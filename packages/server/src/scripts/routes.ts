import { bindRoute } from "../rest/router.ts";
import type { BoundRoute } from "../rest/router.ts";
import {
  createScript,
  deleteScript,
  diffVersions,
  getScript,
  getVersion,
  listScripts,
  listVersions,
  publishScript,
  updateScript,
} from "./contract.ts";
import { readVersionNumber } from "./script.ts";
import type { ScriptService } from "./service.ts";

/** `/scripts` and their versions; running them is a matter of executions. */
export function createScriptRoutes(scripts: ScriptService): BoundRoute[] {
  return [
    bindRoute(listScripts, ({ caller, query }) => scripts.list(caller, query)),
    bindRoute(createScript, ({ caller, body }) => scripts.create(caller, body)),
    bindRoute(getScript, ({ caller, params }) => scripts.get(caller, params.script)),
    bindRoute(updateScript, ({ caller, params, body }) => scripts.update(caller, params.script, body)),
    bindRoute(deleteScript, ({ caller, params }) => scripts.delete(caller, params.script)),
    bindRoute(listVersions, ({ caller, params, query }) =>
      scripts.listVersions(caller, params.script, query),
    ),
    bindRoute(getVersion, ({ caller, params: { script, version } }) =>
      scripts.getVersion(caller, script, readVersionNumber(version)),
    ),
    bindRoute(diffVersions, ({ caller, params: { script, from, to } }) =>
      scripts.diff(caller, script, readVersionNumber(from), readVersionNumber(to)),
    ),
    bindRoute(publishScript, ({ caller, params, body }) => scripts.publish(caller, params.script, body)),
  ];
}
