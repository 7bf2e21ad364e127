import type { ExecutionUsage } from "@skerry/sandbox";
import { expect, test } from "vitest";
import { describeError, describeLogLine, exitCodeOf, reportRefusal, reportResult } from "./report.ts";

const usage: ExecutionUsage = {
  queuedMs: 1,
  durationMs: 2,
  cpuMs: 1,
  memoryPeakBytes: 1_000,
  capabilityCalls: 0,
  outputBytes: 2,
  logBytes: 0,
  calls: [],
};

test("a completed execution reports its output and exits 0", () => {
  const report = reportResult({
    status: "completed",
    output: { json: '{"a":[1]}' },
    usage,
  });
  expect(report).toEqual({ status: "completed", output: { a: [1] }, error: null, usage });
  expect(exitCodeOf(report)).toBe(0);
});

test.each([
  ["SCRIPT_ERROR", 1],
  ["NEVER_SETTLED", 1],
  ["COMPILE_ERROR", 1],
  ["CPU_LIMIT", 3],
  ["WALL_LIMIT", 3],
  ["MEMORY_LIMIT", 3],
  ["OUTPUT_LIMIT", 3],
  ["RUNNER_LOST", 4],
  ["RUNNER_PROTOCOL", 4],
  ["ISOLATION_UNAVAILABLE", 4],
])("%s exits %i", (code, exitCode) => {
  expect(exitCodeOf(reportRefusal({ code, message: "" }))).toBe(exitCode);
});

test("a log line cannot forge another one or drive the terminal", () => {
  const line = describeLogLine({
    level: "warn",
    message: "a\nerror b\x1b[2J",
    fields: { "\x9b": 1 },
  });
  expect(line).toBe('warn  a\n      error b\\u001b[2J {"\\u009b":1}');
});

test("a compile error shows every place with its frame, and cannot forge a line", () => {
  const text = describeError({
    code: "SCRIPT_COMPILE",
    message: "a.ts:1:2: Unexpected\nerror forged",
    details: [
      { path: "source", message: "Unexpected", line: 1, column: 2, frame: "    1 │ (;" },
      { path: "source", message: "Expected )", line: 3, column: 4, frame: "    3 │ f(" },
    ],
  });
  expect(text.split("\n")).toEqual([
    "SCRIPT_COMPILE: a.ts:1:2: Unexpected",
    "  error forged",
    "      1 │ (;",
    "  3:4: Expected )",
    "      3 │ f(",
  ]);
});
