import { EmptyState } from "../../web/parts/empty-state.tsx";
import { PageHeader } from "../../web/parts/page-header.tsx";
import type { View } from "../../web/view.ts";
import { MAX_BATCH_SIZE } from "../batches/batch.ts";
import type { BatchAction, BatchSelection } from "../batches/batch.ts";
import type { ListFilter } from "./list-query.ts";

export interface BatchConfirmationProps {
  readonly view: View;
  readonly action: BatchAction;
  /** How many there are, up to one more than a batch takes. */
  readonly count: number;
  /** To go back to the list. */
  readonly filter: ListFilter;
  readonly selection: BatchSelection;
}

/** Names how many executions are replayed or cancelled, before they are. */
export function BatchConfirmation({ view, action, count, filter, selection }: BatchConfirmationProps) {
  const t = view.t.executions.batch;
  const back = view.href("/executions", filter);
  if (count === 0) {
    return (
      <>
        <PageHeader title={t.all[action]} />
        <EmptyState title={t.nothingTitle} text={t.nothing[action]}>
          <a class="button" href={back}>
            {t.back}
          </a>
        </EmptyState>
      </>
    );
  }
  return (
    <>
      <PageHeader title={t.questions[action](count, count > MAX_BATCH_SIZE)} />
      <form class="panel form" method="post" action={view.href("/executions/batch")}>
        <p>{t.meanings[action]}</p>
        {count > MAX_BATCH_SIZE && <p>{t.newestOnly(MAX_BATCH_SIZE)}</p>}
        <input type="hidden" name="action" value={action} />
        <input type="hidden" name="selection" value={JSON.stringify(selection)} />
        <div class="actions">
          <button class={action === "cancel" ? "danger" : "primary"}>{t.confirm[action]}</button>
          <a class="button" href={back}>
            {t.back}
          </a>
        </div>
      </form>
    </>
  );
}
