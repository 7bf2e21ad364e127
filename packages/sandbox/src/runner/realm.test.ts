import { stop as stopEsbuild } from "esbuild";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { type RequestOptions, programOf } from "../../test/programs.ts";
import { outcomeOf, run, startTestRunner } from "../../test/runners.ts";
import { defineCapability } from "../capability.ts";
import type { Program } from "../execution.ts";
import type { LogLine } from "../log-line.ts";
import type { RunnerProcess } from "../supervisor/runner-process.ts";

const echo = defineCapability({
  name: "echo",
  input: z.unknown(),
  handle: (value) => ({ value: value as string }),
});

let runner: RunnerProcess | undefined;

beforeEach(async () => {
  if (!runner || runner.isRetired) runner = await startTestRunner({ capabilities: [echo] });
});
afterAll(async () => {
  await runner?.close();
  await stopEsbuild();
});

/** Outcomes of one program run for each input in turn. */
async function runAll(
  program: Program,
  inputs: readonly unknown[],
  options?: RequestOptions,
): Promise<unknown[]> {
  const outcomes: unknown[] = [];
  for (const input of inputs) {
    outcomes.push(outcomeOf(await run(runner as RunnerProcess, program, { ...options, input })));
  }
  return outcomes;
}

const reuseContext = true;

describe("a fresh context", () => {
  test("shares nothing with the one before it", async () => {
    const program = programOf(
      `
      const found = [globalThis.left, count++, [].left, JSON.left, typeof ctx.call, Object.isFrozen(ctx)];
      globalThis.left = Array.prototype.left = JSON.left = "left";
      Array.prototype.map = JSON.stringify = Promise.prototype.then = undefined;
      return found;`,
      "let count = 0;",
    );
    const clean = [null, 0, null, null, "function", true];
    expect(await runAll(program, [1, 2, 3])).toEqual([clean, clean, clean]);
    expect(await runAll(programOf("return typeof left"), [1])).toEqual(["undefined"]);
  });

  test("is as fast and as small the 500th time as the first", async () => {
    const program = programOf("globalThis.held = new Array(50_000).fill(input); return held.length");
    const durations: number[] = [];
    for (let count = 0; count < 500; count++) {
      const result = await run(runner as RunnerProcess, program, { input: count, limits: { memoryMb: 32 } });
      expect(outcomeOf(result)).toBe(50_000);
      durations.push(result.usage.durationMs);
    }
    const median = (some: number[]): number => some.sort((a, b) => a - b)[some.length / 2] as number;
    // Room for a machine that has more to do by then.
    expect(median(durations.slice(400))).toBeLessThan(5 * median(durations.slice(0, 100)) + 20);
  });
});

test("what the host says in ctx is frozen all the way down", async () => {
  const body = `
    const open = [];
    (function walk(value, path) {
      if (Object(value) !== value) return;
      if (!Object.isFrozen(value)) open.push(path);
      for (const key of Reflect.ownKeys(value)) walk(value[key], path + "." + key);
    })(ctx.said, "ctx.said");
    return [open, ctx.said.list[1].deep]`;
  const result = await run(runner as RunnerProcess, programOf(body), {
    context: { said: { list: [1, { deep: {} }], text: "t" } },
  });
  expect(outcomeOf(result)).toEqual([[], {}]);
});

