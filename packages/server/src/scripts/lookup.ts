import type { Caller } from "../auth/principal.ts";
import type { Queries } from "../db/tenant-scope.ts";
import { SkerryError } from "../problems/errors.ts";
import type { Content } from "./content.ts";
import { findDraft, findDraftRevision } from "./draft-repository.ts";
import type { DraftRow } from "./draft-repository.ts";
import { findScript, findVersion } from "./repository.ts";
import type { ScriptRow, VersionDetailRow } from "./repository.ts";

/** A script with the content of its published version, or of its draft where it never was published. */
export interface Current {
  readonly script: ScriptRow;
  /** 0 for the draft. */
  readonly version: number;
  readonly content: Content;
  /** 0 where there is no draft. */
  readonly draftRevision: number;
}

interface LookupOptions {
  /** Holds the script until the transaction ends, so that changes come one after another. */
  readonly lock: boolean;
}

/** Finds a script of the caller's tenant. @throws SkerryError `SCRIPT_NOT_FOUND`. */
export async function requireScript(
  queries: Queries,
  { tenantId }: Caller,
  idOrName: string,
  options?: LookupOptions,
): Promise<ScriptRow> {
  const script = await findScript(queries, tenantId, idOrName, options);
  if (script !== undefined) return script;
  throw new SkerryError("SCRIPT_NOT_FOUND", `There is no script ${JSON.stringify(idOrName.slice(0, 100))}.`);
}

/** @throws SkerryError `SCRIPT_NOT_FOUND`. */
export async function findCurrent(
  queries: Queries,
  caller: Caller,
  idOrName: string,
  options?: LookupOptions,
): Promise<Current> {
  const script = await requireScript(queries, caller, idOrName, options);
  if (script.active_version === null) {
    const draft = await requireDraft(queries, script);
    return { script, version: 0, content: contentOf(draft), draftRevision: draft.revision };
  }
  const row = await requireVersion(queries, script, script.active_version);
  const draftRevision = await findDraftRevision(queries, script);
  return { script, version: row.version, content: contentOf(row), draftRevision };
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
  const isDraft = version === script.latest_version + 1 && (await findDraftRevision(queries, script)) > 0;
  const hint = isDraft ? " yet; its draft becomes that one when it is published without `version`" : "";
  throw new SkerryError("VERSION_NOT_FOUND", `The script ${script.name} has no ${name}${hint}.`);
}

/** @throws SkerryError `DRAFT_NOT_FOUND`. */
export async function requireDraft(
  queries: Queries,
  script: Pick<ScriptRow, "tenant_id" | "id" | "name">,
): Promise<DraftRow> {
  const draft = await findDraft(queries, script);
  if (draft !== undefined) return draft;
  throw new SkerryError("DRAFT_NOT_FOUND", `The script ${script.name} has no draft.`);
}

/** What a row of a version or a draft holds; it was checked when it was written. */
export function contentOf({ source, language, settings }: VersionDetailRow | DraftRow): Content {
  return { source, language, settings };
}

/** @throws SkerryError `VERSION_CONFLICT` when the script went on since `baseVersion`. */
export function requireBase({ name, latest_version }: ScriptRow, baseVersion: number | undefined): void {
  if (baseVersion === undefined || baseVersion === latest_version) return;
  const message = `The change builds upon version ${baseVersion}, but ${name} is at version ${latest_version}.`;
  throw new SkerryError("VERSION_CONFLICT", message);
}

/** @throws SkerryError `VERSION_CONFLICT` when the draft was saved since. */
export function requireRevision({ name }: ScriptRow, revision: number, expected: number | undefined): void {
  if (expected === undefined || expected === revision) return;
  const message = `The change builds upon the draft's revision ${expected}, but that of ${name} is at ${revision}.`;
  throw new SkerryError("VERSION_CONFLICT", message);
}
