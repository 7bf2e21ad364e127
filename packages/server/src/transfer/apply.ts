import { nameOf } from "../auth/principal.ts";
import type { Caller } from "../auth/principal.ts";
import type { Queries } from "../db/tenant-scope.ts";
import { deleteRoutes } from "../endpoints/repository.ts";
import type { CompiledContent, Content } from "../scripts/content.ts";
import { deleteDraft, upsertDraft } from "../scripts/draft-repository.ts";
import { insertScript, updateScript } from "../scripts/repository.ts";
import type { ScriptRow } from "../scripts/repository.ts";
import { removeScript, saveVersion, updateTriggers } from "../scripts/writing.ts";
import type { DesiredScript } from "./desired-script.ts";
import type { ImportPlan, ScriptUpdate } from "./plan.ts";
import type { CompiledVersions } from "./compilation.ts";

/**
 * Carries out a plan. All that go or change let go of their routes first, so that scripts may swap them.
 *
 * @throws SkerryError `ENDPOINT_CONFLICT`.
 */
export async function applyPlan(
  queries: Queries,
  caller: Caller,
  { creations, updates, deletions }: ImportPlan,
  compiled: CompiledVersions,
): Promise<void> {
  for (const script of deletions) await removeScript(queries, script);
  for (const { present } of updates) {
    await deleteRoutes(queries, { tenantId: caller.tenantId, scriptId: present.id });
  }
  for (const update of updates) await change(queries, caller, update, compiled);
  for (const script of creations) await create(queries, caller, script, compiled);
}

async function create(
  queries: Queries,
  caller: Caller,
  script: DesiredScript,
  compiled: CompiledVersions,
): Promise<void> {
  const { id, name, type, status, description, tags, published, content, versions, activeVersion } = script;
  const row = await insertScript(queries, {
    tenantId: caller.tenantId,
    id,
    name,
    type,
    status,
    description,
    tags,
    activeVersion,
    latestVersion: versions.length,
  });
  for (const [index, version] of versions.entries()) {
    await saveVersion(queries, caller, row, index + 1, takeCompiled(compiled, version), version.note);
  }
  const draft = published ? script.draft : content;
  if (draft) await saveDraft(queries, caller, row, draft);
  if (published) await updateTriggers(queries, row, content.settings);
}

async function change(
  queries: Queries,
  caller: Caller,
  { present, desired, version, draft }: ScriptUpdate,
  compiled: CompiledVersions,
): Promise<void> {
  const next = version && present.latest_version + 1;
  if (version && next) {
    await saveVersion(queries, caller, present, next, takeCompiled(compiled, version), desired.note);
  }
  const { status, description, tags, published, content } = desired;
  const row = await updateScript(queries, present, {
    status,
    description,
    tags: [...tags],
    latest_version: next ?? present.latest_version,
    active_version: next ?? present.active_version,
  });
  if (draft === null) await deleteDraft(queries, row);
  else if (draft) await saveDraft(queries, caller, row, draft);
  if (published) await updateTriggers(queries, row, content.settings);
}

async function saveDraft(queries: Queries, caller: Caller, row: ScriptRow, draft: Content): Promise<void> {
  const author = nameOf(caller.principal);
  await upsertDraft(queries, row, draft, { baseVersion: row.latest_version, author });
}

function takeCompiled(compiled: CompiledVersions, content: Content): CompiledContent {
  const found = compiled.get(content);
  if (found === undefined) throw new Error("a version of the plan was not compiled");
  return found;
}
