import type { View } from "../../web/view.ts";

/** Names of users by their ids. */
export type AuthorNames = ReadonlyMap<string, string>;

export interface AuthorProps {
  readonly view: View;
  /** As versions keep it, e.g. `user:0198…`. */
  readonly author: string;
  readonly names: AuthorNames;
}

/** Who published a version: by name where it is a user, else what kind of principal it was. */
export function Author({ view, author, names }: AuthorProps) {
  const [kind = "", id = ""] = author.split(":", 2);
  const kinds: Readonly<Record<string, string>> = view.t.scripts.versions.authors;
  return <span title={author}>{names.get(id) ?? kinds[kind] ?? kind}</span>;
}
