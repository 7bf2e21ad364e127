import type { Caller } from "../auth/principal.ts";
import type { Queries } from "../db/tenant-scope.ts";
import { SkerryError } from "../problems/errors.ts";
import { findScript, findVersion } from "./repository.ts";
import type { ScriptRow, VersionDetailRow } from "./repository.ts";

/** A script with its published version, or a draft with its latest. */
export interface Current {
  readonly script: ScriptRow;
  readonly version: VersionDetailRow;
}

/** Finds a script of the caller's tenant. @throws SkerryError `SCRIPT_NOT_FOUND`. */
export async function requireScript(
  queries: Queries,
  { tenantId }: Caller,
  idOrName: string,
  options?: { readonly lock: boolean },
): Promise<ScriptRow> {
  const script = await findScript(queries, tenantId, idOrName, options);
  if (script !== undefined) return script;
  throw new SkerryError("SCRIPT_NOT_FOUND", `There is no script ${JSON.stringify(idOrName.slice(0, 100))}.`);
}

/** @throws SkerryError `SCRIPT_NOT_FOUND`. */
export async function findCurrent(queries: Queries, caller: Caller, idOrName: string): Promise<Current> {
  const script = await requireScript(queries, caller, idOrName);
  return { script, version: await requireVersion(queries, script, currentVersionOf(script)) };
}

/** @throws SkerryError `VERSION_NOT_FOUND`, also for a number that is none. */
export async function requireVersion(
  queries: Queries,
  script: ScriptRow,
  version: number | undefined,
): Promise<VersionDetailRow> {
  const key = { tenantId: script.tenant_id, scriptId: script.id };
  const row = version === undefined ? undefined : await findVersion(queries, { ...key, version });
  if (row !== undefined) return row;
  const name = version === undefined ? "such version" : `version ${version}`;
  throw new SkerryError("VERSION_NOT_FOUND", `The script ${script.name} has no ${name}.`);
}

/** The version whose source and settings are the script's. */
export function currentVersionOf({ active_version, latest_version }: ScriptRow): number {
  return active_version ?? latest_version;
}

/** @throws SkerryError `VERSION_CONFLICT` when the script went on since `baseVersion`. */
export function requireBase({ name, latest_version }: ScriptRow, baseVersion: number | undefined): void {
  if (baseVersion === undefined || baseVersion === latest_version) return;
  const message = `The change builds upon version ${baseVersion}, but ${name} is at version ${latest_version}.`;
  throw new SkerryError("VERSION_CONFLICT", message);
}
