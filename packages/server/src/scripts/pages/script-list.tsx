import { SCRIPT_STATUSES, SCRIPT_TYPES } from "../../db/schema.ts";
import { EmptyState } from "../../web/parts/empty-state.tsx";
import { FilterBar } from "../../web/parts/filter-bar.tsx";
import { Pager } from "../../web/parts/pager.tsx";
import type { View } from "../../web/view.ts";
import type { ScriptsQuery } from "../script.ts";
import type { ListedScript } from "./listed-script.ts";
import { ScriptRow } from "./script-row.tsx";
import { TypeCards } from "./type-cards.tsx";

export interface ScriptListProps {
  readonly view: View;
  readonly query: ScriptsQuery;
  readonly listed: readonly ListedScript[];
  readonly nextCursor: string | null;
}

/** The scripts of a tenant, with the filters that stand in the address. */
export function ScriptList(props: ScriptListProps) {
  const { view, query, listed, nextCursor } = props;
  if (listed.length === 0 && !isFiltered(query)) return <NoScripts view={view} />;
  return (
    <>
      <ScriptFilters view={view} query={query} />
      <div id="list" class="scroll">
        {listed.length === 0 ? (
          <EmptyState title={view.t.scripts.nothingFits} text={view.t.scripts.nothingFitsText} />
        ) : (
          <ScriptTable view={view} listed={listed} />
        )}
      </div>
      <Pager view={view} path="/scripts" query={query} nextCursor={nextCursor} />
    </>
  );
}

/** Whether a list without scripts says nothing about what there is. */
export function isFiltered({ limit: _limit, ...filters }: ScriptsQuery): boolean {
  return Object.values(filters).some((value) => value !== undefined);
}

function ScriptFilters({ view, query }: Pick<ScriptListProps, "view" | "query">) {
  const { scripts, parts } = view.t;
  return (
    <FilterBar view={view} path="/scripts">
      <input
        type="search"
        name="search"
        value={query.search}
        maxlength={100}
        placeholder={scripts.filterByName}
        aria-label={scripts.filterByName}
        aria-keyshortcuts="/"
        autocomplete="off"
        spellcheck={false}
      />
      <select name="type" aria-label={scripts.filterType}>
        <option value="">{scripts.anyType}</option>
        {SCRIPT_TYPES.map((type) => (
          <option value={type} selected={type === query.type}>
            {scripts.types[type]}
          </option>
        ))}
      </select>
      <select name="status" aria-label={scripts.filterStatus}>
        <option value="">{scripts.anyStatus}</option>
        {SCRIPT_STATUSES.map((status) => (
          <option value={status} selected={status === query.status}>
            {parts.statuses[status]}
          </option>
        ))}
      </select>
      <input
        class="tag-filter"
        name="tag"
        value={query.tag}
        maxlength={50}
        placeholder={scripts.filterTag}
        aria-label={scripts.filterTag}
        autocomplete="off"
      />
    </FilterBar>
  );
}

function ScriptTable({ view, listed }: Pick<ScriptListProps, "view" | "listed">) {
  const { columns } = view.t.scripts;
  return (
    <table class="list scripts">
      <thead>
        <tr>
          <th scope="col">{columns.name}</th>
          <th scope="col">{columns.type}</th>
          <th scope="col">{columns.trigger}</th>
          <th scope="col" class="number">
            {columns.version}
          </th>
          {view.can("executions.read") && (
            <>
              <th scope="col">{columns.lastExecution}</th>
              <th scope="col">{columns.recent}</th>
            </>
          )}
          <th scope="col">{columns.status}</th>
          <th scope="col">
            <span class="visually-hidden">{columns.actions}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {listed.map((each) => (
          <ScriptRow view={view} listed={each} />
        ))}
      </tbody>
    </table>
  );
}

function NoScripts({ view }: { readonly view: View }) {
  const { empty, emptyText, emptyForViewers } = view.t.scripts;
  if (!view.can("scripts.create")) return <EmptyState title={empty} text={emptyForViewers} />;
  return (
    <>
      <EmptyState title={empty} text={emptyText} />
      <TypeCards view={view} />
    </>
  );
}