describe("a reused context", () => {
  const counter = "let count = 0;";

  test("keeps the state of its module, for its own program alone", async () => {
    const program = programOf("return ++count", counter);
    expect(await runAll(program, Array(20).fill(null), { reuseContext })).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 1),
    );
    expect(
      await runAll(programOf("return [typeof count, ++other]", "let other = 0;"), [1], { reuseContext }),
    ).toEqual([["undefined", 1]]);
    // Asked for a fresh one, the same program has no state.
    expect(await runAll(program, [1])).toEqual([1]);
  });

  test.each([
    ["an error", "if (input === 'last') throw new Error('x')", "SCRIPT_ERROR"],
    ["a rejected result", "if (input === 'last') return () => 1", "OUTPUT_INVALID"],
    ["a limit", "if (input === 'last') for (;;);", "CPU_LIMIT"],
    ["a wait without end", "if (input === 'last') await new Promise(() => {})", "NEVER_SETTLED"],
    ["an open timer", "if (input === 'last') setTimeout(() => {}, 60_000)", 2],
    ["an open call", "if (input === 'last') ctx.call('echo', 1)", 2],
  ])("is not kept after %s", async (_, body, outcome) => {
    const program = programOf(`++count; ${body}; return count`, counter);
    expect(
      await runAll(program, ["first", "last", "after"], { reuseContext, limits: { cpuMs: 100 } }),
    ).toEqual([1, outcome, 1]);
  });

  test("has new budgets in each execution", async () => {
    const lines: LogLine[] = [];
    const program = programOf(
      "console.log('x'.repeat(300)); await ctx.call('echo', 1); return ++count",
      counter,
    );
    const onLog = (some: readonly LogLine[]): void => void lines.push(...some);
    const limits = { capabilityCalls: 1, logBytes: 100 };
    expect(await runAll(program, [1, 2, 3], { reuseContext, limits, onLog })).toEqual([1, 2, 3]);
    expect(lines.map(({ level }) => level)).toEqual(["info", "info", "info"]);
  });

  test("that was quick so far is held to its limits all the same", async () => {
    const body = (last: string): Program =>
      programOf(`++count; if (input === "last") { ${last} } return count`, counter);
    const inputs = [...Array<null>(10).fill(null), "last", "after"];
    const wide = { cpuMs: 20_000, wallMs: 60_000, memoryMb: 16 };
    const outcomes = async (last: string, limits: object): Promise<unknown[]> =>
      (await runAll(body(last), inputs, { reuseContext, limits: { ...wide, ...limits } })).slice(-3);
    const cpu = { cpuMs: 100 };
    expect(await outcomes("for (;;);", cpu)).toEqual([10, "CPU_LIMIT", 1]);
    expect(await outcomes("for (;;) await null;", cpu)).toEqual([10, "CPU_LIMIT", 1]);
    // As long as this a runner may not be silent.
    expect(await outcomes("for (;;) {}", { cpuMs: 3_500 })).toEqual([10, "CPU_LIMIT", 1]);
    const sleep = "await new Promise((r) => setTimeout(r, 60_000));";
    expect(await outcomes(sleep, { wallMs: 1_500 })).toEqual([10, "WALL_LIMIT", 1]);
    const grow = "const a = []; for (;;) a.push(new Array(1e5).fill(1.5));";
    expect(await outcomes(grow, {})).toEqual([10, "MEMORY_LIMIT", 1]);
    expect(runner?.isRetired).toBe(false);
  });
});

describe("isolates", () => {
  test("executions of one program at the same time have one each, and all end", async () => {
    const program = programOf(
      "await new Promise((r) => setTimeout(r, 500)); globalThis.seen = (globalThis.seen ?? 0) + 1; return seen",
    );
    const since = performance.now();
    const results = await Promise.all(
      Array.from({ length: 12 }, () => run(runner as RunnerProcess, program, { limits: { memoryMb: 16 } })),
    );
    expect(results.map(outcomeOf)).toEqual(Array(12).fill(1));
    expect(performance.now() - since).toBeLessThan(12 * 500);
  });

  test("more at once than there are isolates wait for one", async () => {
    const program = programOf("await new Promise((r) => setTimeout(r, 20)); return input");
    const results = await Promise.all(
      Array.from({ length: 40 }, (_, input) =>
        run(runner as RunnerProcess, program, { input, limits: { memoryMb: 16 } }),
      ),
    );
    expect(results.map(outcomeOf)).toEqual(Array.from({ length: 40 }, (_, index) => index));
  });

  test("waiting for one counts as wall time, and harms no other execution", async () => {
    const hold = programOf("await new Promise((r) => setTimeout(r, 1_000)); return 1");
    const memoryMb = 16;
    const holding = Array.from({ length: 16 }, () =>
      run(runner as RunnerProcess, hold, { limits: { memoryMb } }),
    );
    const waiting = await run(runner as RunnerProcess, hold, { limits: { memoryMb, wallMs: 200 } });
    expect(outcomeOf(waiting)).toBe("WALL_LIMIT");
    expect((await Promise.all(holding)).map(outcomeOf)).toEqual(Array(16).fill(1));
    expect(runner?.isRetired).toBe(false);
  });

  test("one program's garbage is not another's fault", async () => {
    const heavy = "const held = []; for (let i = 0; i < 60; i++) held.push(new Array(1e5).fill(1.5 + i));";
    for (let version = 0; version < 10; version++) {
      expect(await runAll(programOf(`${heavy} return ${version}`), [1])).toEqual([version]);
    }
    expect(runner?.isRetired).toBe(false);
  });

  test("many programs one after the other share them", async () => {
    for (let version = 0; version < 40; version++) {
      expect(await runAll(programOf(`return [${version}, new Array(3e5).fill(1).length]`), [1])).toEqual([
        [version, 3e5],
      ]);
    }
    expect(runner?.isRetired).toBe(false);
  });
});

