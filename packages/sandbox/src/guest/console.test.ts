import { beforeEach, expect, test } from "vitest";
import { createConsole, resetConsole } from "./console.ts";
import { Emission, attachLink, beginTurn } from "./link.ts";
import { endLog, resetLog } from "./log.ts";

const LOG_BYTES = 100_000;
const guestConsole = createConsole();
let emitted: string[] = [];

beforeEach(() => {
  const emit = (kind: number, a?: string | number): void => {
    if (kind === Emission.Log) emitted.push(a as string);
  };
  attachLink({ emitLater: emit, emitNow: emit, entropy: () => new ArrayBuffer(0) });
  beginTurn(true);
  begin();
});

/** As the kernel begins an execution. */
function begin(): void {
  emitted = [];
  resetLog(LOG_BYTES);
  resetConsole();
}

/** Level and message of every line so far. */
function lines(): string[] {
  endLog();
  const all = emitted.flatMap((text) => JSON.parse(text) as { level: string; message: string }[]);
  return all.map(({ level, message }) => `${level} ${message}`);
}

test("each method logs at its level, and nothing is a format string", () => {
  const { log, debug, info, warn, error, dir, table } = guestConsole;
  log?.("%s is", "a", 1);
  debug?.("b");
  info?.();
  warn?.({ c: [null] });
  error?.(new RangeError("d").message);
  dir?.({ e: 1 }, { depth: 9 });
  table?.([{ f: 1 }]);
  expect(lines()).toEqual([
    "info %s is a 1",
    "debug b",
    "info ",
    "warn { c: [ null ] }",
    "error d",
    "info { e: 1 }",
    "info [ { f: 1 } ]",
  ]);
});

test("groups indent, as deep as 32, and never below nothing", () => {
  const { log, group, groupCollapsed, groupEnd } = guestConsole;
  groupEnd?.();
  group?.("outer");
  log?.("a");
  groupCollapsed?.();
  log?.("b");
  groupEnd?.();
  groupEnd?.();
  log?.("c");
  for (let depth = 0; depth < 100_000; depth++) group?.();
  log?.("d");
  expect(lines()).toEqual(["info outer", "info   a", "info     b", "info c", `info ${"  ".repeat(32)}d`]);
});

test("counts, times and asserts", () => {
  const { assert, count, countReset, time, timeEnd, timeLog } = guestConsole;
  count?.();
  count?.("x");
  count?.();
  countReset?.();
  count?.(undefined);
  assert?.(1, "not told");
  assert?.(0);
  assert?.(null, "told", { a: 1 });
  time?.("t");
  time?.("t");
  timeLog?.("t", "so far", 1);
  timeEnd?.("t");
  timeEnd?.("t");
  expect(lines()).toEqual([
    "info default: 1",
    "info x: 1",
    "info default: 2",
    "info default: 1",
    "error Assertion failed",
    "error Assertion failed: told { a: 1 }",
    'warn Timer "t" is running already',
    expect.stringMatching(/^info t: \d+ ms so far 1$/),
    expect.stringMatching(/^info t: \d+ ms$/),
    'warn Timer "t" does not run',
  ]);
});

test("a trace has the stack, whatever the script makes of stacks", () => {
  guestConsole["trace"]?.("here", 1);
  const prepare = Error.prepareStackTrace;
  Error.prepareStackTrace = () => 1;
  guestConsole["trace"]?.("there");
  Error.prepareStackTrace = prepare;
  expect(lines()).toEqual([expect.stringMatching(/^debug Trace: here 1\n +at /), "debug there"]);
});

test("the next execution in a realm finds nothing of the one before", () => {
  const { count, group, log, time, timeEnd } = guestConsole;
  count?.();
  time?.();
  group?.();
  lines();
  begin();
  count?.();
  timeEnd?.();
  log?.("at the left");
  expect(lines()).toEqual(["info default: 1", 'warn Timer "default" does not run', "info at the left"]);
});
