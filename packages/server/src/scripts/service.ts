import { createHash, randomUUIDv7 } from "node:crypto";
import { nameOf, requirePermission } from "../auth/principal.ts";
import type { Caller } from "../auth/principal.ts";
import type { Database } from "../db/open.ts";
import type { ScriptStatus } from "../db/schema.ts";
import { withTenant } from "../db/tenant-scope.ts";
import type { Queries } from "../db/tenant-scope.ts";
import { registerEndpoint } from "../endpoints/registration.ts";
import { SkerryError } from "../problems/errors.ts";
import { violates } from "../problems/violation.ts";
import { createPage } from "../rest/paging.ts";
import type { Page, PageRequest } from "../rest/paging.ts";
import type { CompiledScript } from "./compile.ts";
import { compileContent, mergeContent, readContent } from "./content.ts";
import type { Content } from "./content.ts";
import { diffVersions } from "./diff.ts";
import type { ScriptDiff } from "./diff.ts";
import { currentVersionOf, findCurrent, requireBase, requireScript, requireVersion } from "./lookup.ts";
import { presentDetail, presentScript, presentVersion } from "./presentation.ts";
import { insertScript, insertVersion, listScripts, listVersions, updateScript } from "./repository.ts";
import type { ScriptRow, VersionDetailRow } from "./repository.ts";
import type {
  PublishInput,
  Script,
  ScriptChange,
  ScriptDetail,
  ScriptInput,
  ScriptsQuery,
  ScriptVersion,
  ScriptVersionDetail,
} from "./script.ts";
import type { ScriptSettings } from "./settings.ts";

/** The scripts of a tenant and their versions. Scripts are named by id or by name. */
export interface ScriptService {
  /**
   * Compiles and saves version 1, and publishes it unless the script is to be a draft.
   *
   * @throws SkerryError `SCRIPT_TYPE_UNSUPPORTED`, `INPUT_INVALID`, `SCRIPT_COMPILE`, `SCRIPT_TOO_COMPLEX`,
   * `SCRIPT_NAME_TAKEN` or `ENDPOINT_CONFLICT`; then nothing was saved.
   */
  create(caller: Caller, input: ScriptInput): Promise<ScriptDetail>;
  list(caller: Caller, query: ScriptsQuery): Promise<Page<Script>>;
  /** @throws SkerryError `SCRIPT_NOT_FOUND`. */
  get(caller: Caller, idOrName: string): Promise<ScriptDetail>;
  /**
   * Source and settings equal to those there make no new version.
   *
   * @throws SkerryError those of `create`, `SCRIPT_NOT_FOUND`, and `VERSION_CONFLICT` when somebody else saved
   * meanwhile.
   */
  update(caller: Caller, idOrName: string, change: ScriptChange): Promise<ScriptDetail>;
  /** Its executions stay readable. @throws SkerryError `SCRIPT_NOT_FOUND`. */
  delete(caller: Caller, idOrName: string): Promise<void>;
  /** @throws SkerryError `SCRIPT_NOT_FOUND`, `VERSION_NOT_FOUND`, `VERSION_CONFLICT` or `ENDPOINT_CONFLICT`. */
  publish(caller: Caller, idOrName: string, input: PublishInput): Promise<ScriptDetail>;
  listVersions(caller: Caller, idOrName: string, page: PageRequest): Promise<Page<ScriptVersion>>;
  /** @throws SkerryError `SCRIPT_NOT_FOUND` or `VERSION_NOT_FOUND`. */
  getVersion(caller: Caller, idOrName: string, version: number | undefined): Promise<ScriptVersionDetail>;
  /** What leads from one version to another. @throws SkerryError `SCRIPT_NOT_FOUND` or `VERSION_NOT_FOUND`. */
  diff(
    caller: Caller,
    idOrName: string,
    from: number | undefined,
    to: number | undefined,
  ): Promise<ScriptDiff>;
}

export interface ScriptServiceOptions {
  readonly database: Database;
  /** Endpoint addresses begin with it; empty for addresses relative to the server. */
  readonly baseUrl: string;
  /** Told after the routes of a tenant changed. */
  readonly onRoutesChanged: (tenantId: string) => void;
}

