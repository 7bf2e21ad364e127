import { endpointRootOf, endpointUrlOf } from "../endpoints/endpoint-address.ts";
import { pathOf } from "../endpoints/registration.ts";
import type { UsedModule } from "../modules/used-module.ts";
import type { SiteAddress } from "../rest/site-address.ts";
import type { ScriptDraft } from "./draft.ts";
import type { DraftRow } from "./draft-repository.ts";
import { contentOf } from "./lookup.ts";
import type { Current } from "./lookup.ts";
import type { ScriptRow, VersionRow } from "./repository.ts";
import type { Script, ScriptDetail, ScriptVersion } from "./script.ts";

/** A row as lists show it. */
export function presentScript(row: ScriptRow): Script {
  return {
    id: row.id,
    name: row.name,
    type: row.type,
    status: row.status,
    description: row.description,
    tags: row.tags,
    activeVersion: row.active_version,
    latestVersion: row.latest_version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** A script with its source and settings. */
export function presentDetail(
  { script, version, content, draftRevision }: Current,
  modules: readonly UsedModule[],
  site: SiteAddress,
): ScriptDetail {
  const path = pathOf({ name: script.name, settings: content.settings });
  const url = endpointUrlOf(endpointRootOf(site, script.tenant_id), path);
  return {
    ...presentScript(script),
    version,
    ...content,
    modules,
    draftRevision,
    ...(script.type === "http" ? { url } : {}),
  };
}

export function presentVersion(row: VersionRow): ScriptVersion {
  return {
    version: row.version,
    language: row.language,
    settings: row.settings,
    checksum: row.checksum.toString("hex"),
    note: row.note,
    author: row.author,
    createdAt: row.created_at,
  };
}

export function presentDraft(row: DraftRow): ScriptDraft {
  return {
    ...contentOf(row),
    baseVersion: row.base_version,
    revision: row.revision,
    author: row.author,
    updatedAt: row.updated_at,
  };
}
