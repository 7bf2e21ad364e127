import { describe, expect, test } from "vitest";
import { findCronProblem, findTimetable, listTicks } from "./timetable.ts";

function ticksFrom(cron: string, timezone: string, after: string, count: number): string[] {
  const ticks = listTicks(findTimetable(cron, timezone), new Date(after), count);
  return ticks.map((tick) => tick.toISOString().replace(":00.000Z", "Z"));
}

describe("where clocks skip an hour, or half of one", () => {
  test.each([
    // 02:00 becomes 03:00.
    ["Europe/Berlin", "30 2 * * *", "2026-03-28T12:00Z", ["2026-03-29T01:00Z", "2026-03-30T00:30Z"]],
    ["America/New_York", "30 2 * * *", "2026-03-07T12:00Z", ["2026-03-08T07:00Z", "2026-03-09T06:30Z"]],
    // 02:00 becomes 02:30.
    ["Australia/Lord_Howe", "15 2 * * *", "2026-10-03T12:00Z", ["2026-10-03T15:30Z", "2026-10-04T15:15Z"]],
  ])("in %s a daily time in the gap (%s) runs at its end", (timezone, cron, after, expected) => {
    expect(ticksFrom(cron, timezone, after, 2)).toEqual(expected);
  });

  test.each([
    ["Europe/Berlin", "*/30 2,3 * * *", "2026-03-29T00:00Z", ["2026-03-29T01:00Z", "2026-03-29T01:30Z"]],
    ["America/New_York", "*/30 2,3 * * *", "2026-03-08T06:00Z", ["2026-03-08T07:00Z", "2026-03-08T07:30Z"]],
    ["Australia/Lord_Howe", "*/15 2 * * *", "2026-10-03T15:00Z", ["2026-10-03T15:30Z", "2026-10-03T15:45Z"]],
  ])("in %s what recurs (%s) leaves the gap out", (timezone, cron, after, expected) => {
    expect(ticksFrom(cron, timezone, after, 2)).toEqual(expected);
  });
});

describe("where clocks repeat an hour, or half of one", () => {
  test.each([
    ["Europe/Berlin", "30 2 * * *", "2026-10-24T12:00Z", ["2026-10-25T00:30Z", "2026-10-26T01:30Z"]],
    ["America/New_York", "30 1 * * *", "2026-10-31T12:00Z", ["2026-11-01T05:30Z", "2026-11-02T06:30Z"]],
    ["Australia/Lord_Howe", "45 1 * * *", "2026-04-04T12:00Z", ["2026-04-04T14:45Z", "2026-04-05T15:15Z"]],
  ])("in %s a daily time (%s) runs at the first of the two only", (timezone, cron, after, expected) => {
    expect(ticksFrom(cron, timezone, after, 2)).toEqual(expected);
  });

  test.each([
    ["Europe/Berlin", "2026-10-25T00:10Z", ["2026-10-25T00:30Z", "2026-10-25T01:00Z", "2026-10-25T01:30Z"]],
    [
      "America/New_York",
      "2026-11-01T05:10Z",
      ["2026-11-01T05:30Z", "2026-11-01T06:00Z", "2026-11-01T06:30Z"],
    ],
    [
      "Australia/Lord_Howe",
      "2026-04-04T14:40Z",
      ["2026-04-04T15:00Z", "2026-04-04T15:30Z", "2026-04-04T16:00Z"],
    ],
  ])("in %s what recurs runs in both", (timezone, after, expected) => {
    expect(ticksFrom("*/30 * * * *", timezone, after, 3)).toEqual(expected);
  });
});

test("the last tick until a moment is the one that the ticks before it end with", () => {
  const patterns = ["30 2 * * *", "*/15 * * * *", "0 0 29 2 *", "@weekly", "*/7 * * * * *"];
  for (const cron of patterns) {
    for (const timezone of ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]) {
      const timetable = findTimetable(cron, timezone);
      for (const after of [
        "2026-03-28T10:00Z",
        "2026-10-24T23:50Z",
        "2026-11-01T05:10Z",
        "2026-04-04T14:40Z",
      ]) {
        const [first, second] = listTicks(timetable, new Date(after), 2) as [Date, Date];
        expect(timetable.last(first)).toEqual(first);
        expect(timetable.last(new Date(second.getTime() - 1))).toEqual(first);
      }
    }
  }
});

describe("what is wrong with a pattern is told with its place", () => {
  test.each([
    ["61 * * * *", 'minute "61" at character 1'],
    ["0 0 9 * * MON-FRY", 'day of week "MON-FRY" at character 11'],
    ["*/5 9-5 * * *", 'hour "9-5" at character 5'],
    ["0 0 30 2 *", "never fires"],
    ["@nope", "@yearly"],
    ["@reboot", "@yearly"],
    ["2026-11-22T12:00:00", "five fields"],
    ["* * * * * * *", "five fields"],
    ["", "five fields"],
  ])("%j", (cron, problem) => {
    expect(findCronProblem(cron)).toContain(problem);
  });

  test.each(["0 9 * * MON-FRI", "*/10 * * * * *", "@daily", "0 0 L * *", "0 12 * * FRI#2"])(
    "%j is good",
    (cron) => {
      expect(findCronProblem(cron)).toBeUndefined();
    },
  );
});
