import { expect, test } from "vitest";
import { formatValue } from "./chart-values.ts";

test.each([
  [0, "ms", "0"],
  [0.25, "count", "0.25"],
  [1_234, "count", "1.23k"],
  [90_000, "ms", "1.5 min"],
  [350, "ms", "350 ms"],
  [4_194_304, "bytes", "4.19 MB"],
] as const)("%d in %s is %s", (value, unit, text) => {
  expect(formatValue(value, unit)).toBe(text);
});
