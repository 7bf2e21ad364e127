import type { ErrorDetail } from "../problems/errors.ts";
import type { ScriptSettings } from "./settings.ts";

/** Finds what is wrong in the expressions that settings hold. */
export async function checkTemplates({ filter, concurrency }: ScriptSettings): Promise<ErrorDetail[]> {
  const templates = Object.entries({
    "settings.filter": filter,
    "settings.concurrency.key": concurrency?.key,
  });
  const written = templates.filter((entry): entry is [string, string] => entry[1] !== undefined);
  if (written.length === 0) return [];
  // Loaded only for those who write expressions: it takes longer than the rest of the platform.
  const { validateTemplate } = await import("@skerry/expressions");
  return written.flatMap(([path, template]) =>
    validateTemplate(template).map(({ message }) => ({ path, message })),
  );
}
