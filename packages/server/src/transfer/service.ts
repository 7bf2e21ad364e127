import { isDeepStrictEqual } from "node:util";
import { requirePermission } from "../auth/principal.ts";
import type { Caller } from "../auth/principal.ts";
import type { Database } from "../db/open.ts";
import { withTenant } from "../db/tenant-scope.ts";
import type { Queries } from "../db/tenant-scope.ts";
import { SkerryError } from "../problems/errors.ts";
import type { Changed, ScriptChanges } from "../scripts/changes.ts";
import type { ScriptCompiler } from "../modules/compiler.ts";
import { applyPlan } from "./apply.ts";
import { compilePlan } from "./compilation.ts";
import { locateErrors, readDocument } from "./desired-script.ts";
import type { ExportedTenant, ImportInput, ImportResult } from "./document.ts";
import { composeDocument, listSecretNames } from "./export.ts";
import { planImport } from "./plan.ts";
import type { ImportConflict, ImportPlan } from "./plan.ts";
import { composePull } from "./pull.ts";
import { pushScripts } from "./push.ts";
import type { PulledTenant, PushInput, PushResult } from "./push-document.ts";
import { findPresentScripts } from "./repository.ts";
import type { PresentScript } from "./repository.ts";

/** Takes a whole tenant out of an installation and into another. */
export interface TransferService {
  /** @throws SkerryError `EXPORT_LIMIT`. */
  export(caller: Caller, history: boolean): Promise<ExportedTenant>;
  /**
   * Brings a document in, all of it or nothing. A dry run does everything and takes it back, and tells of conflicts
   * instead of being refused for them. A script that is there keeps its versions and gets one more where its content
   * changes; only a new one gets the history of the document.
   *
   * @throws SkerryError `INPUT_INVALID`, those of `ScriptCompiler.compile`, `IMPORT_CONFLICT`, `ENDPOINT_CONFLICT`,
   * or `VERSION_CONFLICT` when somebody else changed the scripts meanwhile.
   */
  import(caller: Caller, input: ImportInput): Promise<ImportResult>;
  /** All scripts as they are published, with sources or without. @throws SkerryError `EXPORT_LIMIT`. */
  pull(caller: Caller, withSources: boolean): Promise<PulledTenant>;
  /**
   * Publishes scripts and deletes others, all or none. Each script has to be at the revision that the push was made
   * from. What is as it was gets no new version; drafts beside published versions stay.
   *
   * @throws SkerryError `VERSION_CONFLICT` that lists all scripts that went on, `INPUT_INVALID` or those of
   * `ScriptCompiler.compile` for all scripts at once, `PUSH_CONFLICT`, `ENDPOINT_CONFLICT`, `SCRIPT_NAME_TAKEN`.
   */
  push(caller: Caller, input: PushInput): Promise<PushResult>;
}

export interface TransferServiceOptions {
  readonly database: Database;
  readonly changes: ScriptChanges;
  readonly compiler: ScriptCompiler;
}

export function createTransferService({
  database,
  changes,
  compiler,
}: TransferServiceOptions): TransferService {
  return {
    async export(caller, history) {
      requirePermission(caller, "tenant.admin");
      const { tenantId } = caller;
      return await withTenant(database, tenantId, (queries) => composeDocument(queries, tenantId, history));
    },

    async import(caller, { document, mode, dryRun }) {
      requirePermission(caller, "tenant.admin");
      const { tenantId } = caller;
      const desired = await readDocument(document);
      for (const { path, content } of desired) {
        await locateErrors(path, () => changes.requirePossible(caller, content.settings));
      }
      const names = mode === "merge" ? desired.map(({ name }) => name) : undefined;
      const [present, secrets] = await withTenant(database, tenantId, async (queries) => [
        await findPresentScripts(queries, tenantId, names, { lock: false }),
        await listSecretNames(queries, tenantId),
      ]);
      const plan = planImport(present, desired, mode);
      if (!dryRun) refuseConflicts(plan.conflicts);
      const compiled = await compilePlan(compiler, tenantId, plan);
      const known = new Set(secrets);
      const missingSecrets = document.secrets.filter((name) => !known.has(name));

      const apply = async (queries: Queries): Promise<Changed<void>> => {
        requireSame(present, await findPresentScripts(queries, tenantId, names, { lock: true }));
        await applyPlan(queries, caller, plan, compiled);
        return { result: undefined, record: describeRecord(tenantId, plan) };
      };
      const conflicts = plan.conflicts.map(({ message }) => message);
      if (dryRun) conflicts.push(...(await findRouteConflicts(() => changes.rehearse(caller, apply))));
      else await changes.run(caller, apply);
      return { dryRun, ...listNames(plan), conflicts, missingSecrets };
    },

    async pull(caller, withSources) {
      requirePermission(caller, "scripts.read");
      const { tenantId } = caller;
      return await withTenant(database, tenantId, (queries) => composePull(queries, tenantId, withSources));
    },

    push: (caller, input) => pushScripts({ database, changes, compiler }, caller, input),
  };
}

/** @throws SkerryError `IMPORT_CONFLICT`. */
function refuseConflicts(conflicts: readonly ImportConflict[]): void {
  const [first] = conflicts;
  if (first === undefined) return;
  const more = conflicts.length > 1 ? ` (and ${conflicts.length - 1} more)` : "";
  throw new SkerryError("IMPORT_CONFLICT", `${first.message}${more}`, { details: conflicts });
}

/** @throws SkerryError `VERSION_CONFLICT`. */
function requireSame(planned: readonly PresentScript[], present: readonly PresentScript[]): void {
  if (isDeepStrictEqual(planned, present)) return;
  throw new SkerryError("VERSION_CONFLICT", "Somebody changed scripts of the tenant during the import.");
}

/** @returns what the endpoints of the scripts have against it. */
async function findRouteConflicts(rehearse: () => Promise<void>): Promise<string[]> {
  try {
    await rehearse();
    return [];
  } catch (error) {
    if (error instanceof SkerryError && error.code === "ENDPOINT_CONFLICT") return [error.message];
    throw error;
  }
}

function describeRecord(tenantId: string, plan: ImportPlan): Changed<void>["record"] {
  const { created, updated, deleted } = listNames(plan);
  const target = { type: "tenant", id: tenantId };
  return { action: "tenant.imported", target, after: { created, updated, deleted } };
}

function listNames({ creations, updates, unchanged, deletions }: ImportPlan) {
  return {
    created: creations.map(({ name }) => name),
    updated: updates.map(({ present }) => present.name),
    unchanged: unchanged.map(({ name }) => name),
    deleted: deletions.map(({ name }) => name),
  };
}
