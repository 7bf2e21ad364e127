import { expect, test } from "vitest";
import { judgeExecutions } from "./evidence.ts";
import type { ExecutionRow } from "./evidence.ts";
import { SCHEDULE, SUBSCRIBER } from "./workload.ts";

const row = (change: Partial<ExecutionRow>): ExecutionRow => ({
  id: "1",
  script: "any",
  status: "completed",
  attempt: 1,
  eventId: null,
  output: null,
  code: null,
  ...change,
});
const tick = (second: number): ExecutionRow =>
  row({ script: SCHEDULE, output: `2026-01-01T00:00:0${second}.000Z` });
const run = (eventId: string): ExecutionRow => row({ script: SUBSCRIBER, eventId });

test("what ran once each is well", () => {
  expect(judgeExecutions([tick(3), tick(1), tick(2), run("a"), run("b")], ["a", "b"])).toEqual([]);
});

test("what was cut short, repeated, lost or came from nowhere is not", () => {
  const rows = [
    row({ script: "cut", status: "failed", code: "NODE_LOST" }),
    row({ script: "again", attempt: 2 }),
    tick(1),
    tick(3),
    tick(3),
    run("twice"),
    run("twice"),
    run("unknown"),
  ];
  expect(judgeExecutions(rows, ["twice", "lost"])).toEqual([
    "cut 1 ended failed (NODE_LOST) at attempt 1",
    "again 1 ended completed (null) at attempt 2",
    "event twice was to run 1 times and ran 2 times",
    "event lost was to run 1 times and ran 0 times",
    "event unknown was to run 0 times and ran 1 times",
    "tick 2026-01-01T00:00:02.000Z was to run 1 times and ran 0 times",
    "tick 2026-01-01T00:00:03.000Z was to run 1 times and ran 2 times",
  ]);
});
