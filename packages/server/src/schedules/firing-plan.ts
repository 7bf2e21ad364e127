import type { MisfirePolicy } from "../db/tables/schedules.ts";
import type { DueRow } from "./repository.ts";
import { findTimetable } from "./timetable.ts";
import type { Timetable } from "./timetable.ts";

/** A tick that is later than this was missed: the misfire policy says what becomes of it. */
export const MISSED_AFTER_MS = 30_000;
/** Missed ticks of one schedule that policy `all` runs in a row; those after are given up. */
export const MISSED_TICKS_MAX = 1_000;
/** Ticks of one schedule in one transaction; what is left is due at once. */
const TICKS_AT_ONCE = 20;

/** One run of a schedule. */
export interface Run {
  readonly scheduledAt: Date;
  /** The tick that was run before this one. */
  readonly previousAt: Date | null;
  /** The tick after this one. */
  readonly nextAt: Date | null;
}

/** What is to become of a schedule that is due. */
export interface Firing {
  readonly runs: readonly Run[];
  /** Ticks that are left out because the one before still runs. */
  readonly skipped: number;
  /** Whether ticks were missed and are not run one by one. */
  readonly isMisfire: boolean;
  /** How many missed ticks were run in a row. */
  readonly caughtUp: number;
  readonly nextTick: Date | null;
}

/**
 * Decides by the schedule's policies. Ticks run from `offset_ms` after their time. When the first due one is missed,
 * misfire `skip` leaves out all that were missed, `once` lets the newest due tick stand for all, and `all` runs them
 * one by one, the oldest first. A suspended tenant's ticks are left out, like those of a paused script.
 */
export function planFiring(row: DueRow, now: Date): Firing {
  const timetable = findTimetable(row.cron, row.timezone);
  const time = new Date(now.getTime() - row.offset_ms);
  if (row.tenant_status !== "active") {
    return { runs: [], skipped: 0, isMisfire: false, caughtUp: 0, nextTick: timetable.next(time) };
  }
  const tick = new Date(row.next_run_at.getTime() - row.offset_ms);
  const isMissed = time.getTime() - tick.getTime() > MISSED_AFTER_MS;
  const catchesUp = isMissed && row.misfire === "all" && row.caught_up < MISSED_TICKS_MAX;
  const isMisfire = isMissed && !catchesUp;
  const first = isMisfire ? firstAfterMisfire(row.misfire, timetable, time) : tick;
  const most = catchesUp ? Math.min(TICKS_AT_ONCE, MISSED_TICKS_MAX - row.caught_up) : TICKS_AT_ONCE;
  const { due, nextTick } = takeDue(timetable, first, time, most);

  // Missed ticks that are caught up with are not left out, but wait for each other.
  const count = row.overlap === "skip" && !catchesUp ? Math.min(due.length, row.is_busy ? 0 : 1) : due.length;
  return {
    runs: describeRuns(due, row.last_tick_at, nextTick).slice(0, count),
    skipped: due.length - count,
    isMisfire,
    caughtUp: catchesUp ? row.caught_up + due.length : 0,
    nextTick,
  };
}

/** Where to go on when missed ticks are not run one by one. */
function firstAfterMisfire(misfire: MisfirePolicy, timetable: Timetable, time: Date): Date | null {
  if (misfire === "once") return timetable.last(time);
  return timetable.next(new Date(time.getTime() - MISSED_AFTER_MS - 1));
}

/** The ticks from `first` to `time`, `most` of them at most, and the one that follows. */
function takeDue(
  timetable: Timetable,
  first: Date | null,
  time: Date,
  most: number,
): { readonly due: readonly Date[]; readonly nextTick: Date | null } {
  const due: Date[] = [];
  let tick = first;
  while (tick !== null && tick <= time && due.length < most) {
    due.push(tick);
    tick = timetable.next(tick);
  }
  return { due, nextTick: tick };
}

function describeRuns(due: readonly Date[], lastTick: Date | null, nextTick: Date | null): Run[] {
  return due.map((scheduledAt, index) => ({
    scheduledAt,
    previousAt: due[index - 1] ?? lastTick,
    nextAt: due[index + 1] ?? nextTick,
  }));
}
