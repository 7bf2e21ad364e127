import type { JsonObject } from "@skerry/sandbox";
import { requirePermission } from "../auth/principal.ts";
import type { Caller } from "../auth/principal.ts";
import type { Database } from "../db/open.ts";
import { withTenant } from "../db/tenant-scope.ts";
import type { Queries } from "../db/tenant-scope.ts";
import type { ScriptCompiler } from "../modules/compiler.ts";
import { renewModules } from "../modules/republication.ts";
import { describeModules } from "../modules/used-module.ts";
import { createPage } from "../rest/paging.ts";
import type { Page, PageRequest } from "../rest/paging.ts";
import type { SiteAddress } from "../rest/site-address.ts";
import type { Changed, ScriptChanges } from "./changes.ts";
import { isSameSettings } from "./content.ts";
import { diffVersions } from "./diff.ts";
import type { DiffSide, ScriptDiff } from "./diff.ts";
import type { PublishInput } from "./draft.ts";
import type { VersionOrDraft } from "./fields.ts";
import { findCurrent, requireDraft, requireScript, requireVersion } from "./lookup.ts";
import { presentDetail, presentScript, presentVersion } from "./presentation.ts";
import { publishDraft, publishVersion } from "./publishing.ts";
import { listScripts, listVersions } from "./repository.ts";
import type { ScriptRow } from "./repository.ts";
import type {
  Script,
  ScriptChange,
  ScriptDetail,
  ScriptInput,
  ScriptsQuery,
  ScriptVersion,
  ScriptVersionDetail,
} from "./script.ts";
import type { ScriptSettings } from "./settings.ts";
import { agreeScript, NOTHING_SAVED, readConfigType } from "./source-config/agreement.ts";
import { listTriggerSettings } from "./trigger-repository.ts";
import { applyUpdate, planUpdate } from "./update.ts";
import { describeScript, removeScript, targetOf, writeScript } from "./writing.ts";

/** The scripts of a tenant and their versions. Scripts are named by id or by name. */
export interface ScriptService {
  /**
   * Compiles and publishes version 1, or saves a draft.
   *
   * @throws SkerryError `INPUT_INVALID`, those of `ScriptCompiler.compile`, `SCRIPT_NAME_TAKEN` or
   * `ENDPOINT_CONFLICT`; then nothing was saved.
   */
  create(caller: Caller, input: ScriptInput): Promise<ScriptDetail>;
  list(caller: Caller, query: ScriptsQuery): Promise<Page<Script>>;
  /**
   * The settings, by script, of those whose type has a trigger: the published ones, or the draft's where nothing is
   * published.
   */
  settingsOf(caller: Caller, scriptIds: readonly string[]): Promise<ReadonlyMap<string, ScriptSettings>>;
  /** @throws SkerryError `SCRIPT_NOT_FOUND`. */
  get(caller: Caller, idOrName: string): Promise<ScriptDetail>;
  /**
   * Source and settings equal to those there make no new version. To archive a script needs the permission to delete it.
   *
   * @throws SkerryError those of `create`, `SCRIPT_NOT_FOUND`, `SCRIPT_STATUS_CONFLICT`, `SCRIPT_NOT_PUBLISHED`, and
   * `VERSION_CONFLICT` when somebody else saved meanwhile.
   */
  update(caller: Caller, idOrName: string, change: ScriptChange): Promise<ScriptDetail>;
  /** Its executions stay readable. @throws SkerryError `SCRIPT_NOT_FOUND`. */
  delete(caller: Caller, idOrName: string): Promise<void>;
  /**
   * Publishes a version, or the draft as the next version.
   *
   * @throws SkerryError `SCRIPT_NOT_FOUND`, `VERSION_NOT_FOUND`, `DRAFT_NOT_FOUND`, those of
   * `ScriptCompiler.compile`, `VERSION_CONFLICT`, `SCRIPT_STATUS_CONFLICT` for an archived script, or `ENDPOINT_CONFLICT`;
   * then nothing changed.
   */
  publish(caller: Caller, idOrName: string, input: PublishInput): Promise<ScriptDetail>;
  /**
   * Publishes what is published once more as the next version, with the modules that it imports as they are now. Makes
   * no version where none of them changed.
   *
   * @throws SkerryError `SCRIPT_NOT_FOUND`, `SCRIPT_NOT_PUBLISHED`, those of `ScriptCompiler.compile`,
   * `SCRIPT_STATUS_CONFLICT` for an archived script, or `VERSION_CONFLICT`.
   */
  republish(caller: Caller, idOrName: string): Promise<ScriptDetail>;
  listVersions(caller: Caller, idOrName: string, page: PageRequest): Promise<Page<ScriptVersion>>;
  /** @throws SkerryError `SCRIPT_NOT_FOUND` or `VERSION_NOT_FOUND`. */
  getVersion(caller: Caller, idOrName: string, version: number | undefined): Promise<ScriptVersionDetail>;
  /**
   * What leads from one version, or the draft, to another.
   *
   * @throws SkerryError `SCRIPT_NOT_FOUND`, `VERSION_NOT_FOUND` or `DRAFT_NOT_FOUND`.
   */
  diff(
    caller: Caller,
    idOrName: string,
    from: VersionOrDraft | undefined,
    to: VersionOrDraft | undefined,
  ): Promise<ScriptDiff>;
}

