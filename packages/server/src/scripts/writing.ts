import { randomUUIDv7 } from "node:crypto";
import type { JsonObject } from "@skerry/sandbox";
import { nameOf } from "../auth/principal.ts";
import type { Caller } from "../auth/principal.ts";
import type { Queries } from "../db/tenant-scope.ts";
import { registerEndpoint } from "../endpoints/registration.ts";
import { insertModules } from "../modules/repository.ts";
import { registerSchedule } from "../schedules/registration.ts";
import { checksumOf } from "./checksum.ts";
import type { CompiledContent, Content } from "./content.ts";
import { deleteDraft, upsertDraft } from "./draft-repository.ts";
import { insertScript, insertVersion, updateScript } from "./repository.ts";
import type { ScriptRow } from "./repository.ts";
import type { ScriptSettings } from "./settings.ts";

/** What a new script gets beside its content. */
export type NewScript = Pick<ScriptRow, "name" | "type" | "status" | "description" | "tags"> & {
  /** Of its first version. */
  readonly note: string;
};

/** Writes a new script with version 1, or with a draft where its content is not compiled. */
export async function writeScript(
  queries: Queries,
  caller: Caller,
  { name, type, status, description, tags, note }: NewScript,
  content: Content,
  compiled: CompiledContent | undefined,
): Promise<ScriptRow> {
  const latestVersion = compiled === undefined ? 0 : 1;
  const row = { tenantId: caller.tenantId, id: randomUUIDv7(), name, type, status, description, tags };
  const activeVersion = compiled === undefined ? null : latestVersion;
  const script = await insertScript(queries, { ...row, activeVersion, latestVersion });
  if (compiled === undefined) {
    await upsertDraft(queries, script, content, { baseVersion: 0, author: nameOf(caller.principal) });
  } else {
    await saveVersion(queries, caller, script, latestVersion, compiled, note);
    await updateTriggers(queries, script, content.settings);
  }
  return script;
}

/** Takes a script out of everything but the history; its versions stay for what was run of them. */
export async function removeScript(queries: Queries, script: ScriptRow): Promise<void> {
  await updateScript(queries, script, { deleted_at: new Date() });
  await deleteDraft(queries, script);
  const owner = { tenantId: script.tenant_id, scriptId: script.id };
  await registerEndpoint(queries, owner, undefined);
  await registerSchedule(queries, owner, undefined);
}

/** Writes the version with this number, which is the script's next. */
export async function saveVersion(
  queries: Queries,
  { principal }: Caller,
  script: Pick<ScriptRow, "tenant_id" | "id">,
  version: number,
  { content, compiled }: CompiledContent,
  note: string,
): Promise<void> {
  const key = { tenantId: script.tenant_id, scriptId: script.id, version };
  const { modules, ...program } = compiled;
  await insertVersion(queries, {
    ...key,
    ...content,
    ...program,
    checksum: checksumOf(content),
    note,
    author: nameOf(principal),
  });
  await insertModules(queries, key, modules);
}

/** Lets a script be run by what the settings of its published version say, and only while it is active. */
export async function updateTriggers(
  queries: Queries,
  { tenant_id, id, name, type, status }: ScriptRow,
  settings: ScriptSettings,
): Promise<void> {
  const owner = { tenantId: tenant_id, scriptId: id };
  const isActive = status === "active";
  if (type === "http") {
    await registerEndpoint(queries, owner, isActive ? { ...owner, name, settings } : undefined);
  } else if (type === "scheduled") {
    await registerSchedule(queries, owner, status === "archived" ? undefined : { settings, isActive });
  }
}

/** What the audit log tells of a script: versions stand for what is in them. */
export function describeScript(row: ScriptRow): JsonObject {
  const { name, status, description, tags, active_version, latest_version } = row;
  return { name, status, description, tags, activeVersion: active_version, latestVersion: latest_version };
}

/** How the audit log names a script. */
export function targetOf({ id, name }: Pick<ScriptRow, "id" | "name">) {
  return { type: "script", id, name } as const;
}
