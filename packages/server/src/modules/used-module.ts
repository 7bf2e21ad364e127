import { z } from "zod";
import type { Queries } from "../db/tenant-scope.ts";
import type { VersionKey } from "../scripts/repository.ts";
import type { VettedPackages } from "./module.ts";
import { listModules } from "./repository.ts";

/** A module that a version was compiled with. */
export const usedModule = z
  .object({
    name: z.string().describe("As imports write it."),
    version: z.string().describe("The number of a library's version, or the package's own."),
    checksum: z.string().describe("SHA-256, hexadecimal: of a library's version, or of a package's bundle."),
    integrity: z
      .string()
      .nullable()
      .describe("What the host's lockfile said of a package, as Subresource Integrity."),
    outdated: z.boolean().describe("Whether publishing anew would take another one, or find none."),
  })
  .meta({ id: "UsedModule" });
export type UsedModule = Readonly<z.output<typeof usedModule>>;

/** What a version was compiled with, beside what there is now. */
export async function describeModules(
  queries: Queries,
  packages: VettedPackages,
  key: VersionKey,
): Promise<readonly UsedModule[]> {
  const modules = await listModules(queries, key);
  return modules.map(({ specifier, libraryId, presentVersion, version, checksum, integrity }) => ({
    name: specifier,
    version,
    checksum: checksum.toString("hex"),
    integrity,
    outdated:
      libraryId === null
        ? packages.get(specifier)?.checksum.equals(checksum) !== true
        : String(presentVersion) !== version,
  }));
}
