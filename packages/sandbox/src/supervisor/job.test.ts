import { stop as stopEsbuild } from "esbuild";
import { afterAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { z } from "zod";
import { isLiving } from "../../test/processes.ts";
import { outcomeOf, run, startRogue, startTestRunner } from "../../test/runners.ts";
import { CapabilityError, defineCapability } from "../capability.ts";
import { MAX_NOTED_CALLS } from "../limits.ts";
import { probeJail } from "./isolation.ts";
import { killWithInnermost } from "./proc.ts";

afterAll(stopEsbuild);

describe("a process that is no honest runner is killed as RUNNER_PROTOCOL when it sends", () => {
  test.each([
    ["bytes that are no frame", "socket.write(Buffer.alloc(64, 0xab))"],
    ["a frame over the cap", "socket.write(Buffer.from([0xff, 0xff, 0xff, 0x7f]))"],
    [
      "a message of an execution that is not its own",
      "send(FrameKind.Complete, execution + 1, 0, [END, '1'])",
    ],
    ["an answer to a ping that was never sent", "send(FrameKind.Pong)"],
    ["a kind that does not exist", "send(99, execution)"],
    ["a snapshot for other runners", "send(FrameKind.Snapshot, 0, 0, ['x'])"],
    ["a kind that only the supervisor sends", "send(FrameKind.Execute, execution, 0, ['{}', '{}', '1'])"],
    ["a result that is not JSON", "send(FrameKind.Complete, execution, 0, [END, '{'])"],
    ["a result without a head", "send(FrameKind.Complete, execution, 0, ['{}', '1'])"],
    [
      "a head with more than it may have",
      `send(FrameKind.Complete, execution, 0, ['{"cpuMs":1,"memoryBytes":1,"x":1}', '1'])`,
    ],
    ["negative figures", `send(FrameKind.Complete, execution, 0, ['{"cpuMs":-1,"memoryBytes":1}', '1'])`],
    ["a result without an output", "send(FrameKind.Complete, execution, 0, [END])"],
    [
      "a result that nests too deep",
      "send(FrameKind.Complete, execution, 0, [END, '['.repeat(257) + ']'.repeat(257)])",
    ],
    [
      "a result far over its limit",
      "send(FrameKind.Complete, execution, 0, [END, JSON.stringify('x'.repeat(4e4))])",
    ],
    ["a failure that is none", `send(FrameKind.Fail, execution, 0, [END, '{"code":1,"message":"x"}'])`],
    [
      "a failure of a megabyte",
      "send(FrameKind.Fail, execution, 0, [END, JSON.stringify({ code: 'X', message: 'x'.repeat(1e6) })])",
    ],
    ["log lines that are none", "send(FrameKind.Log, execution, 0, ['[{}]'])"],
    ["an empty log message", "send(FrameKind.Log, execution)"],
    [
      "a flood of log lines",
      "for (let i = 0; i < 100; i++) send(FrameKind.Log, execution, 0, [JSON.stringify([{ level: 'info', time: 1, message: 'x'.repeat(8e3) }])])",
    ],
    ["a call without a name", "send(FrameKind.Call, execution, 1)"],
    ["a call with a name without end", "send(FrameKind.Call, execution, 1, ['x'.repeat(1e4), '1'])"],
    ["the same call twice", "for (let i = 0; i < 2; i++) send(FrameKind.Call, execution, 1, ['hang', '1'])"],
    [
      "more calls than allowed",
      "for (let i = 0; i < 11; i++) send(FrameKind.Call, execution, i, ['none', '1'])",
    ],
  ])("%s", async (_, onExecute) => {
    await using rogue = await startRogue(onExecute);
    const limits = { outputBytes: 10_000, logBytes: 1_000, capabilityCalls: 10, wallMs: 5_000 };
    const result = await run(rogue, "return 1", { limits });
    expect(result).toMatchObject({ status: "failed", error: { code: "RUNNER_PROTOCOL" } });
    expect(await rogue.exited).toBe("protocol");
  });

  test("log lines faster than a guest logs them", async () => {
    await using rogue = await startRogue(
      `const lines = JSON.stringify(Array(2_000).fill({ level: "info", time: 1, message: "" }));
      for (let i = 0; i < 50; i++) send(FrameKind.Log, execution, 0, [lines]);`,
    );
    const result = await run(rogue, "return 1", { limits: { logBytes: 1e7, wallMs: 5_000 } });
    expect(result).toMatchObject({
      error: { code: "RUNNER_PROTOCOL", message: expect.stringMatching(/faster/) },
    });
  });

  test("more calls at once than a guest can have open", async () => {
    await using rogue = await startRogue(
      "for (let i = 0; i < 65; i++) send(FrameKind.Call, execution, i, ['none', '1'])",
    );
    const result = await run(rogue, "return 1", { limits: { wallMs: 2_000 } });
    expect(result).toMatchObject({
      error: { code: "RUNNER_PROTOCOL", message: expect.stringMatching(/at once/) },
    });
  });
});

describe("what a dishonest runner says is not believed", () => {
  test("a second result is a message of nobody; the first stands", async () => {
    await using rogue = await startRogue(
      "for (const json of ['1', '2']) send(FrameKind.Complete, execution, 0, [END, json])",
    );
    expect(outcomeOf(await run(rogue, "return 0"))).toBe(1);
    expect(await rogue.exited).toBe("protocol");
  });

  test.each(["process.exit(0)", "socket.destroy(); setTimeout(() => process.exit(0), 10)"])(
    "an end without a result is a failure, also with exit code 0: %s",
    async (onExecute) => {
      await using rogue = await startRogue(onExecute);
      expect(await run(rogue, "return 1")).toMatchObject({
        status: "failed",
        error: { code: "RUNNER_LOST", message: expect.stringContaining("exit code 0") },
      });
    },
  );

  test("codes that are the supervisor's to give are not taken from it", async () => {
    await using rogue = await startRogue(
      `send(FrameKind.Fail, execution, 0, [END, '{"code":"RUNNER_LOST","message":"x","stack":"at /etc/passwd:1:1"}'])`,
    );
    const result = await run(rogue, "return 1");
    expect(result).toMatchObject({ error: { code: "SCRIPT_ERROR", message: "RUNNER_LOST: x" } });
    expect(JSON.stringify(result)).not.toContain("passwd");
  });

  test("what it still says of an execution that is over when it is killed is not its neighbours' fault", async () => {
    await using rogue = await startRogue(
      "if (execution === 1) setInterval(() => { for (let i = 0; i < 500; i++) send(FrameKind.Log, 1, 0, ['[]']) }, 1)",
    );
    const [late, neighbour] = await Promise.all([
      run(rogue, "return 1", { limits: { wallMs: 100 } }),
      run(rogue, "return 2", { limits: { wallMs: 30_000 } }),
    ]);
    expect([late, neighbour].map(outcomeOf)).toEqual(["WALL_LIMIT", "RUNNER_LOST"]);
    expect(await rogue.exited).toBe("deadline");
  });

  test("its own deadline is not needed: one that does nothing is ended", async () => {
    await using rogue = await startRogue("for (;;);");
    const result = await run(rogue, "return 1", { limits: { wallMs: 100 } });
    expect(result).toMatchObject({ status: "timeout", error: { code: "WALL_LIMIT" } });
    expect(await rogue.exited).toBe("deadline");
  });

  test("it is ended by no signal that it could hear and ignore", async () => {
    const deaf = await startRogue('process.on("SIGTERM", () => {}); for (;;);', probeJail("none"));
    const pid = deaf.pid as number;
    onTestFinished(() => killWithInnermost(pid));
    expect(await run(deaf, "return 1", { limits: { wallMs: 100 } })).toMatchObject({ status: "timeout" });
    await vi.waitFor(() => expect(isLiving(pid)).toBe(false));
  });

  test("memory beyond every limit is seen from outside", async () => {
    await using rogue = await startRogue(
      "const held = []; setInterval(() => held.length < 32 && held.push(Buffer.alloc(16 * 1024 * 1024, 1)), 1)",
    );
    const result = await run(rogue, "return 1", { limits: { memoryMb: 8, wallMs: 5_000 } });
    expect(result).toMatchObject({ status: "failed", error: { code: "MEMORY_LIMIT" } });
    expect(await rogue.exited).toBe("memory");
  });
});

describe("capability calls", () => {
  const echo = defineCapability({
    name: "echo",
    input: z.unknown(),
    handle: (value, { tenant, executionId, attributes }) => ({
      value: JSON.parse(JSON.stringify({ value, tenant, executionId, attributes })),
    }),
  });
  const broken = defineCapability({
    name: "broken",
    input: z.unknown(),
    handle: () => {
      throw new Error("password=hunter2 at /host/secret.ts");
    },
  });
  const refusing = defineCapability({
    name: "refusing",
    input: z.unknown(),
    handle: () => Promise.reject(new CapabilityError("STOCK_EMPTY", "nothing left")),
  });
  const unsendable = defineCapability({
    name: "unsendable",
    input: z.unknown(),
    handle: () => ({ value: 1n as never }),
  });

  test("are attributed by the supervisor, whatever the guest says", async () => {
    await using runner = await startTestRunner({ capabilities: [echo] });
    const result = await run(runner, "return ctx.call('echo', { tenant: 'other' })", {
      executionId: "e7",
      attributes: { user: "ada" },
    });
    expect(outcomeOf(result)).toEqual({
      value: { tenant: "other" },
      tenant: "acme",
      executionId: "e7",
      attributes: { user: "ada" },
    });
    expect(result.usage.capabilityCalls).toBe(1);
  });

  test("give the guest a code and a message, and the host the rest", async () => {
    const onCapabilityFailure = vi.fn<(error: unknown, name: string) => void>();
    await using runner = await startTestRunner({
      capabilities: [echo, broken, refusing, unsendable],
      onCapabilityFailure,
    });
    const body = `
      const told = [];
      for (const name of ["broken", "refusing", "unsendable", "absent", "x".repeat(300), "a\\0b", 7, { toString: 1 }]) {
        try { await ctx.call(name, 1); } catch (error) { told.push([error.code, error.message, error.stack.includes("host")]); }
      }
      try { await ctx.call("echo", () => 1); } catch (error) { told.push([error.code]); }
      try { await ctx.call("echo", "x".repeat(2e6)); } catch (error) { told.push([error.code]); }
      return told;`;
    const unknown = ["CAPABILITY_UNKNOWN", expect.any(String), false];
    expect(outcomeOf(await run(runner, body))).toEqual([
      ["CAPABILITY_FAILED", "broken failed inside the host", expect.any(Boolean)],
      ["STOCK_EMPTY", "nothing left", false],
      ["CAPABILITY_FAILED", "unsendable failed inside the host", expect.any(Boolean)],
      unknown,
      unknown,
      unknown,
      unknown,
      unknown,
      ["CAPABILITY_INPUT_INVALID"],
      ["CAPABILITY_INPUT_LIMIT"],
    ]);
    expect(onCapabilityFailure.mock.calls.map(([error, name]) => [String(error), name])).toEqual([
      ["Error: password=hunter2 at /host/secret.ts", "broken"],
      [expect.stringContaining("BigInt"), "unsendable"],
    ]);
    const uncaught = await run(runner, "await ctx.call('refusing', 1)");
    expect(uncaught).toMatchObject({ error: { code: "SCRIPT_ERROR", message: "STOCK_EMPTY: nothing left" } });
    expect(runner.isRetired).toBe(false);
  });

  test("are noted with their times and outcomes, without what was said, the first 200 of them", async () => {
    await using runner = await startTestRunner({ capabilities: [echo, refusing] });
    const body = `
      for (const name of ["echo", "refusing", "sk_hidden"]) await ctx.call(name, "hunter2").catch(() => {});
      for (let i = 0; i < 300; i++) await ctx.call("echo", i);`;
    const { usage } = await run(runner, body);
    expect(usage.capabilityCalls).toBe(303);
    expect(usage.calls).toHaveLength(MAX_NOTED_CALLS);
    expect(usage.calls.slice(0, 4).map(({ name, code }) => [name, code])).toEqual([
      ["echo", null],
      ["refusing", "STOCK_EMPTY"],
      ["unknown", "CAPABILITY_UNKNOWN"],
      ["echo", null],
    ]);
    expect(JSON.stringify(usage.calls)).not.toMatch(/hunter2|sk_hidden/);
    for (const { offsetMs, durationMs } of usage.calls) {
      expect(offsetMs).toBeGreaterThan(0);
      expect(offsetMs + (durationMs ?? NaN)).toBeLessThanOrEqual(usage.durationMs);
    }
  });

  test("are limited in number, and 500 at once find their turns", async () => {
    await using runner = await startTestRunner({ capabilities: [echo] });
    const body = `
      const calls = Array.from({ length: 500 }, (_, i) => ctx.call("echo", i).then((reply) => reply.value, (error) => error.code));
      return Promise.all(calls)`;
    const numbers = Array.from({ length: 500 }, (_, index) => index);
    expect(outcomeOf(await run(runner, body))).toEqual(numbers);
    const limited = await run(runner, body, { limits: { capabilityCalls: 3 } });
    const over = Array<string>(497).fill("CAPABILITY_CALL_LIMIT");
    expect(outcomeOf(limited)).toEqual([0, 1, 2, ...over]);
    expect(limited.usage.capabilityCalls).toBe(3);
    const thrown = await run(runner, "for (;;) await ctx.call('echo', 1)", {
      limits: { capabilityCalls: 3 },
    });
    expect(outcomeOf(thrown)).toBe("CAPABILITY_CALL_LIMIT");
  });

  test("end with the execution: the handler's signal aborts, and late calls reach no handler", async () => {
    const late = vi.fn<() => object>(() => ({}));
    const signals: AbortSignal[] = [];
    const hang = defineCapability({
      name: "hang",
      input: z.unknown(),
      handle: (_, { signal }) => {
        signals.push(signal);
        return new Promise<never>((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(new Error("aborted")));
        });
      },
    });
    const capabilities = [echo, hang, defineCapability({ name: "late", input: z.unknown(), handle: late })];
    const onCapabilityFailure = vi.fn<() => void>();
    await using runner = await startTestRunner({ capabilities, onCapabilityFailure });
    const completed = run(
      runner,
      `ctx.call("hang", 1).catch(() => ctx.call("late", 1));
       await ctx.call("echo", 1);
       setTimeout(() => ctx.call("late", 2), 5);
       Promise.resolve().then(() => {}).then(() => {}).then(() => {}).then(() => {}).then(() => {}).then(() => ctx.call("late", 3));
       return "done"`,
    );
    expect(outcomeOf(await completed)).toBe("done");
    // Long enough for the call to be under way by then, on a busy machine too.
    const timedOut = await run(runner, "await ctx.call('hang', 1)", { limits: { wallMs: 1_000 } });
    expect(outcomeOf(timedOut)).toBe("WALL_LIMIT");
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
    expect(outcomeOf(await run(runner, "return ctx.call('echo', 1).then((reply) => reply.value)"))).toBe(1);
    expect(late).not.toHaveBeenCalled();
    expect(onCapabilityFailure).not.toHaveBeenCalled();
  });
});
