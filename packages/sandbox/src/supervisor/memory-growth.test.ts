import { describe, expect, test } from "vitest";
import { describeMemoryLimit, MemoryGrowth } from "./memory-growth.ts";

const MEBIBYTE = 1024 * 1024;

describe("MemoryGrowth", () => {
  test("tells the most by which a runner grew beyond what it held at rest", () => {
    const sizes = [110, 170, 130].map((size) => size * MEBIBYTE);
    const growth = new MemoryGrowth(() => sizes.shift(), 100 * MEBIBYTE);
    expect([growth.look(), growth.look(), growth.look()]).toEqual(
      [10, 70, 70].map((size) => size * MEBIBYTE),
    );
    expect(growth.peakBytes).toBe(70 * MEBIBYTE);
  });

  test("tells nothing rather than what it cannot know", () => {
    expect(new MemoryGrowth(() => undefined, 100).look()).toBeNull();
    expect(new MemoryGrowth(() => 200, undefined).look()).toBeNull();
    // What an earlier execution left is used again.
    expect(new MemoryGrowth(() => 100, 100).look()).toBeNull();

    const shared = new MemoryGrowth(() => 200, 100);
    expect(shared.look()).toBe(100);
    shared.giveUp();
    expect([shared.look(), shared.peakBytes]).toEqual([null, null]);
  });
});

test.each([
  [71.6 * MEBIBYTE, "the script used 72 MB of memory, its limit memoryMb is 64 MB"],
  [12 * MEBIBYTE, "the script used more memory than it may, its limit memoryMb is 64 MB"],
  [null, "the script used more memory than it may, its limit memoryMb is 64 MB"],
])("a limit that was passed with %s bytes seen is told of", (usedBytes, message) => {
  expect(describeMemoryLimit(64, usedBytes)).toBe(message);
});
