import type {
  Execution,
  ExecutionError,
  ExecutionLog,
  ExecutionProgress,
} from "../../../executions/execution.ts";
import { MAX_SHOWN_BYTES } from "../../../endpoints/response-start.ts";
import type { TrialAnswer } from "../../../endpoints/trial.ts";
import { CodeBlock } from "../../../web/parts/code-block.tsx";
import { KeyValues } from "../../../web/parts/key-values.tsx";
import { LiveLog } from "../../../web/parts/live-log.tsx";
import { formatBytes } from "../../../web/parts/quantities.ts";
import { StatusBadge } from "../../../web/parts/status-badge.tsx";
import { Duration } from "../../../web/parts/times.tsx";
import { linksOf } from "./links.ts";
import type { TenantView } from "./links.ts";
import { LineButton } from "./problem-list.tsx";
import type { EditorState } from "./state.ts";

export interface RunStatusProps {
  readonly view: TenantView;
  readonly state: EditorState;
  readonly execution: Execution;
  readonly isEmbedded: boolean;
}

/** An execution that has just been asked for: how it goes, and its log as it comes. */
export function RunView(props: RunStatusProps) {
  const { view, execution } = props;
  return (
    <>
      <RunStatus {...props} />
      <LiveLog view={view} executionId={execution.id} isLive={execution.completedAt === null} lines={[]} />
    </>
  );
}

/** How an execution goes, which it asks about by itself until it has ended, and then what came of it. */
export function RunStatus(props: RunStatusProps) {
  const { view, state, execution } = props;
  if (execution.completedAt !== null) return <RunEnd {...props} />;
  const links = linksOf(view, state.script);
  const { cancelRun } = view.t.scriptEditor;
  return (
    <div
      id="run-status"
      class="stack"
      hx-get={links.execution(execution.id)}
      hx-trigger="every 2s, log:end from:body"
      hx-swap="outerHTML"
    >
      <div class="row between">
        <StatusBadge status={execution.status} view={view} />
        <button
          type="button"
          class="small"
          hx-post={links.cancel(execution.id)}
          hx-target="#run-status"
          hx-swap="outerHTML"
        >
          {cancelRun}
        </button>
      </div>
      {execution.progress !== null && <Progress view={view} progress={execution.progress} />}
    </div>
  );
}

function Progress({ view, progress: { value, message } }: { view: TenantView; progress: ExecutionProgress }) {
  return (
    <label class="progress">
      <progress value={value} max={1} aria-label={view.t.scriptEditor.progress} />
      <span>{message ?? new Intl.NumberFormat(view.language, { style: "percent" }).format(value)}</span>
    </label>
  );
}

function RunEnd({ view, state, execution, isEmbedded }: RunStatusProps) {
  const { scriptEditor: t } = view.t;
  const { id, status, durationMs, cpuMs, memoryPeakBytes, output, error } = execution;
  const facts = [
    { label: t.duration, value: <Duration ms={durationMs} view={view} /> },
    { label: t.cpu, value: <Duration ms={cpuMs} view={view} /> },
    { label: t.memory, value: memoryPeakBytes === null ? "–" : formatBytes(memoryPeakBytes, view.language) },
  ];
  return (
    <div id="run-status" class="stack" data-execution={id}>
      <div class="row between">
        <StatusBadge status={status} view={view} />
        {!isEmbedded && <a href={view.href(`/executions/${id}`)}>{t.openExecution}</a>}
      </div>
      <KeyValues items={facts} />
      {error === null ? (
        <CodeBlock view={view} text={JSON.stringify(output, null, 2)} label={t.result} language="json" copy />
      ) : (
        <RunError view={view} state={state} error={error} />
      )}
    </div>
  );
}

/** An error with the author's line, which the editor marks as well. */
function RunError({ view, state, error }: { view: TenantView; state: EditorState; error: ExecutionError }) {
  const place = placeOf(error, state);
  return (
    <div class="run-error" data-marks-of="source">
      <p>
        <code>{error.code}</code> {error.message}
      </p>
      {place !== undefined && (
        <p class="mono" data-line={place.line} data-column={place.column} data-message={error.message}>
          <LineButton view={view} line={place.line} /> {place.text}
        </p>
      )}
      {error.stack !== undefined && (
        <CodeBlock view={view} text={error.stack} label={view.t.scriptEditor.failed} />
      )}
    </div>
  );
}

interface Place {
  readonly line: number;
  readonly column: number;
  readonly text: string;
}

/** The first place of a stack that lies in the author's own source. */
function placeOf({ stack = "" }: ExecutionError, { script, content }: EditorState): Place | undefined {
  const start = stack.indexOf(`${script.name}.${content.language}:`);
  const found = start === -1 ? null : /:(\d+):(\d+)/.exec(stack.slice(start));
  if (found === null) return undefined;
  const line = Number(found[1]);
  return { line, column: Number(found[2]), text: content.source.split("\n")[line - 1]?.trim() ?? "" };
}

interface TrialViewProps extends RunStatusProps {
  readonly answer: TrialAnswer;
  readonly lines: readonly ExecutionLog[];
}

/** What an `http` script answered to a request that its author made up. */
export function TrialView(props: TrialViewProps) {
  const { view, state, execution, answer, lines } = props;
  const { scriptEditor: t } = view.t;
  const { status, headers, text, isCut } = answer;
  return (
    <>
      <div class="row">
        <strong>
          {t.response} {status}
        </strong>
        <Duration ms={execution.durationMs} view={view} />
      </div>
      {execution.error !== null && <RunError view={view} state={state} error={execution.error} />}
      {text === "" ? (
        <p class="dim">{t.noBody}</p>
      ) : (
        <CodeBlock view={view} text={text} label={t.response} copy />
      )}
      {isCut && <p class="dim">{t.cut(formatBytes(MAX_SHOWN_BYTES, view.language))}</p>}
      <details>
        <summary>{t.responseHeaders}</summary>
        <CodeBlock view={view} text={formatHeaders(headers)} label={t.responseHeaders} />
      </details>
      <LiveLog view={view} executionId={execution.id} isLive={false} lines={lines} />
    </>
  );
}

function formatHeaders(headers: Headers): string {
  return [...headers].map(([name, value]) => `${name}: ${value}`).join("\n");
}
