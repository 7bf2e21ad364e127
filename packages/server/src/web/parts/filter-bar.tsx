import type { PropsWithChildren } from "hono/jsx";
import type { View } from "../view.ts";

export interface FilterBarProps {
  readonly view: View;
  readonly path: string;
}

/**
 * A form of filters above a list, whose controls are its children. What is set is in the URL; while somebody types,
 * `#list` and `#pager` of the answer take the place of those of the page.
 */
export function FilterBar({ view, path, children }: PropsWithChildren<FilterBarProps>) {
  const url = view.href(path);
  const { filters, applyFilters, clearFilters } = view.t.parts;
  return (
    <form
      class="filters"
      role="search"
      aria-label={filters}
      method="get"
      action={url}
      hx-get={url}
      hx-trigger="submit, change target:select, input delay:250ms"
      hx-sync="this:replace"
      hx-target="#list"
      hx-select="#list"
      hx-select-oob="#pager"
      hx-swap="outerHTML"
      hx-push-url="true"
    >
      {children}
      <a class="clear" href={url}>
        {clearFilters}
      </a>
      <noscript>
        <button>{applyFilters}</button>
      </noscript>
    </form>
  );
}
