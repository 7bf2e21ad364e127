import type { Page } from "../../rest/paging.ts";
import { DurationDots } from "../../web/parts/duration-dots.tsx";
import { EmptyState } from "../../web/parts/empty-state.tsx";
import { Icon } from "../../web/parts/icon.tsx";
import { PageHeader } from "../../web/parts/page-header.tsx";
import { Pager } from "../../web/parts/pager.tsx";
import type { LinkQuery, View } from "../../web/view.ts";
import { BATCH_ACTIONS } from "../batches/batch.ts";
import type { Execution } from "../execution.ts";
import type { ScriptName } from "../repository.ts";
import { ExecutionFilters } from "./execution-filters.tsx";
import { ExecutionRow } from "./execution-row.tsx";
import type { ListFilter } from "./list-query.ts";

export interface ExecutionListProps {
  readonly view: View;
  readonly filter: ListFilter;
  readonly cursor: string | undefined;
  readonly page: Page<Execution>;
  /** Of the scripts of the page, by id. */
  readonly names: ReadonlyMap<string, ScriptName>;
  /** Names that the filter offers. */
  readonly scripts: readonly string[];
}

/** Executions, newest first. While one of them has not ended, the list asks for news. */
export function ExecutionList(props: ExecutionListProps) {
  const { view, filter, cursor, page, scripts } = props;
  return (
    <>
      <PageHeader title={view.t.executions.title} note={view.t.executions.note} />
      <ExecutionFilters view={view} filter={filter} scripts={scripts} />
      <Listed {...props} />
      <Pager view={view} path="/executions" query={{ ...filter, cursor }} nextCursor={page.nextCursor} />
    </>
  );
}

function Listed(props: ExecutionListProps) {
  const { view, filter, cursor, page } = props;
  const isLive = page.items.some(
    ({ completedAt, startAfter }) => completedAt === null && startAfter === null,
  );
  const polling = isLive && {
    "hx-get": view.href("/executions", { ...filter, cursor }),
    "hx-trigger": "every 3s",
    "hx-select": "#list",
    "hx-swap": "outerHTML",
  };
  return (
    <div id="list" class="stack" {...polling}>
      {page.items.length === 0 ? <Nothing {...props} /> : <Listing {...props} />}
    </div>
  );
}

function Listing(props: ExecutionListProps) {
  const { view, filter, page } = props;
  const ended = page.items.filter(({ durationMs }) => durationMs !== null).toReversed();
  return (
    <>
      {ended.length > 1 && (
        <DurationDots
          view={view}
          label={view.t.executions.durations}
          dots={ended.map(({ id, durationMs, status }) => ({
            href: view.href(`/executions/${id}`),
            durationMs: durationMs ?? 0,
            status,
          }))}
        />
      )}
      {view.can("scripts.execute") ? (
        <form class="stack selectable" method="get" action={view.href("/executions/batch")}>
          <BatchBar view={view} filter={filter} />
          <Table {...props} />
        </form>
      ) : (
        <Table {...props} />
      )}
    </>
  );
}

function Table({ view, page, names }: ExecutionListProps) {
  const t = view.t.executions;
  return (
    <div class="scroll" role="region" aria-label={t.title} tabindex={0}>
      <table class="list dense">
        <thead>
          <tr>
            {view.can("scripts.execute") && (
              <th scope="col" class="check-cell">
                <span class="visually-hidden">{t.select}</span>
              </th>
            )}
            <th scope="col">{t.execution}</th>
            <th scope="col">{t.status}</th>
            <th scope="col">{t.script}</th>
            <th scope="col">{t.trigger}</th>
            <th scope="col">{t.started}</th>
            <NumberHeader text={t.queued} />
            <NumberHeader text={t.duration} />
            <NumberHeader text={t.cpu} />
            <NumberHeader text={t.attempt} />
          </tr>
        </thead>
        <tbody>
          {page.items.map((execution) => (
            <ExecutionRow view={view} execution={execution} script={names.get(execution.scriptId)} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function NumberHeader({ text }: { readonly text: string }) {
  return (
    <th scope="col" class="number">
      {text}
    </th>
  );
}

/** What can be done with those that are selected, or with all that the filter lets through. */
function BatchBar({ view, filter }: { readonly view: View; readonly filter: ListFilter }) {
  const t = view.t.executions;
  return (
    <div class="batch-bar row">
      {Object.entries(filter).map(
        ([name, value]) => value !== undefined && <input type="hidden" name={name} value={value} />,
      )}
      {BATCH_ACTIONS.map((action) => (
        <>
          <button class="small selected" name="action" value={action}>
            <Icon name={action === "replay" ? "replay" : "stop"} />
            {t.batch.selected[action]}
          </button>
          <a
            class="button small all"
            href={view.href("/executions/batch", { ...filter, action } satisfies LinkQuery)}
          >
            <Icon name={action === "replay" ? "replay" : "stop"} />
            {t.batch.all[action]}
          </a>
        </>
      ))}
    </div>
  );
}

function Nothing({ view, filter, cursor }: ExecutionListProps) {
  const { noneFoundTitle, noneFoundText, emptyTitle, emptyText, emptyAction } = view.t.executions;
  const isFiltered = cursor !== undefined || Object.values(filter).some((value) => value !== undefined);
  if (isFiltered) return <EmptyState title={noneFoundTitle} text={noneFoundText} />;
  return (
    <EmptyState title={emptyTitle} text={emptyText}>
      <a class="button" href={view.href("/scripts")}>
        {emptyAction}
      </a>
    </EmptyState>
  );
}
