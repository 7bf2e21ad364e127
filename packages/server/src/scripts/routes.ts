import { bindRoute } from "../rest/router.ts";
import type { BoundRoute } from "../rest/router.ts";
import {
  createScript,
  deleteDraft,
  deleteScript,
  diffVersions,
  getDraft,
  getScript,
  getVersion,
  listScripts,
  listVersions,
  publishScript,
  saveDraft,
  updateScript,
} from "./contract.ts";
import type { DraftService } from "./drafts.ts";
import { readVersionNumber, readVersionOrDraft } from "./fields.ts";
import type { ScriptService } from "./service.ts";

/** `/scripts`, their versions and drafts; running them is a matter of executions. */
export function createScriptRoutes(scripts: ScriptService, drafts: DraftService): BoundRoute[] {
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
      scripts.diff(caller, script, readVersionOrDraft(from), readVersionOrDraft(to)),
    ),
    bindRoute(getDraft, ({ caller, params }) => drafts.get(caller, params.script)),
    bindRoute(saveDraft, ({ caller, params, body }) => drafts.save(caller, params.script, body)),
    bindRoute(deleteDraft, ({ caller, params }) => drafts.delete(caller, params.script)),
    bindRoute(publishScript, ({ caller, params, body }) => scripts.publish(caller, params.script, body)),
  ];
}
