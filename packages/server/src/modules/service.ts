import { requirePermission } from "../auth/principal.ts";
import type { Caller } from "../auth/principal.ts";
import type { Database } from "../db/open.ts";
import { withTenant } from "../db/tenant-scope.ts";
import { SkerryError } from "../problems/errors.ts";
import { createPage } from "../rest/paging.ts";
import type { PageRequest } from "../rest/paging.ts";
import { requireScript } from "../scripts/lookup.ts";
import type { ScriptDetail } from "../scripts/script.ts";
import type { ScriptService } from "../scripts/service.ts";
import type { ScriptCompiler } from "./compiler.ts";
import type { ModuleList, PackageModule, Republication } from "./contract.ts";
import type { VettedPackage } from "./module.ts";
import { listLibraries, listOutdatedDependants } from "./repository.ts";
import { specifierOf } from "./specifier.ts";

/** What scripts may import, and how they get it anew. */
export interface ModuleService {
  list(caller: Caller, page: PageRequest): Promise<ModuleList>;
  /** Declares all modules to TypeScript, without what is in them. */
  declare(caller: Caller): Promise<string>;
  /** @throws SkerryError see `ScriptService.republish`. */
  republish(caller: Caller, idOrName: string): Promise<ScriptDetail>;
  /**
   * Republishes up to 100 scripts whose published version was compiled with another version of the library. One that
   * fails stays as it is and keeps none of the others from it.
   *
   * @throws SkerryError `SCRIPT_NOT_FOUND`.
   */
  republishDependants(caller: Caller, idOrName: string): Promise<Republication>;
}

export interface ModuleServiceOptions {
  readonly database: Database;
  readonly compiler: Pick<ScriptCompiler, "packages">;
  readonly scripts: Pick<ScriptService, "republish">;
}

const MAX_DEPENDANTS = 100;
const MAX_DECLARED = 1_000;

export function createModuleService({ database, compiler, scripts }: ModuleServiceOptions): ModuleService {
  const packages = [...compiler.packages.values()].map(presentPackage);

  async function attempt(caller: Caller, script: string): Promise<Republication["items"][number]> {
    try {
      const { name, activeVersion } = await scripts.republish(caller, script);
      return { script: name, version: activeVersion, error: null };
    } catch (error) {
      if (!(error instanceof SkerryError) || error.kind !== "user") throw error;
      const { code, message } = error;
      return { script, version: null, error: { code, message } };
    }
  }

  return {
    async list(caller, page) {
      requirePermission(caller, "scripts.read");
      const rows = await withTenant(database, caller.tenantId, (queries) =>
        listLibraries(queries, caller.tenantId, page),
      );
      const libraries = createPage(
        rows,
        page,
        ({ id }) => id,
        ({ name, checksum, version, language, description }) => ({
          name: specifierOf(name),
          script: name,
          version,
          checksum: checksum.toString("hex"),
          language,
          description,
        }),
      );
      return { ...libraries, packages };
    },

    async declare(caller) {
      requirePermission(caller, "scripts.read");
      const rows = await withTenant(database, caller.tenantId, (queries) =>
        listLibraries(queries, caller.tenantId, { limit: MAX_DECLARED }),
      );
      const names = [...packages, ...rows.map(({ name }) => ({ name: specifierOf(name) }))];
      return names.map(({ name }) => `declare module ${JSON.stringify(name)};`).join("\n");
    },

    republish: (caller, idOrName) => scripts.republish(caller, idOrName),

    async republishDependants(caller, idOrName) {
      requirePermission(caller, "scripts.update");
      const { tenantId } = caller;
      const names = await withTenant(database, tenantId, async (queries) => {
        const { id } = await requireScript(queries, caller, idOrName);
        return await listOutdatedDependants(queries, tenantId, id, MAX_DEPENDANTS + 1);
      });
      const items: Republication["items"][number][] = [];
      for (const name of names.slice(0, MAX_DEPENDANTS)) items.push(await attempt(caller, name));
      return { items, more: names.length > MAX_DEPENDANTS };
    },
  };
}

function presentPackage({ specifier, version, checksum, integrity }: VettedPackage): PackageModule {
  return { name: specifier, version, checksum: checksum.toString("hex"), integrity };
}
