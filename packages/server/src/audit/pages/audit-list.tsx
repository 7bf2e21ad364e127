import type { Page } from "../../rest/paging.ts";
import { EmptyState } from "../../web/parts/empty-state.tsx";
import { FilterBar } from "../../web/parts/filter-bar.tsx";
import { PageHeader } from "../../web/parts/page-header.tsx";
import { Pager } from "../../web/parts/pager.tsx";
import { TableHead } from "../../web/parts/table-head.tsx";
import type { View } from "../../web/view.ts";
import type { AuditHead, AuditRecord } from "../record.ts";
import { AuditRow } from "./audit-row.tsx";
import { ChainMark } from "./chain-mark.tsx";
import { EXPORT_FORMATS } from "./export.ts";
import type { AuditFilters } from "./routes.tsx";

export interface AuditListProps {
  readonly view: View;
  readonly title: string;
  readonly query: AuditFilters & { readonly limit: number; readonly cursor?: string | undefined };
  readonly records: Page<AuditRecord>;
  readonly head: AuditHead;
  /** Of those who did it, where they are known. */
  readonly names: ReadonlyMap<string, string>;
}

/** What was changed, newest first. */
export function AuditList({ view, title, query, records, head, names }: AuditListProps) {
  const t = view.t.audit;
  const { limit: _, ...shown } = query;
  const { cursor: _cursor, ...filters } = shown;
  return (
    <>
      <PageHeader title={title} note={t.note}>
        {EXPORT_FORMATS.map((format) => (
          <a class="button" download href={view.href("/audit/export", { ...filters, format })}>
            {t.exportAs} {format.toUpperCase()}
          </a>
        ))}
      </PageHeader>
      <ChainMark view={view} head={head} />
      <AuditFilterBar view={view} filters={filters} />
      <div id="list" class="scroll">
        {records.items.length === 0 ? (
          <EmptyState title={t.none} text={t.noneText} />
        ) : (
          <table class="list" aria-label={t.list}>
            <TableHead columns={[{ figures: t.number }, t.when, t.who, t.what, t.target, t.from, t.change]} />
            <tbody>
              {records.items.map((record) => (
                <AuditRow view={view} record={record} actorName={names.get(record.actor)} />
              ))}
            </tbody>
          </table>
        )}
      </div>
      <Pager view={view} path="/audit" query={shown} nextCursor={records.nextCursor} />
    </>
  );
}

function AuditFilterBar({ view, filters }: { readonly view: View; readonly filters: AuditFilters }) {
  const t = view.t.audit;
  return (
    <FilterBar view={view} path="/audit">
      <input
        type="search"
        name="action"
        value={filters.action}
        placeholder={t.action}
        aria-label={t.action}
      />
      <input type="search" name="actor" value={filters.actor} placeholder={t.actor} aria-label={t.actor} />
      <input
        type="search"
        name="target"
        value={filters.target}
        placeholder={t.targetId}
        aria-label={t.targetId}
      />
      <label>
        {t.since} <input type="date" name="since" value={filters.since} />
      </label>
      <label>
        {t.until} <input type="date" name="until" value={filters.until} />
      </label>
    </FilterBar>
  );
}
