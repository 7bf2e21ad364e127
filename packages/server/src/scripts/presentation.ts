import { pathOf } from "../endpoints/registration.ts";
import type { ScriptRow, VersionDetailRow, VersionRow } from "./repository.ts";
import type { Script, ScriptDetail, ScriptVersion } from "./script.ts";
import type { ScriptSettings } from "./settings.ts";

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

/** A row with the source and settings of one of its versions. */
export function presentDetail(row: ScriptRow, version: VersionDetailRow, baseUrl: string): ScriptDetail {
  const settings = version.settings as ScriptSettings;
  const path = pathOf({ name: row.name, settings });
  return {
    ...presentScript(row),
    version: version.version,
    language: version.language,
    source: version.source,
    settings,
    ...(row.type === "http" ? { url: `${baseUrl}/run/${row.tenant_id}${path === "/" ? "" : path}` } : {}),
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
