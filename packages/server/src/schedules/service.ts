import { setImmediate as nextTurn } from "node:timers/promises";
import { requirePermission } from "../auth/principal.ts";
import type { Caller } from "../auth/principal.ts";
import { readClock } from "../db/clock.ts";
import type { Database } from "../db/open.ts";
import { withTenant } from "../db/tenant-scope.ts";
import { SkerryError } from "../problems/errors.ts";
import { createPage } from "../rest/paging.ts";
import type { Page } from "../rest/paging.ts";
import { requireScript } from "../scripts/lookup.ts";
import { listSchedules } from "./repository.ts";
import type { ListedRow, ScheduleFilter } from "./repository.ts";
import type { PreviewInput, Schedule, SchedulePreview } from "./schedule.ts";
import { findTimetable, listTicks } from "./timetable.ts";

/** When the scheduled scripts of a tenant run. They are changed by publishing their scripts. */
export interface ScheduleService {
  list(caller: Caller, query: ScheduleQuery): Promise<Page<Schedule>>;
  /** Of the script with this id or name. @throws SkerryError `SCRIPT_NOT_FOUND`, also where it has no schedule. */
  get(caller: Caller, idOrName: string): Promise<Schedule>;
  preview(caller: Caller, input: PreviewInput): Promise<SchedulePreview>;
}

/** Those schedules that fit all of it. */
export type ScheduleQuery = Omit<ScheduleFilter, "scriptId">;

const NEXT_RUNS = 5;

export function createScheduleService(database: Database): ScheduleService {
  return {
    async list(caller, query) {
      requirePermission(caller, "scripts.read");
      const rows = await withTenant(database, caller.tenantId, (queries) =>
        listSchedules(queries, caller.tenantId, query),
      );
      const shown = createPage(
        rows,
        query,
        ({ script_id }) => script_id,
        (row) => row,
      );
      const items: Schedule[] = [];
      for (const row of shown.items) {
        items.push(presentSchedule(row));
        // The ticks of a pattern that hardly ever fits take milliseconds, and a page may be full of such.
        await nextTurn();
      }
      return { ...shown, items };
    },

    async get(caller, idOrName) {
      requirePermission(caller, "scripts.read");
      const { tenantId } = caller;
      return await withTenant(database, tenantId, async (queries) => {
        const { id: scriptId, name } = await requireScript(queries, caller, idOrName);
        const [row] = await listSchedules(queries, tenantId, { scriptId, limit: 1 });
        if (row !== undefined) return presentSchedule(row);
        throw new SkerryError("SCRIPT_NOT_FOUND", `The script ${name} has no schedule.`);
      });
    },

    async preview(caller, { cron, timezone, count }) {
      requirePermission(caller, "scripts.read");
      const now = await withTenant(database, caller.tenantId, readClock);
      return { runs: listTicks(findTimetable(cron, timezone), now, count) };
    },
  };
}

function presentSchedule(row: ListedRow): Schedule {
  return {
    scriptId: row.script_id,
    scriptName: row.script_name,
    scriptStatus: row.script_status,
    cron: row.cron,
    timezone: row.timezone,
    overlap: row.overlap,
    misfire: row.misfire,
    jitterMs: row.jitter_ms,
    offsetMs: row.offset_ms,
    nextRuns: listNextRuns(row),
    lastRun: presentRun(row),
    skippedTicks: row.skipped_ticks,
    lastMisfireAt: row.last_misfire_at,
  };
}

/** The tick that waits, and those after it. */
function listNextRuns({ cron, timezone, next_run_at, offset_ms }: ListedRow): Date[] {
  if (next_run_at === null) return [];
  const next = new Date(next_run_at.getTime() - offset_ms);
  return [next, ...listTicks(findTimetable(cron, timezone), next, NEXT_RUNS - 1)];
}

function presentRun({ execution_id, execution_status, last_tick_at }: ListedRow): Schedule["lastRun"] {
  if (execution_id === null || execution_status === null || last_tick_at === null) return null;
  return { executionId: execution_id, status: execution_status, scheduledAt: last_tick_at };
}