export function createScriptService({
  database,
  baseUrl,
  onRoutesChanged,
}: ScriptServiceOptions): ScriptService {
  /** Runs a change in one transaction; names that the database finds taken become errors of ours. */
  async function change<Result>(
    { tenantId }: Caller,
    work: (queries: Queries) => Promise<Result>,
  ): Promise<Result> {
    try {
      return await withTenant(database, tenantId, work);
    } catch (error) {
      if (!violates(error, "scripts_by_name")) throw error;
      throw new SkerryError("SCRIPT_NAME_TAKEN", "The tenant has another script with this name.", {
        cause: error,
      });
    } finally {
      onRoutesChanged(tenantId);
    }
  }

  return {
    async create(caller, input) {
      requirePermission(caller, "scripts.create");
      const { tenantId } = caller;
      const { name, type, description, tags, status, note } = input;
      const content = readContent(input);
      const compiled = await compileContent(name, content);
      const id = randomUUIDv7();

      return await change(caller, async (queries) => {
        const activeVersion = status === "draft" ? null : 1;
        const row = { tenantId, id, name, type, status, description, tags, activeVersion };
        const script = await insertScript(queries, row);
        const version = await saveVersion(queries, caller, script, 1, content, compiled, note);
        await updateEndpoint(queries, script, version);
        return presentDetail(script, version, baseUrl);
      });
    },

    async list(caller, query) {
      requirePermission(caller, "scripts.read");
      const rows = await withTenant(database, caller.tenantId, (queries) =>
        listScripts(queries, caller.tenantId, query),
      );
      return createPage(rows, query, ({ id }) => id, presentScript);
    },

    async get(caller, idOrName) {
      requirePermission(caller, "scripts.read");
      return await withTenant(database, caller.tenantId, async (queries) => {
        const { script, version } = await findCurrent(queries, caller, idOrName);
        return presentDetail(script, version, baseUrl);
      });
    },

    async update(caller, idOrName, wished) {
      requirePermission(caller, "scripts.update");
      const base = await withTenant(database, caller.tenantId, (queries) =>
        findCurrent(queries, caller, idOrName),
      );
      requireBase(base.script, wished.baseVersion);
      const content = mergeContent(base, wished);
      const compiled = content && (await compileContent(wished.name ?? base.script.name, content));

      return await change(caller, async (queries) => {
        const script = await requireScript(queries, caller, base.script.id, { lock: true });
        requireBase(script, base.script.latest_version);
        refuseDisablingDraft(script, wished);
        const next = script.latest_version + 1;
        if (content && compiled)
          await saveVersion(queries, caller, script, next, content, compiled, wished.note);
        const changed = await updateScript(queries, script, planUpdate(script, wished, content && next));
        const version = await requireVersion(queries, changed, currentVersionOf(changed));
        await updateEndpoint(queries, changed, version);
        return presentDetail(changed, version, baseUrl);
      });
    },

    async delete(caller, idOrName) {
      requirePermission(caller, "scripts.delete");
      await change(caller, async (queries) => {
        const script = await requireScript(queries, caller, idOrName, { lock: true });
        const deleted = await updateScript(queries, script, { deleted_at: new Date() });
        await registerEndpoint(queries, { tenantId: deleted.tenant_id, scriptId: deleted.id }, undefined);
      });
    },

    async publish(caller, idOrName, { version: number, baseVersion }) {
      requirePermission(caller, "scripts.update");
      return await change(caller, async (queries) => {
        const script = await requireScript(queries, caller, idOrName, { lock: true });
        requireBase(script, baseVersion);
        const version = await requireVersion(queries, script, number);
        const status = script.status === "draft" ? "active" : script.status;
        const published = await updateScript(queries, script, { active_version: number, status });
        await updateEndpoint(queries, published, version);
        return presentDetail(published, version, baseUrl);
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
      const row = await withTenant(database, caller.tenantId, async (queries) =>
        requireVersion(queries, await requireScript(queries, caller, idOrName), number),
      );
      return { ...presentVersion(row), source: row.source };
    },

    async diff(caller, idOrName, from, to) {
      requirePermission(caller, "scripts.read");
      const [name, before, after] = await withTenant(database, caller.tenantId, async (queries) => {
        const script = await requireScript(queries, caller, idOrName);
        const row = await requireVersion(queries, script, from);
        return [script.name, row, await requireVersion(queries, script, to)] as const;
      });
      return diffVersions(name, before, after);
    },
  };
}

function refuseDisablingDraft({ name, active_version }: ScriptRow, { status, publish }: ScriptChange): void {
  if (status !== "disabled" || active_version !== null || publish === true) return;
  throw new SkerryError("SCRIPT_NOT_PUBLISHED", `The script ${name} is a draft, which does not run anyway.`);
}

/** What changes in the script's own row, given the version that was just saved, if any. */
function planUpdate(script: ScriptRow, wished: ScriptChange, saved: number | undefined) {
  const activate = wished.publish ?? (wished.status === "active" || script.status !== "draft");
  const published = activate
    ? (saved ?? script.active_version ?? script.latest_version)
    : script.active_version;
  const status: ScriptStatus =
    wished.status ?? (published !== null && script.status === "draft" ? "active" : script.status);
  return {
    name: wished.name ?? script.name,
    description: wished.description ?? script.description,
    tags: [...(wished.tags ?? script.tags)],
    latest_version: saved ?? script.latest_version,
    active_version: published,
    status: published === null ? "draft" : status,
  };
}

async function saveVersion(
  queries: Queries,
  { principal }: Caller,
  script: ScriptRow,
  number: number,
  content: Content,
  compiled: CompiledScript,
  note: string,
): Promise<VersionDetailRow> {
  await insertVersion(queries, {
    tenantId: script.tenant_id,
    scriptId: script.id,
    version: number,
    ...content,
    ...compiled,
    checksum: createHash("sha256").update(content.source).digest(),
    note,
    author: nameOf(principal),
  });
  return await requireVersion(queries, script, number);
}

/** Only a published `http` script that is active answers requests. */
async function updateEndpoint(queries: Queries, script: ScriptRow, version: VersionDetailRow): Promise<void> {
  if (script.type !== "http") return;
  const owner = { tenantId: script.tenant_id, scriptId: script.id };
  const answers = script.status === "active" && script.active_version === version.version;
  const settings = version.settings as ScriptSettings;
  await registerEndpoint(queries, owner, answers ? { ...owner, name: script.name, settings } : undefined);
}
