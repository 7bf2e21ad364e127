import type { View } from "../view.ts";
import { Icon } from "./icon.tsx";

export interface PagerProps {
  readonly view: View;
  readonly path: string;
  /** The query of this page: filters are kept in the links. */
  readonly query: Readonly<Record<string, unknown>>;
  readonly nextCursor: string | null;
}

/** Links to the first page and the next one; cursors lead forward only, and "back" is the browser's. */
export function Pager({ view, path, query, nextCursor }: PagerProps) {
  const { cursor, ...filters } = readQuery(query);
  return (
    <nav id="pager" class="pager" aria-label={view.t.parts.pages}>
      {cursor !== undefined && (
        <a class="button" href={view.href(path, filters)}>
          {view.t.parts.firstPage}
        </a>
      )}
      {nextCursor !== null && (
        <a class="button" rel="next" href={view.href(path, { ...filters, cursor: nextCursor })}>
          {view.t.parts.nextPage}
          <Icon name="chevron-right" />
        </a>
      )}
    </nav>
  );
}

/** A parsed query as the texts it came from. */
function readQuery(query: Readonly<Record<string, unknown>>): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(query)) {
    if (value instanceof Date) texts[name] = value.toISOString();
    else if (typeof value === "string" && value !== "") texts[name] = value;
    else if (typeof value === "number" || typeof value === "boolean") texts[name] = String(value);
  }
  return texts;
}
