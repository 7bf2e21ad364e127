import { randomUUIDv7 } from "node:crypto";
import { requirePermission } from "../auth/principal.ts";
import type { Caller } from "../auth/principal.ts";
import type { Database } from "../db/open.ts";
import { withTenant } from "../db/tenant-scope.ts";
import type { Queries } from "../db/tenant-scope.ts";
import type { ScriptCompiler } from "../modules/compiler.ts";
import { SkerryError } from "../problems/errors.ts";
import type { ErrorDetail } from "../problems/errors.ts";
import type { Changed, ScriptChanges } from "../scripts/changes.ts";
import { agreeScript, NOTHING_SAVED } from "../scripts/source-config/agreement.ts";
import type { AgreedScript } from "../scripts/source-config/agreement.ts";
import { applyPlan } from "./apply.ts";
import { compilePlan } from "./compilation.ts";
import type { DesiredScript } from "./desired-script.ts";
import { createErrorCollector } from "./merged-error.ts";
import { planImport } from "./plan.ts";
import type { ImportPlan } from "./plan.ts";
import type { PushedScript, PushInput, PushResult } from "./push-document.ts";
import { findPresentScripts, listAuthors } from "./repository.ts";
import type { PresentScript } from "./repository.ts";
import { revisionOf } from "./revision.ts";

/** What a push needs of the platform. */
export interface PushParts {
  readonly database: Database;
  readonly changes: ScriptChanges;
  readonly compiler: ScriptCompiler;
}

/**
 * Publishes scripts, all of them or none, each upon the revision that it was made from. See `TransferService.push`.
 *
 * Sources are compiled before anything is locked; that nobody changed the scripts meanwhile is looked at once more
 * behind the lock.
 */
export async function pushScripts(
  { database, changes, compiler }: PushParts,
  caller: Caller,
  input: PushInput,
): Promise<PushResult> {
  const { tenantId } = caller;
  requirePermission(caller, "scripts.update");
  if (input.deletions.length > 0) requirePermission(caller, "scripts.delete");
  const names = [...input.scripts, ...input.deletions].map(({ name }) => name);
  const present = await withTenant(database, tenantId, async (queries) => {
    const rows = await findPresentScripts(queries, tenantId, names, { lock: false });
    await refuseStale(queries, tenantId, input, rows);
    return rows;
  });
  const plan = await planPush(input, present);
  if (plan.creations.length > 0) requirePermission(caller, "scripts.create");
  await requirePossible(changes, caller, plan);
  const compiled = await compilePlan(compiler, tenantId, plan);

  const apply = async (queries: Queries): Promise<Changed<PushResult>> => {
    const locked = await findPresentScripts(queries, tenantId, names, { lock: true });
    await refuseStale(queries, tenantId, input, locked);
    refuseOtherStatus(present, locked);
    await applyPlan(queries, caller, plan, compiled);
    const after = await findPresentScripts(queries, tenantId, names, { lock: false });
    return { result: describeResult(input, plan, after), record: describeRecord(caller, input, plan) };
  };
  return input.dryRun
    ? withoutRevisions(await changes.rehearse(caller, apply))
    : await changes.run(caller, apply);
}

/** @throws SkerryError `INPUT_INVALID` or `PUSH_CONFLICT`, for all scripts at once. */
async function planPush(input: PushInput, present: readonly PresentScript[]): Promise<ImportPlan> {
  const presentByName = new Map(present.map((row) => [row.name, row]));
  const errors = createErrorCollector();
  const desired: DesiredScript[] = [];
  for (const [index, script] of input.scripts.entries()) {
    const path = `scripts[${index}]`;
    const agreed = await errors.attempt(path, () => agreeScript(script, NOTHING_SAVED, script));
    if (agreed === undefined) continue;
    desired.push(describeDesired(script, agreed, path, presentByName.get(script.name), input.note));
  }
  errors.refuse();
  const deleted = new Set(input.deletions.map(({ name }) => name));
  const kept = present.filter(({ name }) => !deleted.has(name));
  const plan = planImport(kept, desired, "merge");
  refuseConflicts(plan.conflicts);
  return { ...plan, deletions: present.filter(({ name }) => deleted.has(name)) };
}

/** A script keeps its status; one that was never published becomes active. */
function describeDesired(
  { name, type }: PushedScript,
  { content, description, tags }: AgreedScript,
  path: string,
  present: PresentScript | undefined,
  note: string,
): DesiredScript {
  const status = present === undefined || present.status === "draft" ? "active" : present.status;
  return {
    id: randomUUIDv7(),
    name,
    type,
    status,
    description,
    tags: [...tags],
    published: true,
    path,
    content,
    draft: undefined,
    versions: [{ ...content, note }],
    activeVersion: 1,
    note,
  };
}