export interface ScriptServiceOptions {
  readonly database: Database;
  readonly changes: ScriptChanges;
  readonly compiler: ScriptCompiler;
  readonly site: SiteAddress;
}

export function createScriptService(options: ScriptServiceOptions): ScriptService {
  const { database, changes, compiler, site } = options;

  async function describe(queries: Queries, caller: Caller, idOrName: string): Promise<ScriptDetail> {
    const current = await findCurrent(queries, caller, idOrName);
    const { script, version } = current;
    const key = { tenantId: caller.tenantId, scriptId: script.id, version };
    return presentDetail(current, await describeModules(queries, compiler.packages, key), site);
  }

  /** What a change that is made answers and leaves in the audit log. */
  async function conclude(
    queries: Queries,
    caller: Caller,
    action: string,
    before: ScriptRow,
    after: ScriptRow,
    remark: JsonObject = {},
  ): Promise<Changed<ScriptDetail>> {
    return {
      result: await describe(queries, caller, after.id),
      record: {
        action,
        target: targetOf(after),
        before: describeScript(before),
        after: { ...describeScript(after), ...remark },
      },
    };
  }

  return {
    async create(caller, input) {
      requirePermission(caller, "scripts.create");
      const { name, status, note } = input;
      const type = input.type ?? (await readConfigType(name, input));
      const { content, description, tags } = await agreeScript({ name, type }, NOTHING_SAVED, input);
      await changes.requirePossible(caller, content.settings);
      const compiled =
        status === "draft"
          ? undefined
          : await compiler.compile({ tenantId: caller.tenantId, name, type }, content);
      return await changes.run(caller, async (queries) => {
        const created = { name, type, status, note, description, tags: [...tags] };
        const script = await writeScript(queries, caller, created, content, compiled);
        return {
          result: await describe(queries, caller, script.id),
          record: { action: "script.created", target: targetOf(script), after: describeScript(script) },
        };
      });
    },

    async list(caller, query) {
      requirePermission(caller, "scripts.read");
      const rows = await withTenant(database, caller.tenantId, (queries) =>
        listScripts(queries, caller.tenantId, query),
      );
      return createPage(rows, query, ({ id }) => id, presentScript);
    },

    async settingsOf(caller, scriptIds) {
      requirePermission(caller, "scripts.read");
      const { tenantId } = caller;
      if (scriptIds.length === 0) return new Map();
      const rows = await withTenant(database, tenantId, (queries) =>
        listTriggerSettings(queries, tenantId, scriptIds),
      );
      return new Map(rows.map(({ id, settings }) => [id, settings]));
    },

    async get(caller, idOrName) {
      requirePermission(caller, "scripts.read");
      return await withTenant(database, caller.tenantId, (queries) => describe(queries, caller, idOrName));
    },

    async update(caller, idOrName, wished) {
      requirePermission(caller, "scripts.update");
      if (wished.status === "archived") requirePermission(caller, "scripts.delete");
      const base = await withTenant(database, caller.tenantId, (queries) =>
        findCurrent(queries, caller, idOrName),
      );
      const plan = await planUpdate(compiler, base, wished);
      const settings = (plan.version?.content ?? plan.draft)?.settings;
      // Settings that stay as they are may be above the limits of a lower plan: what runs is held to those.
      if (wished.settings !== undefined || (settings && !isSameSettings(settings, base.content.settings)))
        await changes.requirePossible(caller, settings);
      return await changes.run(caller, async (queries) => {
        const script = await applyUpdate(queries, caller, base, wished, plan);
        return await conclude(queries, caller, "script.updated", base.script, script);
      });
    },

    async delete(caller, idOrName) {
      requirePermission(caller, "scripts.delete");
      await changes.run(caller, async (queries) => {
        const script = await requireScript(queries, caller, idOrName, { lock: true });
        await removeScript(queries, script);
        return {
          result: undefined,
          record: { action: "script.deleted", target: targetOf(script), before: describeScript(script) },
        };
      });
    },

    async publish(caller, idOrName, input) {
      requirePermission(caller, "scripts.update");
      const publish =
        input.version === undefined
          ? await publishDraft(options, caller, idOrName, input)
          : await publishVersion(options, caller, idOrName, input.version, input.baseVersion);
      return await changes.run(caller, async (queries) => {
        const { before, after } = await publish(queries);
        // A version that is published again keeps its own note.
        const remark = input.version === undefined || input.note === "" ? {} : { note: input.note };
        return await conclude(queries, caller, "script.published", before, after, remark);
      });
    },

    async republish(caller, idOrName) {
      requirePermission(caller, "scripts.update");
      const publish = await renewModules(options, caller, idOrName);
      if (publish === undefined) {
        return await withTenant(database, caller.tenantId, (queries) => describe(queries, caller, idOrName));
      }
      return await changes.run(caller, async (queries) => {
        const { before, after } = await publish(queries);
        return await conclude(queries, caller, "script.published", before, after);
      });
    },

    async listVersions(caller, idOrName, page) {
      requirePermission(caller, "scripts.read");
      const rows = await withTenant(database, caller.tenantId, async (queries) =>
        listVersions(queries, await requireScript(queries, caller, idOrName), page),
      );
      return createPage(rows, page, ({ version }) => String(version), presentVersion);
    },

    async getVersion(caller, idOrName, number) {
      requirePermission(caller, "scripts.read");
      const { tenantId } = caller;
      return await withTenant(database, tenantId, async (queries) => {
        const row = await requireVersion(queries, await requireScript(queries, caller, idOrName), number);
        const key = { tenantId, scriptId: row.script_id, version: row.version };
        const modules = await describeModules(queries, compiler.packages, key);
        return { ...presentVersion(row), source: row.source, modules };
      });
    },

    async diff(caller, idOrName, from, to) {
      requirePermission(caller, "scripts.read");
      return await withTenant(database, caller.tenantId, async (queries) => {
        const script = await requireScript(queries, caller, idOrName);
        const before = await findSide(queries, script, from);
        return diffVersions(script.name, before, await findSide(queries, script, to));
      });
    },
  };
}

async function findSide(
  queries: Queries,
  script: ScriptRow,
  side: VersionOrDraft | undefined,
): Promise<DiffSide> {
  if (side === "draft") return { ...(await requireDraft(queries, script)), version: side };
  return await requireVersion(queries, script, side);
}
