import { describe, expect, test } from "vitest";
import type { MisfirePolicy, OverlapPolicy } from "../db/tables/schedules.ts";
import { MISSED_TICKS_MAX, planFiring } from "./firing-plan.ts";
import type { Firing } from "./firing-plan.ts";
import type { DueRow } from "./repository.ts";

/** Every minute; the tick of 12:00 is due. */
function dueRow(change: Partial<DueRow> = {}): DueRow {
  return {
    tenant_id: "acme",
    script_id: "0198c0de-0000-7000-8000-000000000001",
    cron: "* * * * *",
    timezone: "UTC",
    overlap: "skip",
    misfire: "once",
    jitter_ms: 0,
    offset_ms: 0,
    retry: {},
    concurrency_limit: null,
    next_run_at: at("12:00:00"),
    caught_up: 0,
    last_tick_at: at("11:59:00"),
    last_execution_id: null,
    skipped_ticks: 0,
    last_misfire_at: null,
    tenant_status: "active",
    is_busy: false,
    ...change,
  };
}

function at(time: string): Date {
  return new Date(`2026-11-22T${time}Z`);
}

function timesOf({ runs }: Firing): string[] {
  return runs.map(({ scheduledAt }) => scheduledAt.toISOString().slice(11, 19));
}

/** Plans again and again, as the ticker does, until nothing is due. */
function planAll(row: DueRow, now: Date): { readonly times: string[]; readonly last: Firing } {
  const times: string[] = [];
  let present = row;
  for (;;) {
    const last = planFiring(present, now);
    times.push(...timesOf(last));
    if (last.nextTick === null || last.nextTick > now) return { times, last };
    present = { ...present, next_run_at: last.nextTick, caught_up: last.caughtUp };
  }
}

test("a tick knows the one that ran before it and the one that comes", () => {
  const firing = planFiring(dueRow(), at("12:00:00.400"));
  expect(firing).toEqual({
    runs: [{ scheduledAt: at("12:00:00"), previousAt: at("11:59:00"), nextAt: at("12:01:00") }],
    skipped: 0,
    isMisfire: false,
    caughtUp: 0,
    nextTick: at("12:01:00"),
  });
});

describe("overlap", () => {
  test.each<[OverlapPolicy, boolean, string[], number]>([
    ["skip", true, [], 1],
    ["skip", false, ["12:00:00"], 0],
    ["queue", true, ["12:00:00"], 0],
    ["allow", true, ["12:00:00"], 0],
  ])("%s, with one that runs: %s", (overlap, is_busy, times, skipped) => {
    const firing = planFiring(dueRow({ overlap, is_busy }), at("12:00:00"));
    expect([timesOf(firing), firing.skipped]).toEqual([times, skipped]);
  });

  test("skip counts every tick that is due beside the one that runs", () => {
    const firing = planFiring(dueRow({ cron: "* * * * * *" }), at("12:00:04"));
    expect([timesOf(firing), firing.skipped, firing.nextTick]).toEqual([["12:00:00"], 4, at("12:00:05")]);
  });
});

describe("misfire", () => {
  test.each<[MisfirePolicy, string[]]>([
    ["skip", []],
    ["once", ["12:05:00"]],
    ["all", ["12:00:00", "12:01:00", "12:02:00", "12:03:00", "12:04:00", "12:05:00"]],
  ])("%s, back 40 s after the newest tick", (misfire, times) => {
    const firing = planFiring(dueRow({ misfire }), at("12:05:40"));
    expect([timesOf(firing), firing.nextTick]).toEqual([times, at("12:06:00")]);
    expect([firing.isMisfire, firing.skipped]).toEqual([misfire !== "all", 0]);
  });

  test("skip still runs a tick that is less than 30 s late", () => {
    expect(timesOf(planFiring(dueRow({ misfire: "skip" }), at("12:05:30")))).toEqual(["12:05:00"]);
    expect(timesOf(planFiring(dueRow({ misfire: "skip" }), at("12:05:30.001")))).toEqual([]);
  });

  test("once tells the run when the one before it was", () => {
    const [run] = planFiring(dueRow(), at("12:05:40")).runs;
    expect(run).toEqual({ scheduledAt: at("12:05:00"), previousAt: at("11:59:00"), nextAt: at("12:06:00") });
  });

  test("all runs each missed tick once and in order, however many transactions that takes", () => {
    const { times } = planAll(dueRow({ misfire: "all" }), at("13:39:40"));
    expect(times).toHaveLength(100);
    expect(new Set(times).size).toBe(100);
    expect(times.toSorted()).toEqual(times);
    expect([times[0], times.at(-1)]).toEqual(["12:00:00", "13:39:00"]);
  });

  test("all gives up what is missed beyond 1,000 ticks, and says so", () => {
    const now = new Date(at("12:00:00").getTime() + 3 * 24 * 3_600_000 + 40_000);
    const { times, last } = planAll(dueRow({ misfire: "all" }), now);
    expect(times).toHaveLength(MISSED_TICKS_MAX);
    expect(last).toMatchObject({ isMisfire: true, caughtUp: 0, runs: [] });
  });

  test("does not count what is missed: a month of seconds costs no more than one", () => {
    const now = new Date(at("12:00:00").getTime() + 31 * 24 * 3_600_000);
    const begun = process.threadCpuUsage();
    for (const misfire of ["skip", "once"] as const) planAll(dueRow({ cron: "* * * * * *", misfire }), now);
    expect(process.threadCpuUsage(begun).user).toBeLessThan(1_000_000);
  });
});

test("jitter moves runs, not the times that they are for", () => {
  const row = dueRow({ jitter_ms: 5_000, offset_ms: 4_200, next_run_at: at("12:00:04.200") });
  const firing = planFiring(row, at("12:00:04.200"));
  expect([timesOf(firing), firing.nextTick]).toEqual([["12:00:00"], at("12:01:00")]);
});

test("the ticks of a suspended tenant are left out and not made up for", () => {
  const row = dueRow({ misfire: "all", overlap: "queue", tenant_status: "suspended" });
  const firing = planFiring(row, at("12:05:40"));
  expect(firing).toEqual({ runs: [], skipped: 0, isMisfire: false, caughtUp: 0, nextTick: at("12:06:00") });
});
