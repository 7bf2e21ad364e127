import type { Page } from "../../rest/paging.ts";
import { EmptyState } from "../../web/parts/empty-state.tsx";
import { FilterBar } from "../../web/parts/filter-bar.tsx";
import { Icon } from "../../web/parts/icon.tsx";
import { PageHeader } from "../../web/parts/page-header.tsx";
import { Pager } from "../../web/parts/pager.tsx";
import { StatusBadge } from "../../web/parts/status-badge.tsx";
import { RelativeTime } from "../../web/parts/times.tsx";
import { TableHead } from "../../web/parts/table-head.tsx";
import type { View } from "../../web/view.ts";
import type { EventSummary } from "../report.ts";
import { eventPath } from "./event-path.ts";

/** Filters as they stand in the address. */
export interface EventFilters {
  readonly type?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly cursor?: string | undefined;
}

export interface EventListProps {
  readonly view: View;
  readonly filters: EventFilters;
  /** To choose from. */
  readonly types: readonly string[];
  readonly events: Page<EventSummary>;
}

/** Deliveries that a row shows. */
const MAX_SHOWN = 3;

/** All events of a tenant, newest first. */
export function EventList({ view, filters, types, events }: EventListProps) {
  const t = view.t.events;
  return (
    <>
      <PageHeader title={t.title} note={t.note}>
        {view.can("events.publish") && (
          <a class="button primary" href={view.href("/publish-event")}>
            <Icon name="plus" />
            {t.publish}
          </a>
        )}
      </PageHeader>
      <FilterBar view={view} path="/events">
        <input
          type="search"
          name="type"
          list="event-types"
          value={filters.type}
          placeholder={t.typeHint}
          aria-label={t.type}
          maxlength={200}
          autocomplete="off"
        />
        <datalist id="event-types">
          {types.map((type) => (
            <option value={type} />
          ))}
        </datalist>
        <label>
          {t.from}
          <input type="datetime-local" name="from" value={filters.from} placeholder=" " />
        </label>
        <label>
          {t.to}
          <input type="datetime-local" name="to" value={filters.to} placeholder=" " />
        </label>
      </FilterBar>
      <div id="list" class="scroll">
        {events.items.length === 0 ? (
          <NoEvents view={view} filters={filters} />
        ) : (
          <EventTable view={view} events={events.items} />
        )}
      </div>
      <Pager view={view} path="/events" query={{ ...filters }} nextCursor={events.nextCursor} />
    </>
  );
}

function EventTable({ view, events }: { readonly view: View; readonly events: readonly EventSummary[] }) {
  const t = view.t.events;
  return (
    <table class="list" aria-label={t.list}>
      <TableHead columns={[t.type, t.payload, t.scripts, t.time]} />
      <tbody>
        {events.map((event) => (
          <EventRow view={view} event={event} />
        ))}
      </tbody>
    </table>
  );
}

function EventRow({ view, event }: { readonly view: View; readonly event: EventSummary }) {
  const { id, type, payloadStart, publishedAt } = event;
  return (
    <tr>
      <th scope="row">
        <a class="name mono" href={view.href(eventPath(id))}>
          {type}
        </a>
        <small class="mono truncate event-id">{id}</small>
      </th>
      <td>
        <code class="payload-start">{payloadStart}</code>
      </td>
      <td>
        <Deliveries view={view} event={event} />
      </td>
      <td>
        <RelativeTime at={publishedAt} view={view} />
      </td>
    </tr>
  );
}

function Deliveries({
  view,
  event: { deliveries, matched, filtered },
}: {
  readonly view: View;
  readonly event: EventSummary;
}) {
  const t = view.t.events;
  if (matched === null) return <span class="dim">{t.notHandedOut}</span>;
  if (deliveries.length === 0 && matched === 0) return <span class="dim">{t.nobody}</span>;
  return (
    <>
      {deliveries.slice(0, MAX_SHOWN).map(({ scriptName, state }) => (
        <div class="row">
          <StatusBadge status={state} view={view} />{" "}
          <a href={view.href(`/scripts/${scriptName}`)}>{scriptName}</a>
        </div>
      ))}
      {deliveries.length > MAX_SHOWN && <small class="dim">{t.more(deliveries.length - MAX_SHOWN)}</small>}
      {filtered !== null && filtered > 0 && <small class="dim">{t.filtered(filtered)}</small>}
    </>
  );
}

function NoEvents({ view, filters: { type, from, to, cursor } }: Pick<EventListProps, "view" | "filters">) {
  const t = view.t.events;
  if ([type, from, to, cursor].some((value) => value !== undefined)) {
    return <EmptyState title={t.noneFoundTitle} text={t.noneFoundText} />;
  }
  return <EmptyState title={t.emptyTitle} text={t.emptyText} />;
}
