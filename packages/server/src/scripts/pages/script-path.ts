import type { Script } from "../script.ts";

/** Names under `/scripts` that are pages themselves. */
const PAGES: ReadonlySet<string> = new Set(["new"]);

/** Where the pages of a script are, below the tenant: by its name, or by its id where a page has that name. */
export function scriptPath({ id, name }: Pick<Script, "id" | "name">): string {
  return `/scripts/${PAGES.has(name) ? id : name}`;
}

/** Id of a script's row in the list, which what is done with the script swaps. */
export function rowIdOf({ id }: Pick<Script, "id">): string {
  return `script-${id}`;
}
