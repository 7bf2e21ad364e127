import { describe, expect, test } from "vitest";
import { findNearest, findTicks, splitAtGaps } from "./chart-scale.ts";

describe("lines of the grid are round and reach the greatest value", () => {
  test.each([
    [0, [0, 1]],
    [1, [0, 0.25, 0.5, 0.75, 1]],
    [0.3, [0, 0.1, 0.2, 0.3]],
    [7, [0, 2, 4, 6, 8]],
    [100, [0, 25, 50, 75, 100]],
    [1_234, [0, 500, 1_000, 1_500]],
    [9.9e9, [0, 2.5e9, 5e9, 7.5e9, 10e9]],
  ])("%d: %j", (max, ticks) => {
    expect(findTicks(max, 4)).toEqual(ticks);
  });
});

test("the nearest of ascending values is found at either end and between", () => {
  expect([-5, 14, 16, 99].map((sought) => findNearest([0, 10, 20, 30], sought))).toEqual([0, 1, 2, 3]);
});

test("a line is interrupted where values are missing", () => {
  expect(splitAtGaps([null, 1, 2, null, null, 3])).toEqual([
    [
      [1, 1],
      [2, 2],
    ],
    [[5, 3]],
  ]);
  expect(splitAtGaps([null])).toEqual([]);
});
