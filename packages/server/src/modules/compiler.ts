import type { Database } from "../db/open.ts";
import type { ScriptType } from "../db/schema.ts";
import { withTenant } from "../db/tenant-scope.ts";
import { compileScript, listExports } from "../scripts/compile.ts";
import type { CompiledContent, Content } from "../scripts/content.ts";
import { refuseAt, refuseConfig } from "../scripts/compile-refusal.ts";
import { fileNameOf } from "../scripts/script.ts";
import { findConfigProblems, hasConfig } from "../scripts/source-config/agreement.ts";
import { UNREADABLE_CONFIG } from "../scripts/source-config/config-export.ts";
import type { Library, VettedPackages } from "./module.ts";
import { findLibraries } from "./repository.ts";

/** Whose content is compiled. */
export interface CompiledScriptOwner {
  readonly tenantId: string;
  readonly name: string;
  readonly type: ScriptType;
}

/** Compiles what tenants write, together with what they may import. */
export interface ScriptCompiler {
  /** What the host lets scripts import. */
  readonly packages: VettedPackages;
  /**
   * Libraries are taken as they are published now. No connection is held while the compiler works. A `config` of the
   * source that cannot be read, or is wrong, is refused as what does not compile.
   *
   * @param upcoming libraries that are about to be published.
   * @throws SkerryError `SCRIPT_COMPILE`, `SCRIPT_TOO_COMPLEX`, `MODULE_NOT_ALLOWED`, `MODULE_NOT_FOUND`, `MODULE_CYCLE`,
   * `MODULE_LIMIT` or `CONCURRENCY_LIMIT`.
   */
  compile(
    owner: CompiledScriptOwner,
    content: Content,
    upcoming?: ReadonlyMap<string, Library>,
  ): Promise<CompiledContent>;
}

export function createScriptCompiler(database: Database, packages: VettedPackages): ScriptCompiler {
  return {
    packages,
    async compile({ tenantId, name, type }, content, upcoming = new Map()) {
      const { source, language } = content;
      const fileName = fileNameOf({ name }, language);
      const libraryName = type === "library" ? name : undefined;
      const compiled = await compileScript(
        { fileName, source, language, libraryName, tenantId },
        {
          packages,
          async findLibraries(names) {
            const given = names.flatMap((wanted) => upcoming.get(wanted) ?? []);
            const others = names.filter((wanted) => !upcoming.has(wanted));
            if (others.length === 0) return given;
            const found = await withTenant(database, tenantId, (queries) =>
              findLibraries(queries, tenantId, others),
            );
            return [...given, ...found];
          },
        },
      );
      const problems = await findConfigProblems({ name, type }, source);
      if (problems.length > 0) throw refuseConfig({ fileName }, problems);
      if (listExports(compiled.code).includes("config") && !(await mayHaveConfig(source)))
        throw refuseAt({ fileName }, { line: 1 }, UNREADABLE_CONFIG);
      return { content, compiled };
    },
  };
}

/** Whether what a script exports as `config` is one that was read, or one of a module that it exports all of. */
async function mayHaveConfig(source: string): Promise<boolean> {
  return /\bexport\s*\*/.test(source) || (await hasConfig(source));
}
