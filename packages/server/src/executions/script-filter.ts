import { isUuid } from "../rest/ids.ts";
import type { ScriptCatalogue } from "../scripts/catalogue.ts";

/**
 * The id of the script that a filter names by id or name. By id also the executions of a deleted script are found.
 *
 * @throws SkerryError `SCRIPT_NOT_FOUND`.
 */
export async function findFilteredScript(
  catalogue: ScriptCatalogue,
  tenantId: string,
  script: string | undefined,
): Promise<string | undefined> {
  if (script === undefined || isUuid(script)) return script;
  return (await catalogue.require(tenantId, script)).id;
}
