import type { RecentExecution } from "../../executions/recent.ts";
import { Sparkline } from "../../web/parts/sparkline.tsx";
import { StatusBadge } from "../../web/parts/status-badge.tsx";
import { Nothing, RelativeTime } from "../../web/parts/times.tsx";
import type { View } from "../../web/view.ts";
import type { Script } from "../script.ts";
import type { ListedScript } from "./listed-script.ts";
import { ScriptMenu } from "./script-menu.tsx";
import { rowIdOf, scriptPath } from "./script-path.ts";
import { StatusSwitch } from "./status-switch.tsx";
import { describeTrigger } from "./trigger-words.ts";

/** One script in the list. */
export function ScriptRow({ view, listed }: { readonly view: View; readonly listed: ListedScript }) {
  const { script, settings, recent } = listed;
  const trigger = describeTrigger(view, { type: script.type, name: script.name, settings });
  return (
    <tr id={rowIdOf(script)}>
      <th scope="row">
        <ScriptName view={view} script={script} />
      </th>
      <td>{view.t.scripts.types[script.type]}</td>
      <td class={trigger.isMono ? "trigger mono" : "trigger"}>{trigger.text}</td>
      <td class="number">
        <ActiveVersion view={view} script={script} />
      </td>
      {recent && <RecentCells view={view} recent={recent} />}
      <td>
        <StatusSwitch view={view} script={script} />
      </td>
      <td class="actions-cell">
        <ScriptMenu view={view} script={script} />
      </td>
    </tr>
  );
}

function ScriptName({ view, script }: { readonly view: View; readonly script: Script }) {
  return (
    <>
      <a class="name" href={view.href(scriptPath(script))}>
        {script.name}
      </a>{" "}
      {script.tags.map((tag) => (
        <>
          <a class="tag" href={view.href("/scripts", { tag })}>
            {tag}
          </a>{" "}
        </>
      ))}
      {script.description !== "" && <small>{script.description}</small>}
    </>
  );
}

function ActiveVersion({ view, script }: { readonly view: View; readonly script: Script }) {
  const { activeVersion } = script;
  if (activeVersion === null) return <span class="dim">{view.t.scripts.unpublished}</span>;
  return <a href={view.href(`${scriptPath(script)}/versions`)}>{activeVersion}</a>;
}

function RecentCells({ view, recent }: { readonly view: View; readonly recent: readonly RecentExecution[] }) {
  const { scripts } = view.t;
  const [last] = recent;
  const bars = recent.map(({ durationMs, status }) => ({ value: durationMs ?? 0, status })).toReversed();
  const failed = recent.filter(({ status }) => status === "failed" || status === "timeout").length;
  return (
    <>
      <td>
        {last === undefined ? (
          <span class="dim">{scripts.neverRan}</span>
        ) : (
          <a class="last-execution" href={view.href(`/executions/${last.id}`)}>
            <StatusBadge status={last.status} view={view} /> <RelativeTime at={last.createdAt} view={view} />
          </a>
        )}
      </td>
      <td>
        {bars.length === 0 ? (
          <Nothing view={view} />
        ) : (
          <Sparkline values={bars} label={scripts.sparkline(bars.length, failed)} />
        )}
      </td>
    </>
  );
}
