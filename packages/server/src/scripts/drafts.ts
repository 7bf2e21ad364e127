import type { JsonObject } from "@skerry/sandbox";
import type { AuditedChange } from "../audit/recorder.ts";
import { nameOf, requirePermission } from "../auth/principal.ts";
import type { Caller } from "../auth/principal.ts";
import type { Database } from "../db/open.ts";
import { withTenant } from "../db/tenant-scope.ts";
import { SkerryError } from "../problems/errors.ts";
import type { ScriptChanges } from "./changes.ts";
import { isSameSettings } from "./content.ts";
import type { Content } from "./content.ts";
import type { DraftInput, ScriptDraft } from "./draft.ts";
import { deleteDraft, findDraft, upsertDraft } from "./draft-repository.ts";
import type { DraftRow } from "./draft-repository.ts";
import {
  contentOf,
  findCurrent,
  requireBase,
  requireDraft,
  requireRevision,
  requireScript,
} from "./lookup.ts";
import { presentDraft } from "./presentation.ts";
import type { ScriptRow } from "./repository.ts";
import { agreeDraft } from "./source-config/agreement.ts";
import { requireEditable } from "./status.ts";
import { targetOf } from "./writing.ts";

/** What is being written at scripts, apart from what is published. */
export interface DraftService {
  /** @throws SkerryError `SCRIPT_NOT_FOUND` or `DRAFT_NOT_FOUND`. */
  get(caller: Caller, idOrName: string): Promise<ScriptDraft>;
  /**
   * Saves the draft, or begins it. The source need not compile; the settings must fit the script's type. Settings of a
   * `config` in the source count where they are right, and else are told of when the draft is published.
   *
   * @throws SkerryError `SCRIPT_NOT_FOUND`, `INPUT_INVALID`, `SCRIPT_STATUS_CONFLICT` for an archived script, or
   * `VERSION_CONFLICT` when somebody else published or saved meanwhile.
   */
  save(caller: Caller, idOrName: string, input: DraftInput): Promise<ScriptDraft>;
  /**
   * @throws SkerryError `SCRIPT_NOT_FOUND`, `DRAFT_NOT_FOUND`, `SCRIPT_STATUS_CONFLICT` for an archived script, or
   * `SCRIPT_NOT_PUBLISHED` where the draft is all there is.
   */
  delete(caller: Caller, idOrName: string): Promise<void>;
}

export interface DraftServiceOptions {
  readonly database: Database;
  readonly changes: ScriptChanges;
}

export function createDraftService({ database, changes }: DraftServiceOptions): DraftService {
  /** Settings that a `config` says and that are not possible count as little as those of one that is wrong. */
  async function agree(
    caller: Caller,
    script: ScriptRow,
    present: Content,
    input: DraftInput,
  ): Promise<Content> {
    const content = await agreeDraft(script, present, input);
    if (input.settings === undefined && isSameSettings(content.settings, present.settings)) return content;
    try {
      await changes.requirePossible(caller, content.settings);
      return content;
    } catch (error) {
      const isSaid = error instanceof SkerryError && error.code === "INPUT_INVALID";
      if (!isSaid || input.settings !== undefined) throw error;
      return { ...content, settings: present.settings };
    }
  }

  return {
    async get(caller, idOrName) {
      requirePermission(caller, "scripts.read");
      const row = await withTenant(database, caller.tenantId, async (queries) =>
        requireDraft(queries, await requireScript(queries, caller, idOrName)),
      );
      return presentDraft(row);
    },

    async save(caller, idOrName, input) {
      requirePermission(caller, "scripts.update");
      const base = await withTenant(database, caller.tenantId, async (queries) => {
        const current = await findCurrent(queries, caller, idOrName);
        const draft = await findDraft(queries, current.script);
        return { script: current.script, content: draft === undefined ? current.content : contentOf(draft) };
      });
      const content = await agree(caller, base.script, base.content, input);

      return await changes.run(caller, async (queries) => {
        const script = await requireScript(queries, caller, base.script.id, { lock: true });
        requireEditable(script);
        requireBase(script, input.baseVersion);
        const before = await findDraft(queries, script);
        requireRevision(script, before?.revision ?? 0, input.draftRevision);
        const baseVersion = input.baseVersion ?? before?.base_version ?? script.latest_version;
        const author = nameOf(caller.principal);
        const after = await upsertDraft(queries, script, content, { baseVersion, author });
        return { result: presentDraft(after), record: recordSaving(script, before, after) };
      });
    },

    async delete(caller, idOrName) {
      requirePermission(caller, "scripts.update");
      await changes.run(caller, async (queries) => {
        const script = await requireScript(queries, caller, idOrName, { lock: true });
        requireEditable(script);
        const before = await requireDraft(queries, script);
        if (script.active_version === null) {
          const message = `The draft is all that the script ${script.name} has; delete the script instead.`;
          throw new SkerryError("SCRIPT_NOT_PUBLISHED", message);
        }
        await deleteDraft(queries, script);
        const record = { action: "draft.deleted", target: targetOf(script), before: describeDraft(before) };
        return { result: undefined, record };
      });
    },
  };
}

/**
 * Editors save by themselves, every second of somebody's typing: the log tells who began to write, and when somebody
 * else went on. What became of it is told when it is published.
 */
function recordSaving(
  script: ScriptRow,
  before: DraftRow | undefined,
  after: DraftRow,
): AuditedChange | undefined {
  if (before?.author === after.author) return undefined;
  return {
    action: "draft.saved",
    target: targetOf(script),
    ...(before === undefined ? {} : { before: describeDraft(before) }),
    after: describeDraft(after),
  };
}

function describeDraft({ revision, base_version, checksum }: DraftRow): JsonObject {
  return { revision, baseVersion: base_version, checksum: checksum.toString("hex") };
}
