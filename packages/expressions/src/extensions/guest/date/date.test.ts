import { DateTime, Settings } from "luxon";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ExpressionExtensionError } from "../errors.ts";
import { dispatch } from "../index.ts";

const ZONE = "America/New_York";
const MOMENT = DateTime.fromISO("2024-03-10T12:34:56.789", { zone: ZONE });

beforeEach(() => {
  Settings.defaultZone = ZONE;
});
afterEach(() => {
  Settings.defaultZone = "system";
});

test("a Date gives a Date, a DateTime a DateTime in its own zone", () => {
  const tokyo = MOMENT.setZone("Asia/Tokyo");
  expect(dispatch(MOMENT.toJSDate(), "plus", [1, "day"])).toEqual(MOMENT.plus({ days: 1 }).toJSDate());
  expect(dispatch(tokyo, "plus", [1, "day"])).toEqual(tokyo.plus({ days: 1 }));
  expect(dispatch(MOMENT.toJSDate(), "extract", ["hour"])).toBe(12);
  expect(dispatch(tokyo, "extract", ["hour"])).toBe(1);
});

test.each(["ms", "sec", "secs", "min", "mins", "hr", "hrs", "hour", "hours"])("%s is a unit", (unit) => {
  expect(Number(dispatch(MOMENT, "plus", [1, unit]))).toBeGreaterThan(Number(MOMENT));
});

describe("texts in arguments", () => {
  test("mean the time zone of the evaluation, as everywhere", () => {
    const evening = DateTime.fromISO("2024-03-09T22:00:00", { zone: ZONE });
    expect(dispatch(evening, "isBetween", ["2024-03-09", "2024-03-10"])).toBe(true);
    expect(dispatch(evening, "diffTo", ["2024-03-09", "hours"])).toBe(22);
  });

  test.each([
    ["2024-05-06 07:08:09", "2024-05-06T07:08:09.000-04:00"],
    ["2024-05-06T07:08:09+02:00", "2024-05-06T07:08:09.000+02:00"],
    ["Mon, 06 May 2024 07:08:09 GMT", "2024-05-06T07:08:09.000Z"],
    ["Mon, 06 May 2024 07:08:09 +0200", "2024-05-06T07:08:09.000+02:00"],
  ])("%s is read", (text, iso) => {
    expect((dispatch(text, "toDateTime") as DateTime).toISO()).toBe(iso);
  });
});

test("parts are numbers and texts, not Luxon's own functions", () => {
  expect(dispatch(MOMENT, "extract", ["zoneName"])).toBe(ZONE);
  for (const part of ["bogus", "toISO", "constructor", "_zone"]) {
    expect(dispatch(MOMENT, "extract", [part])).toBeUndefined();
  }
});

test("bad arguments are errors, loud ones where they are recorded", () => {
  expect(() => dispatch(MOMENT, "diffTo", ["2024-01-01", "eons"])).toThrow(ExpressionExtensionError);
  expect(() => dispatch(MOMENT, "diffTo", [{}])).toThrow(ExpressionExtensionError);
  expect(() => dispatch(MOMENT, "isBetween", ["2024-01-01"])).toThrow(ExpressionExtensionError);
  expect(() => dispatch(MOMENT, "isBetween", ["bad", "2024-01-01"])).toThrow(TypeError);
  expect(() => dispatch(MOMENT.toJSDate(), "diffTo", ["2024-01-01"])).toThrow(/write \.toDateTime\(\)/);
  expect(() => dispatch(MOMENT, "plus", [1, 5])).toThrow(TypeError);
  expect(() => dispatch(1, "toDateTime", ["min"])).toThrow(ExpressionExtensionError);
  expect(() => dispatch("1".repeat(100_000), "toDateTime")).toThrow(ExpressionExtensionError);
});
