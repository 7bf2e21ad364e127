import type { ScriptType } from "../db/schema.ts";
import type { ScriptCompiler } from "../modules/compiler.ts";
import type { Library } from "../modules/module.ts";
import { SkerryError } from "../problems/errors.ts";
import { checksumOf } from "../scripts/checksum.ts";
import type { CompiledContent, Content } from "../scripts/content.ts";
import { createErrorCollector } from "./merged-error.ts";
import type { ImportPlan } from "./plan.ts";

/** What came of compiling each content of a plan. */
export type CompiledVersions = ReadonlyMap<object, CompiledContent>;

/** Saves of others take turns with those of an import, so it holds up nobody; but it must end. */
const MAX_COMPILATION_MS = 60_000;

/**
 * Compiles all that becomes a version, with the libraries as the import leaves them; so does the history that a document
 * has of a script.
 *
 * @throws SkerryError those of `ScriptCompiler.compile`, for all that fail at once.
 */
export async function compilePlan(
  compiler: ScriptCompiler,
  tenantId: string,
  { creations, updates }: ImportPlan,
): Promise<CompiledVersions> {
  const compiled = new Map<object, CompiledContent>();
  const errors = createErrorCollector();
  const end = performance.now() + MAX_COMPILATION_MS;
  const libraries = listUpcomingLibraries({ creations, updates });
  for (const { name, type, path, content } of listVersions({ creations, updates })) {
    if (performance.now() > end) {
      const message = `Compiling the scripts takes more than ${MAX_COMPILATION_MS} ms. Send them in parts.`;
      throw new SkerryError("SCRIPT_TOO_COMPLEX", message);
    }
    const result = await errors.attempt(path, () =>
      compiler.compile({ tenantId, name, type }, content, libraries),
    );
    if (result !== undefined) compiled.set(content, result);
  }
  errors.refuse();
  return compiled;
}

interface PlannedVersion {
  readonly name: string;
  readonly type: ScriptType;
  readonly path: string;
  readonly content: Content;
}

function listVersions({
  creations,
  updates,
}: Pick<ImportPlan, "creations" | "updates">): readonly PlannedVersion[] {
  return [
    ...updates.flatMap(({ desired: { name, type, path }, version }) =>
      version === undefined ? [] : [{ name, type, path, content: version }],
    ),
    ...creations.flatMap(({ name, type, path, versions }) =>
      versions.map((content) => ({ name, type, path, content })),
    ),
  ];
}

/** The libraries that the import publishes, by name, as they will be then. */
function listUpcomingLibraries({
  creations,
  updates,
}: Pick<ImportPlan, "creations" | "updates">): ReadonlyMap<string, Library> {
  const upcoming = [
    ...updates.flatMap(({ present, desired, version }) =>
      version === undefined ? [] : [{ ...desired, id: present.id, number: present.latest_version + 1 }],
    ),
    ...creations.flatMap((script) =>
      script.activeVersion === null ? [] : [{ ...script, number: script.activeVersion }],
    ),
  ];
  const libraries = upcoming.filter(({ type }) => type === "library");
  return new Map(
    libraries.map(({ id, name, number, content: { source, language, settings } }) => {
      const checksum = checksumOf({ source, language, settings });
      return [name, { id, name, version: number, language, source, checksum }];
    }),
  );
}
