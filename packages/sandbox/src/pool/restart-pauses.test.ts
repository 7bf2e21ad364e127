import { expect, onTestFinished, test, vi } from "vitest";
import { RestartPauses } from "./restart-pauses.ts";

/** Pauses under a clock that the test moves. */
function openPauses(maxPauseMs: number) {
  vi.useFakeTimers({ toFake: ["performance", "setTimeout", "clearTimeout"] });
  const onEnd = vi.fn<() => void>();
  const pauses = new RestartPauses({ maxPauseMs, onEnd });
  onTestFinished(() => {
    pauses[Symbol.dispose]();
    vi.useRealTimers();
  });
  /** How long a tenant waits now, in ms. */
  const waitOf = (tenant: string): number => {
    const before = performance.now();
    while (pauses.isPaused(tenant)) vi.advanceTimersByTime(1);
    return performance.now() - before;
  };
  return { pauses, onEnd, waitOf };
}

test("a tenant's fourth loss within a minute makes it wait, each further one twice as long up to the most", () => {
  const { pauses, onEnd, waitOf } = openPauses(500);
  const waits = Array.from({ length: 8 }, () => {
    pauses.note("acme", "memory");
    expect(waitOf("other")).toBe(0);
    return waitOf("acme");
  });
  expect(waits).toEqual([0, 0, 0, 100, 200, 400, 500, 500]);
  vi.advanceTimersByTime(1);
  expect(onEnd).toHaveBeenCalledTimes(5);
});

test("losses are forgotten after a minute, and what the host closed is none", () => {
  const { pauses, waitOf } = openPauses(500);
  for (let index = 0; index < 10; index++) pauses.note("idle", "closed");
  expect(waitOf("idle")).toBe(0);
  for (let index = 0; index < 3; index++) pauses.note("acme", "crashed");
  vi.advanceTimersByTime(30_000);
  pauses.forgetOld();
  pauses.note("acme", "crashed");
  expect(waitOf("acme")).toBe(100);
  vi.advanceTimersByTime(60_000);
  pauses.forgetOld();
  pauses.note("acme", "crashed");
  expect(waitOf("acme")).toBe(0);
});

test("with 0 as the most nobody waits", () => {
  const { pauses, onEnd, waitOf } = openPauses(0);
  for (let index = 0; index < 10; index++) pauses.note("acme", "deadline");
  expect(waitOf("acme")).toBe(0);
  vi.advanceTimersByTime(60_000);
  expect(onEnd).not.toHaveBeenCalled();
});
