import { readClock } from "../db/clock.ts";
import type { Queries } from "../db/tenant-scope.ts";
import type { ScriptSettings } from "../scripts/settings.ts";
import { planSchedule } from "./plan.ts";
import { deleteSchedule, upsertSchedule } from "./repository.ts";
import type { ScheduleOwner } from "./repository.ts";
import { findTimetable } from "./timetable.ts";

/** What is published of a scheduled script. */
export interface ScheduledScript {
  readonly settings: ScriptSettings;
  /** A script that is not active keeps its schedule, which begins anew when it is. */
  readonly isActive: boolean;
}

/** Makes the script's schedule be this one, or none when it is undefined, within the transaction that publishes it. */
export async function registerSchedule(
  queries: Queries,
  owner: ScheduleOwner,
  script: ScheduledScript | undefined,
): Promise<void> {
  const plan = script && planSchedule(owner.scriptId, script.settings);
  if (plan === undefined) {
    await deleteSchedule(queries, owner);
    return;
  }
  const now = script?.isActive === true ? await readClock(queries) : undefined;
  const nextTick = now && findTimetable(plan.cron, plan.timezone).next(now);
  await upsertSchedule(queries, owner, plan, nextTick ?? null);
}
