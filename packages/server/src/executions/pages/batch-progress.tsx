import { PageHeader } from "../../web/parts/page-header.tsx";
import { StatusBadge } from "../../web/parts/status-badge.tsx";
import type { View } from "../../web/view.ts";
import type { Batch } from "../batches/batch.ts";

export interface BatchProgressProps {
  readonly view: View;
  readonly batch: Batch;
}

/** How far a batch is; asked for anew until it is over. */
export function BatchProgress({ view, batch }: BatchProgressProps) {
  const t = view.t.executions.batch;
  const { id, action, total, done, refused, completedAt, requestId } = batch;
  const polling = completedAt === null && {
    "hx-get": view.href(`/executions/batches/${id}`),
    "hx-trigger": "every 1s",
    "hx-select": "#batch",
    "hx-swap": "outerHTML",
  };
  return (
    <div id="batch" class="stack" {...polling}>
      <PageHeader title={t.titles[action]} />
      <section class="panel" aria-live="polite">
        <StatusBadge status={completedAt === null ? "running" : "completed"} view={view} />
        <progress
          value={done + refused}
          max={Math.max(1, total, done + refused)}
          aria-label={t.titles[action]}
        />
        <p>
          {t.done[action](done, total)}
          {refused > 0 && ` ${t.refused(refused)}`}
        </p>
      </section>
      <div class="actions">
        {action === "replay" && requestId !== null && (
          <a class="button" href={view.href("/executions", { requestId })}>
            {t.showReplays}
          </a>
        )}
        <a class="button" href={view.href("/executions")}>
          {t.back}
        </a>
      </div>
    </div>
  );
}
