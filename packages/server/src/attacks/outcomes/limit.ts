import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import type { JsonObject } from "@skerry/sandbox";
import { ATTACK_LIMITS, LOG_SLACK_BYTES } from "../limits.ts";
import { type Outcome, all, either, fails, returns, show, throws, timesOut } from "../outcome.ts";

/** The heap or the process was full; on a slow machine its CPU time may be used up first. */
const runsFull = fails(["MEMORY_LIMIT", "CPU_LIMIT"]);
const overflows = throws(/^RangeError: Maximum call stack size exceeded$/);

/** What a line is cut to, and its ellipsis. */
const MAX_LINE_CHARS = 8_193;
const YEAR_2001_MS = 1e12;

/** A line is cut at 8,192 characters, and the kept text of a run ends at `logBytes`, give or take a line. */
const logsLittle: Outcome = ({ logs }) => {
  assert.ok(logs.length > 0, "nothing was logged");
  const longest = Math.max(...logs.map(({ message }) => message.length));
  assert.ok(longest <= MAX_LINE_CHARS, `a log line has ${longest} characters`);
  const chars = JSON.stringify(logs).length;
  assert.ok(chars <= ATTACK_LIMITS.logBytes + LOG_SLACK_BYTES, `the log has ${chars} characters`);
};

function logs(message: string, fields?: JsonObject): Outcome {
  return (seen) => {
    const time = seen.logs[0]?.time ?? 0;
    const expected = [{ level: "info", time, message, ...(fields ? { fields } : {}) }];
    assert.ok(isDeepStrictEqual(seen.logs, expected), `logged ${show(seen.logs)}, not ${show(expected)}`);
    assert.ok(time > YEAR_2001_MS, `the time of the log line is the script's: ${time}`);
    assert.ok(!JSON.stringify(seen.logs).includes("\n"), "a log line holds a line feed");
  };
}

const callsWithinLimit: Outcome = ({ calls }) => {
  const most = ATTACK_LIMITS.capabilityCalls;
  assert.ok(calls.length <= most, `${calls.length} calls reached the host, ${most} are allowed`);
};

