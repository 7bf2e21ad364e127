import { MAX_NOTED_CALLS } from "@skerry/sandbox";
import { scriptPath } from "../../scripts/pages/script-path.ts";
import { Waterfall } from "../../web/parts/waterfall.tsx";
import type { View } from "../../web/view.ts";
import type { ExecutionError } from "../execution.ts";
import type { ExecutionDetails } from "./details.ts";
import { JsonPanel } from "./json-panel.tsx";
import { cutExcerpt, findPlace } from "./source-excerpt.ts";
import { describeTimeline } from "./timeline.ts";

export interface ExecutionOutcomeProps {
  readonly view: View;
  readonly details: ExecutionDetails;
}

/** How it ended, and what it did when. */
export function ExecutionOutcome({ view, details }: ExecutionOutcomeProps) {
  const t = view.t.executions;
  const { execution, calls } = details;
  const { error, status, output, startedAt, capabilityCalls } = execution;
  return (
    <div id="outcome" class="stack">
      {error !== null && <Failure view={view} details={details} error={error} />}
      {status === "completed" && <JsonPanel view={view} title={t.output} value={output} />}
      {startedAt !== null && execution.completedAt !== null && (
        <section class="panel" aria-labelledby="timeline-title">
          <h2 id="timeline-title">{t.timeline.title}</h2>
          <div class="timeline" tabindex={0} role="region" aria-labelledby="timeline-title">
            <Waterfall view={view} label={t.timeline.title} {...describeTimeline(view, execution, calls)} />
          </div>
          {(capabilityCalls ?? 0) > MAX_NOTED_CALLS && (
            <p class="dim">{t.timeline.firstCalls(MAX_NOTED_CALLS)}</p>
          )}
        </section>
      )}
    </div>
  );
}

interface FailureProps extends ExecutionOutcomeProps {
  readonly error: ExecutionError;
}

function Failure({ view, details, error }: FailureProps) {
  const t = view.t.executions;
  const { code, message, stack } = error;
  return (
    <section class="panel failure" aria-labelledby="error-title">
      <h2 id="error-title">{t.error}</h2>
      <p>
        <code class="code">{code}</code> {message}
      </p>
      <Excerpt view={view} details={details} error={error} />
      {stack !== undefined && (
        <details>
          <summary>{t.stack}</summary>
          <pre class="stack-trace">{stack}</pre>
        </details>
      )}
    </section>
  );
}

/** The author's source around the line that failed. A draft may be another one by now, and says so. */
function Excerpt({ view, details, error }: FailureProps) {
  const t = view.t.executions;
  const { execution, script, program } = details;
  const place = findPlace(error.stack);
  if (place === undefined || program === undefined || script === undefined) return null;
  const lines = cutExcerpt(program.source, place);
  return (
    <>
      <div class="scroll" tabindex={0} role="region" aria-label={t.source}>
        <ol class="excerpt" start={lines[0]?.number}>
          {lines.map(({ number, text, isMarked }) => (
            <li class={isMarked ? "marked" : undefined}>
              <span class="line-number">{number}</span>
              <code>{isMarked ? <mark>{text}</mark> : text}</code>
            </li>
          ))}
        </ol>
      </div>
      <p class="dim">
        <a href={view.href(scriptPath({ id: execution.scriptId, name: script.name }))}>{t.openInEditor}</a>{" "}
        {t.lineOf(place.line, place.column)} {execution.version === 0 && t.draftMayDiffer}
      </p>
    </>
  );
}
