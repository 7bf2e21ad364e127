import type { Execution } from "../../../executions/execution.ts";
import { StatusBadge } from "../../../web/parts/status-badge.tsx";
import { Duration, RelativeTime } from "../../../web/parts/times.tsx";
import type { Script } from "../../script.ts";
import type { TenantView } from "./links.ts";

export const RECENT_EXECUTIONS = 10;

export interface RecentExecutionsProps {
  readonly view: TenantView;
  readonly script: Pick<Script, "name">;
  /** Newest first. */
  readonly executions: readonly Execution[];
  readonly isEmbedded: boolean;
  readonly isSwap?: boolean;
}

/** The last executions of a script, those of its draft among them. */
export function RecentExecutions({
  view,
  script,
  executions,
  isEmbedded,
  isSwap = false,
}: RecentExecutionsProps) {
  const { scriptEditor: t } = view.t;
  return (
    <div id="recent-executions" hx-swap-oob={isSwap ? "true" : undefined}>
      {executions.length === 0 ? (
        <p class="dim">{t.noExecutions}</p>
      ) : (
        <ul class="recent-executions">
          {executions.map((execution) => (
            <RecentExecution view={view} execution={execution} isEmbedded={isEmbedded} />
          ))}
        </ul>
      )}
      {!isEmbedded && <a href={view.href("/executions", { script: script.name })}>{t.allExecutions}</a>}
    </div>
  );
}

interface RecentExecutionProps {
  readonly view: TenantView;
  readonly execution: Execution;
  readonly isEmbedded: boolean;
}

function RecentExecution({ view, execution, isEmbedded }: RecentExecutionProps) {
  const { id, status, version, createdAt, durationMs } = execution;
  const { draftVersion, version: nameVersion } = view.t.scriptEditor;
  const badge = <StatusBadge status={status} view={view} />;
  return (
    <li>
      {isEmbedded ? badge : <a href={view.href(`/executions/${id}`)}>{badge}</a>}
      <span>{version === 0 ? draftVersion : nameVersion(version)}</span>
      <Duration ms={durationMs} view={view} />
      <RelativeTime at={createdAt} view={view} />
    </li>
  );
}
