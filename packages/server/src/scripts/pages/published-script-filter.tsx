import { SCRIPT_STATUSES } from "../../db/schema.ts";
import type { ScriptStatus } from "../../db/schema.ts";
import { FilterBar } from "../../web/parts/filter-bar.tsx";
import type { View } from "../../web/view.ts";

export interface PublishedScriptFilterProps {
  readonly view: View;
  /** Of the list. */
  readonly path: string;
  readonly query: { readonly search?: string | undefined; readonly status?: ScriptStatus | undefined };
  readonly texts: {
    readonly search: string;
    readonly searchHint: string;
    readonly status: string;
    readonly anyStatus: string;
  };
}

/** Narrows a list of what scripts are started by; drafts are started by nothing. */
export function PublishedScriptFilter({ view, path, query, texts }: PublishedScriptFilterProps) {
  return (
    <FilterBar view={view} path={path}>
      <input
        type="search"
        name="search"
        value={query.search}
        placeholder={texts.searchHint}
        aria-label={texts.search}
        maxlength={100}
      />
      <select name="status" aria-label={texts.status}>
        <option value="">{texts.anyStatus}</option>
        {SCRIPT_STATUSES.filter((status) => status !== "draft").map((status) => (
          <option value={status} selected={status === query.status}>
            {view.t.parts.statuses[status]}
          </option>
        ))}
      </select>
    </FilterBar>
  );
}
