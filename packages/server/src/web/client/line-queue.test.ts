import { expect, test } from "vitest";
import { createLineQueue } from "./line-queue.ts";

test("a flood leaves its newest lines, in order, in batches", () => {
  const queue = createLineQueue<number>(2_000);
  for (let start = 0; start < 20_000; start += 700) {
    queue.add(Array.from({ length: Math.min(700, 20_000 - start) }, (_, index) => start + index));
  }
  expect(queue.size).toBe(2_000);
  const batches = [queue.take(), queue.take(), queue.take(), queue.take(), queue.take()];
  expect(batches.map(({ length }) => length)).toEqual([500, 500, 500, 500, 0]);
  expect(batches.flat()).toEqual(Array.from({ length: 2_000 }, (_, index) => 18_000 + index));
});
