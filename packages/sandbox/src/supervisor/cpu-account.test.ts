import { expect, onTestFinished, test, vi } from "vitest";
import { CpuAccount } from "./cpu-account.ts";

/** An account under a clock that the test moves. */
function openAccount(): CpuAccount {
  vi.useFakeTimers({ toFake: ["performance"] });
  onTestFinished(() => void vi.useRealTimers());
  return new CpuAccount();
}

test("a burst is free, more than it overdraws, and the share of a tenth pays back to half of the burst", () => {
  const account = openAccount();
  account.charge(100);
  expect(account.isOverdrawn).toBe(false);
  account.charge(50);
  expect(account.isOverdrawn).toBe(true);
  vi.advanceTimersByTime(999);
  expect(account.isOverdrawn).toBe(true);
  vi.advanceTimersByTime(1);
  expect(account.isOverdrawn).toBe(false);
  expect(account.isClear).toBe(false);
  vi.advanceTimersByTime(500);
  expect(account.isClear).toBe(true);
});

test("who stays within the share never overdraws, and nothing is saved up", () => {
  const account = openAccount();
  vi.advanceTimersByTime(60_000);
  for (let second = 0; second < 60; second++) {
    account.charge(100);
    expect(account.isOverdrawn).toBe(false);
    vi.advanceTimersByTime(1_000);
  }
  account.charge(101);
  expect(account.isOverdrawn).toBe(true);
});

test("however much was used, it is forgotten after 20 seconds", () => {
  const account = openAccount();
  account.charge(1_000_000);
  vi.advanceTimersByTime(19_000 - 1);
  expect(account.isOverdrawn).toBe(true);
  vi.advanceTimersByTime(1_001);
  expect(account.isClear).toBe(true);
});
