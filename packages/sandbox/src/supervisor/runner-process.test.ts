import { stop as stopEsbuild } from "esbuild";
import { afterAll, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { isLiving } from "../../test/processes.ts";
import { type RequestOptions, compileProgram, programOf } from "../../test/programs.ts";
import { bundleTestFile, outcomeOf, run, startTestRunner, testJail } from "../../test/runners.ts";
import { SandboxError } from "../errors.ts";
import type { ExecutionResult } from "../execution.ts";
import type { LogLine } from "../log-line.ts";
import { findEngineAddon } from "./addon.ts";
import { RunnerProcess } from "./runner-process.ts";

let runner: RunnerProcess | undefined;

/** Runs in the runner of this file; {@link beforeEach} replaces it when a test has ended it. */
function execute(program: Parameters<typeof run>[1], options?: RequestOptions): Promise<ExecutionResult> {
  return run(runner as RunnerProcess, program, options);
}

beforeEach(async () => {
  if (!runner || runner.isRetired) runner = await startTestRunner();
});
afterAll(async () => {
  await runner?.close();
  await stopEsbuild();
});

/** The runner is as good as before: it was neither killed nor is it marked to be. */
async function expectRunnerUnharmed(): Promise<void> {
  // Longer than a guest thread may take to stop before the runner counts as spoiled.
  expect(outcomeOf(await execute("await new Promise((r) => setTimeout(r, 450)); return 'fine'"))).toBe(
    "fine",
  );
  expect(runner?.isRetired).toBe(false);
}

describe("an execution", () => {
  test("gets input and context and gives its result, and finds no Node", async () => {
    const result = await execute("return [input, ctx.user, typeof require, typeof process, typeof fetch]", {
      input: { sku: "é😀" },
      context: { user: "ada" },
    });
    const output = [{ sku: "é😀" }, "ada", "undefined", "undefined", "undefined"];
    expect(outcomeOf(result)).toEqual(output);
    const outputBytes = Buffer.byteLength(JSON.stringify(output));
    expect(result.usage).toMatchObject({ capabilityCalls: 0, outputBytes, logBytes: 0 });
    expect(result.usage.memoryPeakBytes).toBeGreaterThan(500_000);
  });

  test.each([false, true])("fails at the author's line, compiled with minify: %s", async (minify) => {
    const program = await compileProgram(
      `interface Order { total: number }
export default async function main(order: Order | null) {
  return fail(order);
}
function fail(order: Order | null): number {
  return (order as Order).total;
}`,
      { minify },
    );
    const result = await execute(program);
    expect(result).toMatchObject({
      status: "failed",
      error: { code: "SCRIPT_ERROR", message: expect.stringContaining("TypeError: Cannot read") },
    });
    const positions = /\d+:\d+/g;
    const { stack = "" } = (result as { error: { stack?: string } }).error;
    expect(stack.match(positions)).toEqual(["6:27", "3:10"]);
  });

  test.each([
    ["does not parse", { id: "a", code: "var program = {", fileName: "a.js" }],
    ["exports nothing", { id: "b", code: "var program = {};", fileName: "a.js" }],
    ["exports no function", { id: "c", code: "var program = { default: 1 };", fileName: "a.js" }],
  ])("of a program that %s is SCRIPT_INVALID", async (_, program) => {
    expect(outcomeOf(await execute(program))).toBe("SCRIPT_INVALID");
  });

  test("of an unknown entry is SCRIPT_INVALID", async () => {
    expect(outcomeOf(await execute("return 1", { entry: "missing" }))).toBe("SCRIPT_INVALID");
  });

  test("carries bytes in and out intact", async () => {
    const guestBundle = await bundleTestFile("body-guest.ts", "neutral");
    await using bytesRunner = await startTestRunner({ boot: { guestBundle } });
    const body = Uint8Array.from({ length: 100_000 }, (_, index) => index % 256);
    const options = { entry: "bytes", body };
    const result = await run(bytesRunner, "return input.map((byte) => 255 - byte)", options);
    expect(result).toMatchObject({ status: "completed", output: { json: "100000" } });
    const { output } = result as { output: { body?: Uint8Array } };
    expect(Buffer.from(body.map((byte) => 255 - byte)).equals(output.body ?? Buffer.alloc(0))).toBe(true);
    const capped = await run(bytesRunner, "return input", { ...options, limits: { outputBytes: 99_999 } });
    expect(outcomeOf(capped)).toBe("OUTPUT_LIMIT");
  });

  test("never settles: an error at once, not a wait for the deadline", async () => {
    const result = await execute("await new Promise(() => {})", { limits: { wallMs: 60_000 } });
    expect(outcomeOf(result)).toBe("NEVER_SETTLED");
    expect(result.usage.durationMs).toBeLessThan(10_000);
  });

  test("has its result in spite of a loop behind it, and the loop is stopped", async () => {
    expect(outcomeOf(await execute("(async () => { for (;;) await null; })(); return 5"))).toBe(5);
    expect(outcomeOf(await execute("setTimeout(() => { for (;;); }, 1); return 6"))).toBe(6);
    await expectRunnerUnharmed();
  });
});

describe("limits", () => {
  test.each([
    ["CPU_LIMIT", "for (;;);", { cpuMs: 100, wallMs: 15_000 }],
    ["CPU_LIMIT", "for (;;) await null;", { cpuMs: 100, wallMs: 15_000 }],
    [
      "CPU_LIMIT",
      "for (;;) await new Promise((r) => setTimeout(r, 0, 'x'.repeat(1e5).split('')));",
      { cpuMs: 100, wallMs: 15_000 },
    ],
    ["WALL_LIMIT", "await new Promise((r) => setTimeout(r, 60_000))", { wallMs: 100 }],
    ["WALL_LIMIT", "setInterval(() => {}, 5); await new Promise(() => {})", { wallMs: 100 }],
    ["WALL_LIMIT", "for (;;);", { wallMs: 100 }],
  ])("%s ends `%s` as a timeout and leaves the runner in peace", async (code, body, limits) => {
    const result = await execute(body, { limits });
    expect(result).toMatchObject({ status: "timeout", error: { code } });
    const [[name, value] = []] = Object.entries(limits);
    const { message } = (result as { error: { message: string } }).error;
    expect(message).toMatch(
      new RegExp(`${name === "cpuMs" ? "used" : "ran for"} \\d+ ms.*its limit ${name} is ${value} ms`),
    );
    expect(result.usage.durationMs).toBeLessThan(10_000);
    expect(result.usage.memoryPeakBytes).not.toBe(0);
    await expectRunnerUnharmed();
  });

  test.each([
    ["an array", "const a = []; for (;;) a.push(new Array(1e5).fill(1.5))"],
    ["strings", "const a = []; for (let i = 0; ; i++) a.push('x'.repeat(1e6) + i)"],
    ["a Map", "const a = new Map(); for (let i = 0; ; i++) a.set(i, i)"],
  ])("MEMORY_LIMIT ends what fills memory with %s", async (_, body) => {
    const result = await execute(body, { limits: { memoryMb: 16, cpuMs: 8_000 } });
    expect(result).toMatchObject({
      status: "failed",
      error: { code: "MEMORY_LIMIT", message: expect.stringContaining("its limit memoryMb is 16 MB") },
    });
    expect(result.usage.memoryPeakBytes).toBeGreaterThanOrEqual(16 * 1024 * 1024);
  });

  test("what earlier executions left is not counted against the next: a runner full of it is replaced", async () => {
    // One that nothing has run in: how much room is left in it does not depend on the other tests.
    await using fresh = await startTestRunner();
    const limits = { memoryMb: 64, cpuMs: 8_000 };
    const fill = "const kept = []; for (;;) kept.push(new Uint8Array(1_000_000).fill(1))";
    for (let round = 0; round < 4 && !fresh.isRetired; round++) {
      const { error } = (await run(fresh, fill, { limits })) as { error?: { message: string } };
      expect(error?.message).toMatch(/allocation failed/);
    }
    // Garbage comes and goes with the allocator, but the text of each program stays.
    const text = "x".repeat(4_000_000);
    for (let round = 0; round < 50 && !fresh.isRetired; round++) {
      expect(outcomeOf(await run(fresh, `return ${round} // ${text}\n`, { limits }))).toBe(round);
    }
    expect(fresh.isRetired).toBe(true);
    expect(await fresh.exited).toBe("filled");
  });

  test("buffers count as memory: the script is told where it asks for too many", async () => {
    const result = await execute("const a = []; for (;;) a.push(new Uint8Array(1e6).fill(1))", {
      limits: { memoryMb: 16 },
    });
    expect(result).toMatchObject({
      status: "failed",
      error: { message: expect.stringMatching(/memory|allocation/) },
    });
  });

  test.each([
    ["OUTPUT_LIMIT", "return 'x'.repeat(1e6)"],
    ["OUTPUT_LIMIT", "return '\\u0001'.repeat(900)"],
    ["OUTPUT_LIMIT", "return '\\u20ac'.repeat(900)"],
    ["OUTPUT_LIMIT", "return Array(900).fill(undefined)"],
    ["OUTPUT_LIMIT", "let a = 1; for (let i = 0; i < 400; i++) a = [a]; return a"],
    ["OUTPUT_INVALID", "const a = {}; a.a = a; return a"],
    ["OUTPUT_INVALID", "return { run() {} }"],
    ["SCRIPT_ERROR", "throw new Error('\\u0001'.repeat(1e4))"],
    [
      "SCRIPT_ERROR",
      "throw Object.assign(new Error('\\u0001'.repeat(1e4)), { stack: '\\u0001'.repeat(1e5) })",
    ],
    ["SCRIPT_ERROR", "throw { toString() { for (;;); }, message: 'x' }"],
    ["SCRIPT_ERROR", "throw Object.assign(new Error('x'), { name: 'GuestError', code: 'RUNNER_LOST' })"],
  ])("%s is told of `%s`, and the runner lives on", async (code, body) => {
    const result = await execute(body, { limits: { outputBytes: 1_000 } });
    expect(result).toMatchObject({ status: "failed", error: { code } });
    expect(runner?.isRetired).toBe(false);
  });

  test("a result that is too large is told of with the limit's name, its value and what was used", async () => {
    const limits = { outputBytes: 1_000 };
    expect(await execute("return 'x'.repeat(2_000)", { limits })).toMatchObject({
      error: { message: "the value has 2002 bytes or more, its limit outputBytes is 1000 bytes" },
    });
    expect(await execute("return '\\u20ac'.repeat(900)", { limits })).toMatchObject({
      error: { message: "the result has 2702 bytes, its limit outputBytes is 1000 bytes" },
    });
  });

  test("the memory of executions that were stopped side by side is not told, since it cannot be told apart", async () => {
    const limits = { cpuMs: 100, wallMs: 15_000 };
    const both = await Promise.all([1, 2].map((n) => execute(`for (;;); return ${n}`, { limits })));
    expect(both.map(outcomeOf)).toEqual(["CPU_LIMIT", "CPU_LIMIT"]);
    expect(both.map(({ usage }) => usage.memoryPeakBytes)).toEqual([null, null]);
  });

  test("what a program's top level throws is cut to size", async () => {
    for (const thrown of [
      "new Error('x'.repeat(1e6))",
      "new Error('\\u0001'.repeat(1e6))",
      "{ a: 1 }",
      "null",
    ]) {
      expect(outcomeOf(await execute(programOf("", `throw ${thrown}`)))).toBe("SCRIPT_ERROR");
    }
    expect(runner?.isRetired).toBe(false);
  });

  test("log lines beyond the budget are dropped and counted, whatever they hold", async () => {
    const lines: LogLine[] = [];
    const onLog = (some: readonly LogLine[]): void => void lines.push(...some);
    const body = "for (let i = 0; i < 10_000; i++) console.log('line ' + i); return 1";
    const result = await execute(body, { limits: { logBytes: 1_000 }, onLog });
    expect(outcomeOf(result)).toBe(1);
    expect(lines[0]).toMatchObject({ level: "info", message: "line 0" });
    expect(lines.at(-1)).toMatchObject({
      level: "warn",
      message: expect.stringMatching(/^9\d+ more log lines/),
    });
    expect(lines.length).toBeLessThan(30);
    expect(result.usage.logBytes).toBeLessThan(2_000);
    const wide = "for (let i = 0; i < 2_000; i++) console.log('\\u0001'.repeat(9_000)); return 2";
    expect(outcomeOf(await execute(wide, { limits: { logBytes: 1 } }))).toBe(2);
  });

  test("log lines beyond 2,000 in a second are dropped and counted", async () => {
    const lines: LogLine[] = [];
    const onLog = (some: readonly LogLine[]): void => void lines.push(...some);
    const body = "for (let i = 0; i < 100_000; i++) console.log('line'); return 1";
    const result = await execute(body, { limits: { logBytes: 1e7 }, onLog });
    expect(outcomeOf(result)).toBe(1);
    const kept = lines.length - 1;
    expect(lines.at(-1)?.message).toMatch(new RegExp(`^${100_000 - kept} more log lines were left out`));
    expect(kept).toBeGreaterThanOrEqual(2_000);
    expect(kept).toBeLessThanOrEqual(2_000 * (2 + result.usage.durationMs / 1_000));
  });
});

describe("cancelling", () => {
  test.each(["await new Promise((r) => setTimeout(r, 60_000))", "for (;;);", "for (;;) await null;"])(
    "ends `%s` at once and harms nothing else",
    async (body) => {
      const controller = new AbortController();
      const cancelled = execute(`console.log("up"); await null; await null; ${body}`, {
        signal: controller.signal,
        limits: { cpuMs: 8_000 },
        onLog: () => controller.abort(),
      });
      expect(await cancelled).toMatchObject({ status: "cancelled", error: { code: "CANCELLED" } });
      await expectRunnerUnharmed();
    },
  );
});

describe("a process that fails from outside", () => {
  test("killed in the middle: every execution ends as RUNNER_LOST, and so does what comes later", async () => {
    const lost = runner as RunnerProcess;
    const first = execute("for (;;);", { limits: { cpuMs: 9_000 } });
    const second = execute("await new Promise((r) => setTimeout(r, 9_000))");
    process.kill(lost.pid as number, "SIGKILL");
    const code = "RUNNER_LOST";
    expect(await first).toMatchObject({ status: "failed", error: { code } });
    expect(await second).toMatchObject({ status: "failed", error: { code } });
    expect(await lost.exited).toBe("crashed");
    expect(await execute("return 1")).toMatchObject({ status: "failed", error: { code } });
  });

  test("stopped: killed at the deadline", async () => {
    const stopped = runner as RunnerProcess;
    const pid = stopped.pid as number;
    const result = execute("await new Promise((r) => setTimeout(r, 9_000))", { limits: { wallMs: 200 } });
    process.kill(pid, "SIGSTOP");
    expect(await result).toMatchObject({ status: "timeout", error: { code: "WALL_LIMIT" } });
    expect(await stopped.exited).toBe("deadline");
    await vi.waitFor(() => expect(isLiving(pid)).toBe(false));
  });

  test("stopped with a far deadline: killed for its silence", async () => {
    const stopped = runner as RunnerProcess;
    const result = execute("await new Promise((r) => setTimeout(r, 9_000))", { limits: { wallMs: 10_000 } });
    process.kill(stopped.pid as number, "SIGSTOP");
    expect(await result).toMatchObject({ status: "failed", error: { code: "RUNNER_LOST" } });
    expect(await stopped.exited).toBe("silent");
  });

  test("one that cannot start says why", async () => {
    const options = {
      jail: testJail(),
      boot: {},
      addonPath: findEngineAddon(),
      capabilities: new Map(),
      onCapabilityFailure: () => {},
    };
    const started = RunnerProcess.start({ ...options, program: "throw new Error('no engine')" });
    await expect(started).rejects.toThrow(SandboxError);
    await expect(started).rejects.toMatchObject({
      code: "RUNNER_START",
      message: expect.stringContaining("no engine"),
    });
  });
});

describe("a lease", () => {
  test("is for life and for one tenant", async () => {
    const leased = await startTestRunner();
    onTestFinished(async () => void (await leased.close()));
    expect(() => leased.lease("other")).toThrow("is leased to acme already");
    expect(() => run(leased, "return 1", { tenant: "other" })).toThrow("was given work of other");
  });
});