/** @throws SkerryError `PUSH_CONFLICT`. */
function refuseConflicts(conflicts: readonly ErrorDetail[]): void {
  const [first] = conflicts;
  if (first === undefined) return;
  const more = conflicts.length > 1 ? ` (and ${conflicts.length - 1} more)` : "";
  throw new SkerryError("PUSH_CONFLICT", `${first.message}${more}`, { details: conflicts });
}

/** Settings that stay as they are may be above the limits of a lower plan: what runs is held to those. */
async function requirePossible(
  changes: ScriptChanges,
  caller: Caller,
  { creations, updates }: ImportPlan,
): Promise<void> {
  const errors = createErrorCollector();
  const changed = updates.filter(({ version }) => version !== undefined).map(({ desired }) => desired);
  for (const { path, content } of [...creations, ...changed]) {
    await errors.attempt(path, () => changes.requirePossible(caller, content.settings));
  }
  errors.refuse();
}

/** @throws SkerryError `VERSION_CONFLICT` that lists every script that went on since its base, with who went on. */
async function refuseStale(
  queries: Queries,
  tenantId: string,
  { scripts, deletions }: PushInput,
  present: readonly PresentScript[],
): Promise<void> {
  const rows = new Map(present.map((row) => [row.name, row]));
  const wishes = Object.entries({ scripts, deletions }).flatMap(([list, wished]) =>
    wished.map(({ name, baseRevision }, index) => ({ path: `${list}[${index}]`, name, baseRevision })),
  );
  const stale = wishes.filter(({ name, baseRevision }) => {
    const row = rows.get(name);
    return baseRevision !== (row === undefined ? null : revisionOf(row));
  });
  const [first] = stale;
  if (first === undefined) return;
  const authors = new Map(
    (await listAuthors(queries, tenantId)).map(({ script_id, author }) => [script_id, author]),
  );
  const details = stale.map(({ path, name }) => {
    const row = rows.get(name);
    const author = row === undefined ? undefined : authors.get(row.id);
    return { path: `${path}.baseRevision`, message: describeStale(name, row, author) };
  });
  const more = stale.length > 1 ? ` And ${stale.length - 1} more went on.` : "";
  throw new SkerryError("VERSION_CONFLICT", `${details[0]?.message ?? first.name}${more}`, { details });
}

function describeStale(name: string, row: PresentScript | undefined, author: string | undefined): string {
  if (row === undefined) return `The script ${name} is not there any more.`;
  const { active_version: active, latest_version: latest, updated_at: at } = row;
  const version = latest === 0 ? "a draft" : `at version ${latest}`;
  const published = active === null || active === latest ? "" : `, and version ${active} is published`;
  return `The script ${name} is ${version} by ${author ?? "somebody"}${published}, changed ${at.toISOString()}.`;
}

/** What was paused or archived meanwhile must not be set back. @throws SkerryError `VERSION_CONFLICT`. */
function refuseOtherStatus(planned: readonly PresentScript[], locked: readonly PresentScript[]): void {
  const statusOf = new Map(planned.map(({ id, status }) => [id, status]));
  const changed = locked.find(({ id, status }) => statusOf.get(id) !== status);
  if (changed === undefined) return;
  const message = `The script ${changed.name} became ${changed.status} during the push. Push once more.`;
  throw new SkerryError("VERSION_CONFLICT", message);
}

/** Those of a rehearsal are none that anybody could build upon. */
function withoutRevisions(result: PushResult): PushResult {
  return { ...result, scripts: result.scripts.map((script) => ({ ...script, revision: null })) };
}

function describeResult(
  { scripts, deletions, dryRun }: PushInput,
  { creations, updates }: ImportPlan,
  after: readonly PresentScript[],
): PushResult {
  const created = new Set(creations.map(({ name }) => name));
  const updated = new Set(updates.map(({ present }) => present.name));
  const rows = new Map(after.map((row) => [row.name, row]));
  const published = scripts.map(({ name }) => {
    const row = rows.get(name);
    const change = created.has(name) ? "created" : updated.has(name) ? "updated" : "unchanged";
    return {
      name,
      change,
      version: row?.active_version ?? null,
      revision: row === undefined ? null : revisionOf(row),
    } as const;
  });
  const deleted = deletions.map(
    ({ name }) => ({ name, change: "deleted", version: null, revision: null }) as const,
  );
  return { dryRun, scripts: [...published, ...deleted] };
}

/** @returns undefined where nothing changed. */
function describeRecord(
  { tenantId }: Caller,
  { note }: PushInput,
  plan: ImportPlan,
): Changed<PushResult>["record"] {
  const created = plan.creations.map(({ name }) => name);
  const updated = plan.updates.map(({ present }) => present.name);
  const deleted = plan.deletions.map(({ name }) => name);
  if (created.length + updated.length + deleted.length === 0) return undefined;
  const target = { type: "tenant", id: tenantId };
  return { action: "scripts.pushed", target, after: { created, updated, deleted, note } };
}
