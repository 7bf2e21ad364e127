import { Icon } from "../../web/parts/icon.tsx";
import { formatCount, formatDuration } from "../../web/parts/quantities.ts";
import { StatusBadge } from "../../web/parts/status-badge.tsx";
import { Nothing, RelativeTime } from "../../web/parts/times.tsx";
import type { View } from "../../web/view.ts";
import { describeCron } from "../cron-words.ts";
import type { Schedule } from "../schedule.ts";
import { ZonedTime } from "./zoned-time.tsx";

export interface ScheduleRowProps {
  readonly view: View;
  readonly schedule: Schedule;
}

/** One schedule of the list. Its buttons answer the row anew. */
export function ScheduleRow({ view, schedule }: ScheduleRowProps) {
  const { scriptId, scriptName, scriptStatus, cron, timezone, lastRun } = schedule;
  return (
    <tr id={rowId(scriptId)}>
      <th scope="row">
        <a class="name" href={view.href(`/scripts/${scriptName}`)}>
          {scriptName}
        </a>
        <small>
          <StatusBadge status={scriptStatus} view={view} />
        </small>
      </th>
      <td>
        {describeCron(cron, view.language)}
        <small>
          <code>{cron}</code> {timezone}
        </small>
      </td>
      <td>
        <NextRuns view={view} schedule={schedule} />
      </td>
      <td>
        {lastRun === null ? (
          <Nothing view={view} />
        ) : (
          <>
            <a href={view.href(`/executions/${lastRun.executionId}`)}>
              <StatusBadge status={lastRun.status} view={view} />
            </a>
            <small>
              <RelativeTime at={lastRun.scheduledAt} view={view} />
            </small>
          </>
        )}
      </td>
      <td>
        <Policies view={view} schedule={schedule} />
      </td>
      <td class="actions-cell">
        <Actions view={view} schedule={schedule} />
      </td>
    </tr>
  );
}

function NextRuns({ view, schedule: { nextRuns, timezone, jitterMs } }: ScheduleRowProps) {
  const t = view.t.schedules;
  const [next, ...later] = nextRuns;
  if (next === undefined) return <Nothing view={view} />;
  return (
    <>
      <ZonedTime at={next} timezone={timezone} view={view} />
      {jitterMs > 0 && <small>{t.jitter(formatDuration(jitterMs, view.language))}</small>}
      {later.length > 0 && (
        <details>
          <summary>{t.laterRuns(later.length)}</summary>
          <ol class="runs">
            {later.map((at) => (
              <li>
                <ZonedTime at={at} timezone={timezone} view={view} />
              </li>
            ))}
          </ol>
        </details>
      )}
    </>
  );
}

function Policies({ view, schedule: { overlap, misfire, skippedTicks, lastMisfireAt } }: ScheduleRowProps) {
  const t = view.t.schedules;
  return (
    <>
      <span title={t.overlapMeaning[overlap]}>{t.overlap[overlap]}</span>
      <small title={t.misfireMeaning[misfire]}>{t.misfire[misfire]}</small>
      {skippedTicks > 0 && (
        <small title={t.skippedMeaning}>{t.skippedTicks(formatCount(skippedTicks, view.language))}</small>
      )}
      {lastMisfireAt !== null && (
        <small>
          {t.misfiredAt} <RelativeTime at={lastMisfireAt} view={view} />
        </small>
      )}
    </>
  );
}

function Actions({ view, schedule: { scriptId, scriptName, scriptStatus } }: ScheduleRowProps) {
  const t = view.t.schedules;
  const at = (verb: string): string => view.href(`/schedules/${scriptName}/${verb}`);
  const change = scriptStatus === "active" ? "pause" : scriptStatus === "paused" ? "resume" : undefined;
  const canRun = scriptStatus === "active" || scriptStatus === "paused";
  return (
    <div class="row">
      {canRun && view.can("scripts.execute") && (
        <form method="post" action={at("run")} hx-post={at("run")} hx-swap="none">
          <button class="quiet small" aria-label={`${t.run}: ${scriptName}`}>
            <Icon name="play" />
            {t.run}
          </button>
        </form>
      )}
      {change !== undefined && view.can("scripts.update") && (
        <form
          method="post"
          action={at(change)}
          hx-post={at(change)}
          hx-target={`#${rowId(scriptId)}`}
          hx-swap="outerMorph"
        >
          <button class="quiet small" aria-label={`${t[change]}: ${scriptName}`}>
            <Icon name={change === "pause" ? "pause" : "replay"} />
            {t[change]}
          </button>
        </form>
      )}
    </div>
  );
}

function rowId(scriptId: string): string {
  return `schedule-${scriptId}`;
}
