import { LOG_LEVELS } from "@skerry/sandbox";
import type { ExecutionLog } from "../../executions/execution.ts";
import type { View } from "../view.ts";
import { Icon } from "./icon.tsx";
import { formatCount } from "./quantities.ts";

export interface LiveLogProps {
  readonly view: View;
  readonly executionId: string;
  /** Whether more lines may come. */
  readonly isLive: boolean;
  /** The lines that are known already. */
  readonly lines: readonly ExecutionLog[];
}

/**
 * The log of an execution. The element `<live-log>` reads the lines after `after` from `src` while the execution lives,
 * as the tenant, and makes the toolbar work, which is hidden until then.
 */
export function LiveLog({ view, executionId, isLive, lines }: LiveLogProps) {
  const { log, emptyLog, silentLog } = view.t.parts;
  const last = lines.at(-1);
  return (
    <live-log
      src={isLive ? view.link(`/api/v1/executions/${executionId}/logs`) : undefined}
      tenant={view.tenant?.id}
      after={last?.seq}
    >
      <LogToolbar view={view} isLive={isLive} count={lines.length} />
      <div class="log-lines" role="log" aria-live="off" aria-label={log} tabindex={0}>
        {lines.map((line) => (
          <LogLine line={line} />
        ))}
        <p class="log-empty" data-silent={silentLog}>
          {isLive ? emptyLog : silentLog}
        </p>
      </div>
    </live-log>
  );
}

function LogToolbar({ view, isLive, count }: { view: View; isLive: boolean; count: number }) {
  const { logLevels, shownLevels, searchLog, pauseLog, followLog, shownLines } = view.t.parts;
  return (
    <div class="log-toolbar" hidden>
      <div role="group" aria-label={shownLevels} class="log-levels">
        {LOG_LEVELS.map((level) => (
          <button type="button" class={`level ${level}`} aria-pressed="true" data-level={level}>
            {logLevels[level]}
          </button>
        ))}
      </div>
      <input type="search" placeholder={searchLog} aria-label={searchLog} />
      <output title={shownLines} aria-label={shownLines}>
        {formatCount(count, view.language)}
      </output>
      {isLive && (
        <button
          type="button"
          class="quiet"
          aria-pressed="false"
          data-pause={pauseLog}
          data-follow={followLog}
        >
          <Icon name="pause" />
          <span>{pauseLog}</span>
        </button>
      )}
    </div>
  );
}

/** One line, as the browser builds those that come later. */
function LogLine({ line }: { readonly line: ExecutionLog }) {
  return (
    <div class={`line ${line.level}`} data-seq={line.seq}>
      <time datetime={line.time.toISOString()}>{line.time.toISOString().slice(11, 23)}</time>
      <span class="level">{line.level}</span>
      <span class="text">
        {line.message}
        {line.fields !== null && <span class="fields"> {JSON.stringify(line.fields)}</span>}
      </span>
    </div>
  );
}