describe("the kernel", () => {
  test("works on whatever the guest does to its built-ins", async () => {
    const lines: LogLine[] = [];
    const tamper = `
      const { defineProperty, getOwnPropertyNames } = Object;
      const forbidden = () => { throw new Error("the kernel called a tampered built-in"); };
      const trap = { __proto__: null, configurable: true, get: forbidden, set: forbidden };
      const silent = { ...trap, __proto__: null, get: () => undefined };
      const kept = ["constructor", "prototype", "__proto__", "length", "name"];
      const targets = [];
      for (const one of [Object, Array, JSON, Reflect, String, Number, Map, Date, Math, Function, Error, Uint8Array]) {
        for (const host of one.prototype ? [one, one.prototype] : [one]) {
          for (const key of getOwnPropertyNames(host)) if (!kept.includes(key)) targets.push([host, key]);
        }
      }
      for (const key of ["0", "1", "value", "next", "code", "body", "level"]) targets.push([Object.prototype, key, silent]);
      targets.push([Promise.prototype, "then"], [Promise, "resolve"]);`;
    const body = `
      for (const [host, key, descriptor] of targets) {
        try { defineProperty(host, key, descriptor ?? trap); } catch {}
      }
      console.log("still", [1, { a: 2 }]);
      setTimeout(() => console.log("timer"), 1);
      const reply = await ctx.call("echo", { deep: [1, "two"] });
      await new Promise((r) => setTimeout(r, 5));
      let isTampered = false;
      try { JSON.stringify; } catch { isTampered = true; }
      return { reply, list: [undefined, 1], isTampered };`;
    const onLog = (some: readonly LogLine[]): void => void lines.push(...some);
    const result = await run(runner as RunnerProcess, programOf(body, tamper), { onLog });
    expect(outcomeOf(result)).toEqual({ reply: { deep: [1, "two"] }, list: [null, 1], isTampered: true });
    expect(lines.map(({ message }) => message)).toEqual(["still [ 1, { a: 2 } ]", "timer"]);
  });

  test("leaves nothing of itself, of shared memory or of other engines in reach", async () => {
    const body = `
      const names = ["__attach", "WebAssembly", "SharedArrayBuffer", "Atomics", "WeakRef", "FinalizationRegistry", "Temporal", "process", "require", "global"];
      const sandboxed = Function("return this")();
      const resizable = (() => { try { return typeof new ArrayBuffer(1, { maxByteLength: 2 }).resize; } catch (error) { return error.name; } })();
      return [names.filter((name) => name in globalThis || name in sandboxed), resizable, new Uint8Array(8).buffer.constructor === ArrayBuffer];`;
    expect(await runAll(programOf(body), [1])).toEqual([[[], "RangeError", true]]);
  });

  test("logs fields whatever they are", async () => {
    const lines: LogLine[] = [];
    const result = await run(
      runner as RunnerProcess,
      "console.error(new Error('shown')); console.warn(1n, [], '%s'); return 1",
      {
        onLog: (some) => void lines.push(...some),
      },
    );
    expect(outcomeOf(result)).toBe(1);
    expect(lines).toMatchObject([
      { level: "error", message: expect.stringMatching(/^Error: shown\n +at /) },
      { level: "warn", message: "1n [] %s" },
    ]);
  });

  test("a rejection that nobody handles ends the execution with its message", async () => {
    const body = "Promise.reject(new Error('lost')); await new Promise((r) => setTimeout(r, 1_000))";
    const result = await run(runner as RunnerProcess, body);
    expect(result).toMatchObject({ status: "failed", error: { code: "SCRIPT_ERROR", message: "lost" } });
  });
});
