import { ConfirmButton } from "../../web/parts/confirm-button.tsx";
import { Icon } from "../../web/parts/icon.tsx";
import { LiveLog } from "../../web/parts/live-log.tsx";
import { PageHeader } from "../../web/parts/page-header.tsx";
import { StatusBadge } from "../../web/parts/status-badge.tsx";
import type { View } from "../../web/view.ts";
import type { ExecutionDetails } from "./details.ts";
import { ExecutionFacts } from "./execution-facts.tsx";
import { ExecutionOutcome } from "./execution-outcome.tsx";
import { ScriptLink, shortId } from "./execution-row.tsx";
import { JsonPanel } from "./json-panel.tsx";

export interface ExecutionPageProps {
  readonly view: View;
  readonly details: ExecutionDetails;
}

/** One execution. Until it has ended, its standing, outcome and facts are asked for anew; its log follows by itself. */
export function ExecutionPage({ view, details }: ExecutionPageProps) {
  const t = view.t.executions;
  const { execution, log } = details;
  return (
    <>
      <Standing view={view} details={details} />
      <div class="columns">
        <div class="stack">
          <ExecutionOutcome view={view} details={details} />
          <section class="stack" aria-labelledby="log-title">
            <h2 id="log-title">{view.t.parts.log}</h2>
            <LiveLog
              view={view}
              executionId={execution.id}
              isLive={execution.completedAt === null || log.nextCursor !== null}
              lines={log.items}
            />
          </section>
          <JsonPanel view={view} title={t.input} value={execution.input} />
        </div>
        <ExecutionFacts view={view} details={details} />
      </div>
    </>
  );
}

function Standing({ view, details }: ExecutionPageProps) {
  const t = view.t.executions;
  const { execution, script } = details;
  const { id, completedAt, status, progress } = execution;
  const polling = completedAt === null && {
    "hx-get": view.href(`/executions/${id}`),
    "hx-trigger": "every 2s, log:end from:body",
    "hx-select": "#standing",
    "hx-select-oob": "#outcome,#facts",
    "hx-swap": "outerHTML",
  };
  const title = (
    <>
      {t.titleOf(shortId(id))} <StatusBadge status={status} view={view} />
    </>
  );
  return (
    <div id="standing" class="stack" {...polling}>
      <PageHeader title={title} note={<ScriptLink view={view} execution={execution} script={script} />}>
        {view.can("scripts.execute") && <Actions view={view} details={details} />}
      </PageHeader>
      <div aria-live="polite">
        {completedAt === null && progress !== null && (
          <label class="progress">
            <span>{progress.message ?? t.progress}</span>
            <progress value={progress.value} max={1} />
          </label>
        )}
      </div>
    </div>
  );
}

function Actions({ view, details }: ExecutionPageProps) {
  const t = view.t.executions;
  const { execution } = details;
  const path = `/executions/${execution.id}`;
  return (
    <>
      {execution.trigger !== "http" && (
        <a class="button" href={view.href(`${path}/replay`)}>
          <Icon name="replay" />
          {t.replay.action}
        </a>
      )}
      {(execution.completedAt === null || mayBeTriedAgain(details)) && (
        <ConfirmButton
          view={view}
          label={
            <>
              <Icon name="stop" />
              {t.cancel.action}
            </>
          }
          question={execution.completedAt === null ? t.cancel.question : t.cancel.retryQuestion}
          detail={execution.completedAt === null ? t.cancel.detail : t.cancel.retryDetail}
          action={view.href(`${path}/cancel`)}
        />
      )}
    </>
  );
}

/** Whether the last attempt failed and the script asks for more of them. */
function mayBeTriedAgain({ execution, program, attempts }: ExecutionDetails): boolean {
  const { jobId, status, attempt } = execution;
  if (jobId === null || (status !== "failed" && status !== "timeout")) return false;
  const isLast = attempts.every((other) => other.attempt <= attempt);
  return isLast && attempt < (program?.settings.retry?.attempts ?? 1);
}