/** limit/*: time, memory, stack, output, log, timers and capability calls. */
export const LIMIT_OUTCOMES: Readonly<Record<string, Outcome>> = {
  "limit.cpu.01": timesOut,
  "limit.cpu.02": timesOut,
  "limit.cpu.04": timesOut,
  "limit.cpu.07": returns(1),
  "limit.cpu.08": timesOut,
  "limit.cpu.11": either(timesOut, returns(false)),
  "limit.cpu.13": timesOut,
  "limit.cpu.16": timesOut,
  "limit.cpu.21": throws(/^RangeError: Invalid array length$/),
  "limit.cpu.23": timesOut,
  "limit.cpu.26": either(runsFull, returns(-1)),
  "limit.cpu.27": timesOut,
  "limit.cpu.29": returns(1e5),
  "limit.cpu.30": timesOut,
  "limit.cpu.31": timesOut,
  "limit.cpu.32": fails(["CPU_LIMIT", "MEMORY_LIMIT"]),

  "limit.memory-onheap.01": runsFull,
  // V8 may end the process before anybody hears why.
  "limit.memory-onheap.02": fails(["MEMORY_LIMIT", "CPU_LIMIT", "RUNNER_LOST"]),
  "limit.memory-onheap.04": runsFull,
  "limit.memory-onheap.05": runsFull,
  "limit.memory-onheap.06": runsFull,
  "limit.memory-onheap.08": runsFull,
  "limit.memory-onheap.09": runsFull,
  "limit.memory-onheap.10": throws(/^RangeError: Invalid string length$/),
  "limit.memory-onheap.11": runsFull,
  "limit.memory-onheap.12": runsFull,
  "limit.memory-onheap.13": runsFull,
  "limit.memory-onheap.15": runsFull,
  "limit.memory-onheap.17": either(runsFull, throws(/^EvalError: /)),
  "limit.memory-offheap.02": either(runsFull, throws(/^RangeError: Array buffer allocation failed$/)),
  "limit.memory-offheap.07": throws(/^ReferenceError: WebAssembly is not defined$/),
  "limit.memory-offheap.08": throws(/^ReferenceError: WebAssembly is not defined$/),
  "limit.memory-offheap.10": runsFull,
  "limit.memory-offheap.13": all(returns(null), logsLittle),
  "limit.memory-offheap.14": throws(/^RangeError: ArrayBuffer: resizable buffers are not available here$/),
  "limit.memory-offheap.15": throws(/^ReferenceError: SharedArrayBuffer is not defined$/),

  "limit.recursion.02": overflows,
  "limit.recursion.03": overflows,
  "limit.recursion.04": overflows,
  "limit.recursion.05": overflows,
  "limit.recursion.06": either(returns(6_000_004), runsFull, overflows),
  "limit.recursion.07": overflows,
  "limit.recursion.08": overflows,
  "limit.recursion.09": throws(/^SyntaxError: \[a text of \d+ characters\]$/),
  "limit.recursion.11": overflows,
  // A hundred thousand promises wait for each other: which of the two is full first, the moment decides.
  "limit.recursion.15": either(overflows, runsFull),

  "limit.output.01": fails("OUTPUT_LIMIT", /\d+ bytes or more, its limit outputBytes is \d+ bytes/),
  "limit.output.03": fails("OUTPUT_LIMIT"),
  "limit.output.07": fails(["OUTPUT_LIMIT", "CPU_LIMIT", "MEMORY_LIMIT"]),
  "limit.output.08": fails("OUTPUT_LIMIT", /4294967295 elements/),
  "limit.output.09": timesOut,
  "limit.output.10": timesOut,
  "limit.output.11": timesOut,
  "limit.output.13": fails("OUTPUT_INVALID", /^the value at \[0\] is a symbol/),
  "limit.output.14": fails("OUTPUT_INVALID", /^the value at \[3\] is a BigInt/),

  "limit.log.01": all(timesOut, logsLittle),
  "limit.log.02": all(either(timesOut, returns(1)), logsLittle),
  "limit.log.03": all(returns(1), logsLittle),
  "limit.log.04": all(
    returns(1),
    logs("\\u001b[2J\\u001b]0;owned\\u0007\n2026-01-01 INFO tenant=other login ok"),
  ),
  "limit.log.05": all(returns(1), logs("a\\u2028b\\u0000c\\u202egnp.exe\ufffd")),
  "limit.log.06": all(
    returns(1),
    logs("%s %d %o %j", { unloggable: "the value at .fetch is a function, and only data can cross" }),
  ),
  "limit.log.07": all(returns(1), logs('{ level: "fatal", tenant: "other", time: 0, msg: "spoof" }')),

  "limit.timers.04": returns(1),
  "limit.timers.05": returns(["number", "Number", "undefined"]),
  "limit.timers.06": either(returns(null), timesOut),

  "limit.host-call-flood.01": all(
    fails(["CAPABILITY_CALL_LIMIT", "CPU_LIMIT", "MEMORY_LIMIT"]),
    callsWithinLimit,
  ),
  "limit.host-call-flood.02": all(fails(["CPU_LIMIT", "MEMORY_LIMIT"]), callsWithinLimit),
  "limit.host-call-flood.03": all(
    fails(["CAPABILITY_CALL_LIMIT", "CPU_LIMIT", "MEMORY_LIMIT"]),
    callsWithinLimit,
  ),
  "limit.host-call-flood.04": all(
    either(throws(/^DB_SQL_REFUSED: The function pg_sleep /), fails(["CAPABILITY_CALL_LIMIT", "CPU_LIMIT"])),
    callsWithinLimit,
  ),
  "limit.host-call-flood.05": all(
    fails(["CAPABILITY_CALL_LIMIT", "CPU_LIMIT", "MEMORY_LIMIT"]),
    callsWithinLimit,
  ),
  "limit.host-call-flood.07": fails("CAPABILITY_INPUT_LIMIT", /its limit is 1048576 bytes/),
  "limit.host-call-flood.08": fails("CAPABILITY_INPUT_LIMIT", /its limit is 1048576 bytes/),
  "limit.host-call-flood.09": throws(/^CACHE_VALUE_LIMIT: .* at most 65536 are allowed/),
  "limit.host-call-flood.10": either(runsFull, throws(/^RangeError: Array buffer allocation failed$/)),
};
