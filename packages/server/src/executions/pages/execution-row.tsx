import { scriptPath } from "../../scripts/pages/script-path.ts";
import { StatusBadge } from "../../web/parts/status-badge.tsx";
import { Duration, RelativeTime } from "../../web/parts/times.tsx";
import type { View } from "../../web/view.ts";
import type { Execution } from "../execution.ts";
import type { ScriptName } from "../repository.ts";

export interface ExecutionRowProps {
  readonly view: View;
  readonly execution: Execution;
  readonly script: ScriptName | undefined;
}

export function ExecutionRow({ view, execution, script }: ExecutionRowProps) {
  const t = view.t.executions;
  const { id, trigger, status, queuedMs, durationMs, cpuMs, attempt } = execution;
  return (
    <tr>
      {view.can("scripts.execute") && (
        <td class="check-cell">
          <input type="checkbox" name="ids" value={id} aria-label={t.selectOne(shortId(id))} />
        </td>
      )}
      <th scope="row">
        <a class="name mono" href={view.href(`/executions/${id}`)} title={id}>
          {shortId(id)}
        </a>
      </th>
      <td>
        <StatusBadge status={status} view={view} />
      </td>
      <td>
        <ScriptLink view={view} execution={execution} script={script} />
      </td>
      <td>{t.triggers[trigger]}</td>
      <td>
        <RelativeTime at={momentOfRow(execution)} view={view} />
      </td>
      <td class="number">
        <Duration ms={queuedMs} view={view} />
      </td>
      <td class="number">
        <Duration ms={durationMs} view={view} />
      </td>
      <td class="number">
        <Duration ms={cpuMs} view={view} />
      </td>
      <td class="number">{attempt}</td>
    </tr>
  );
}

export function ScriptLink({ view, execution: { scriptId, version }, script }: ExecutionRowProps) {
  const t = view.t.executions;
  const shown = version === 0 ? t.draft : t.version(version);
  if (script === undefined || script.isDeleted || !view.can("scripts.read")) {
    return (
      <>
        {script?.name ?? shortId(scriptId)}{" "}
        <span class="dim">{script?.isDeleted === true ? t.deleted : shown}</span>
      </>
    );
  }
  return (
    <>
      <a href={view.href(scriptPath({ id: scriptId, name: script.name }))}>{script.name}</a>{" "}
      <span class="dim">{shown}</span>
    </>
  );
}

/** The end of an id tells it from its neighbours; the beginning is the time. */
export function shortId(id: string): string {
  return id.slice(-8);
}

/** When it started, else when it may, else when it was asked for. */
function momentOfRow({ startedAt, startAfter, createdAt }: Execution): Date {
  return startedAt ?? startAfter ?? createdAt;
}
