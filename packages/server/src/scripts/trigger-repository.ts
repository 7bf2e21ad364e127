import type { Queries } from "../db/tenant-scope.ts";
import type { ScriptSettings } from "./settings.ts";

/** Settings of one script: those that are published, or of the draft where nothing is. */
export interface SettingsRow {
  readonly id: string;
  readonly settings: ScriptSettings;
}

/** The settings of those scripts whose type has a trigger. */
export async function listTriggerSettings(
  queries: Queries,
  tenantId: string,
  scriptIds: readonly string[],
): Promise<SettingsRow[]> {
  const rows = await queries
    .selectFrom("scripts")
    .leftJoin("script_versions", (join) =>
      join
        .onRef("script_versions.tenant_id", "=", "scripts.tenant_id")
        .onRef("script_versions.script_id", "=", "scripts.id")
        .onRef("script_versions.version", "=", "scripts.active_version"),
    )
    .leftJoin("script_drafts", (join) =>
      join
        .onRef("script_drafts.tenant_id", "=", "scripts.tenant_id")
        .onRef("script_drafts.script_id", "=", "scripts.id"),
    )
    .select((row) => [
      "scripts.id",
      row.fn.coalesce("script_versions.settings", "script_drafts.settings").as("settings"),
    ])
    .where("scripts.tenant_id", "=", tenantId)
    .where("scripts.id", "in", scriptIds)
    .where("scripts.type", "in", ["scheduled", "http", "event"])
    .execute();
  return rows.map(({ id, settings }) => ({ id, settings: settings ?? {} }));
}
