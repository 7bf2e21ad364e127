import { expect, onTestFinished, test, vi } from "vitest";
import { Intake } from "./intake.ts";

/** An intake under a clock that the test moves. */
function openIntake(): Intake {
  vi.useFakeTimers({ toFake: ["performance"] });
  onTestFinished(() => void vi.useRealTimers());
  return new Intake();
}

test("a burst is taken at once, and what goes on is taken at 8 MB a second", () => {
  const intake = openIntake();
  expect(intake.take(160_000)).toBe(0);
  expect(intake.take(80_000)).toBe(10);
  expect(intake.take(80_000)).toBe(20);
  vi.advanceTimersByTime(20);
  expect(intake.take(0)).toBe(0);
});

test("nothing is saved up", () => {
  const intake = openIntake();
  vi.advanceTimersByTime(60_000);
  expect(intake.take(800_000)).toBe(80);
});
