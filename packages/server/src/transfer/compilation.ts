import { SkerryError } from "../problems/errors.ts";
import { compileContent } from "../scripts/content.ts";
import type { CompiledContent, Content } from "../scripts/content.ts";
import { locateErrors } from "./desired-script.ts";
import type { ImportPlan } from "./plan.ts";

/** What came of compiling each content of a plan. */
export type CompiledVersions = ReadonlyMap<object, CompiledContent>;

/** Saves of others take turns with those of an import, so it holds up nobody; but it must end. */
const MAX_COMPILATION_MS = 60_000;

/** Compiles all that becomes a version. @throws SkerryError `SCRIPT_COMPILE` or `SCRIPT_TOO_COMPLEX` of the first that fails. */
export async function compilePlan({ creations, updates }: ImportPlan): Promise<CompiledVersions> {
  const compiled = new Map<object, CompiledContent>();
  const end = performance.now() + MAX_COMPILATION_MS;
  for (const { name, path, content } of listVersions({ creations, updates })) {
    if (performance.now() > end) {
      const message = `Compiling the document takes more than ${MAX_COMPILATION_MS} ms. Import it in parts.`;
      throw new SkerryError("SCRIPT_TOO_COMPLEX", message);
    }
    compiled.set(content, await locateErrors(path, () => compileContent(name, content)));
  }
  return compiled;
}

interface PlannedVersion {
  readonly name: string;
  readonly path: string;
  readonly content: Content;
}

function listVersions({
  creations,
  updates,
}: Pick<ImportPlan, "creations" | "updates">): readonly PlannedVersion[] {
  return [
    ...updates.flatMap(({ desired: { name, path }, version }) =>
      version === undefined ? [] : [{ name, path, content: version }],
    ),
    ...creations.flatMap(({ name, path, versions }) => versions.map((content) => ({ name, path, content }))),
  ];
}
