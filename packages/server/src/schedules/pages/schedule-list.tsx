import type { Page } from "../../rest/paging.ts";
import { PublishedScriptFilter } from "../../scripts/pages/published-script-filter.tsx";
import { EmptyState } from "../../web/parts/empty-state.tsx";
import { PageHeader } from "../../web/parts/page-header.tsx";
import { Pager } from "../../web/parts/pager.tsx";
import { TableHead } from "../../web/parts/table-head.tsx";
import type { View } from "../../web/view.ts";
import type { Schedule } from "../schedule.ts";
import type { ScheduleQuery } from "../service.ts";
import { CronTrial } from "./cron-trial.tsx";
import type { CronTrialFacts } from "./cron-trial.tsx";
import { ScheduleRow } from "./schedule-row.tsx";

export interface ScheduleListProps {
  readonly view: View;
  readonly query: Pick<ScheduleQuery, "search" | "status" | "cursor">;
  readonly schedules: Page<Schedule>;
  readonly trial: CronTrialFacts;
}

/** All schedules of a tenant, and a box to try a cron expression in. */
export function ScheduleList({ view, query, schedules, trial }: ScheduleListProps) {
  const t = view.t.schedules;
  return (
    <>
      <PageHeader title={t.title} note={t.note} />
      <PublishedScriptFilter view={view} path="/schedules" query={query} texts={t} />
      <div id="list" class="scroll">
        {schedules.items.length === 0 ? (
          <Nothing view={view} query={query} />
        ) : (
          <ScheduleTable view={view} schedules={schedules.items} />
        )}
      </div>
      <Pager view={view} path="/schedules" query={query} nextCursor={schedules.nextCursor} />
      <CronTrial view={view} trial={trial} />
    </>
  );
}

function ScheduleTable({
  view,
  schedules,
}: {
  readonly view: View;
  readonly schedules: readonly Schedule[];
}) {
  const t = view.t.schedules;
  return (
    <table class="list" aria-label={t.list}>
      <TableHead columns={[t.script, t.schedule, t.nextRuns, t.lastRun, t.policies, { unseen: t.actions }]} />
      <tbody>
        {schedules.map((schedule) => (
          <ScheduleRow view={view} schedule={schedule} />
        ))}
      </tbody>
    </table>
  );
}

function Nothing({ view, query: { search, status, cursor } }: Pick<ScheduleListProps, "view" | "query">) {
  const t = view.t.schedules;
  if (search !== undefined || status !== undefined || cursor !== undefined) {
    return <EmptyState title={t.noneFoundTitle} text={t.noneFoundText} />;
  }
  return (
    <EmptyState title={t.emptyTitle} text={t.emptyText}>
      <a class="button" href={view.href("/scripts", { type: "scheduled" })}>
        {t.emptyAction}
      </a>
    </EmptyState>
  );
}
