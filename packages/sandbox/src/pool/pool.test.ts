import { stop as stopEsbuild } from "esbuild";
import { afterAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { z } from "zod";
import { listRunners } from "../../test/processes.ts";
import { type RequestOptions, programOf, requestOf } from "../../test/programs.ts";
import { outcomeOf } from "../../test/runners.ts";
import { defineCapability } from "../capability.ts";
import type { ExecutionResult } from "../execution.ts";
import type { RunnerPoolOptions } from "./options.ts";
import { type RunnerPool, createRunnerPool } from "./pool.ts";

afterAll(stopEsbuild);

/** What the guests of a test wait for until the test lets them go on. */
function createGate(name = "gate") {
  const opened = Promise.withResolvers<void>();
  const entered: string[] = [];
  const capability = defineCapability({
    name,
    input: z.unknown(),
    handle: async (_, { tenant }) => {
      entered.push(tenant);
      await opened.promise;
      return { value: "through" };
    },
  });
  return { capability, entered, open: opened.resolve };
}

async function createPool(options: RunnerPoolOptions = {}): Promise<RunnerPool> {
  const pool = await createRunnerPool({ maxRunners: 2, spareRunners: 0, ...options });
  onTestFinished(() => pool.close());
  return pool;
}

function execute(
  pool: RunnerPool,
  tenant: string,
  body = "return 1",
  options?: RequestOptions,
): Promise<ExecutionResult> {
  return pool.execute(
    requestOf(programOf(body), { ...options, tenant, limits: { memoryMb: 16, ...options?.limits } }),
  );
}

/** A module that counts its runs in the isolate it lives in: a new process starts at 1 again. */
const COUNTED = programOf("return ++count", "let count = 0;");

function count(pool: RunnerPool, tenant: string): Promise<unknown> {
  return pool.execute(requestOf(COUNTED, { tenant, reuseContext: true })).then(outcomeOf);
}

const WAIT = "return (await ctx.call('gate', 1))";

test("an input that is too large is refused before it is sent", async () => {
  const pool = await createPool();
  const request = requestOf(programOf("return 1"), { tenant: "a" });
  const input = { json: "1", body: new Uint8Array(16 * 1024 * 1024) };
  const result = await pool.execute({ ...request, input });
  expect(result).toMatchObject({ status: "failed", error: { code: "INPUT_LIMIT" } });
});

describe("leases", () => {
  test("a tenant keeps its runner, another gets one of its own, and spares are replaced", async () => {
    const startsMs: number[] = [];
    const onRunnerStart = (durationMs: number): void => void startsMs.push(durationMs);
    const pool = await createPool({ maxRunners: 4, spareRunners: 2, onRunnerStart });
    await vi.waitFor(() => expect(pool.stats().spares).toBe(2));
    expect(await count(pool, "a")).toBe(1);
    expect(await count(pool, "b")).toBe(1);
    expect(await count(pool, "a")).toBe(2);
    await vi.waitFor(() =>
      expect(pool.stats()).toMatchObject({ spares: 2, leased: 2, started: 4, warmLeases: 2, coldLeases: 0 }),
    );
    expect(pool.stats()).toMatchObject({ hits: 1, idle: 2, maxRunners: 4, startFailures: 0 });
    expect(startsMs.filter((durationMs) => durationMs > 1)).toHaveLength(4);
  });

  test("the runner used least recently makes room when the pool is full", async () => {
    const pool = await createPool();
    for (const tenant of ["a", "b", "a", "c"]) await count(pool, tenant);
    expect(pool.stats()).toMatchObject({ leased: 2, started: 3, ended: { closed: 1 } });
    expect(await count(pool, "a")).toBe(3);
    expect(await count(pool, "b")).toBe(1);
  });

  test("an idle runner makes room before a busy one, however long the busy one was not used", async () => {
    const gate = createGate();
    const pool = await createPool({ capabilities: [gate.capability] });
    const busy = execute(pool, "a", WAIT);
    await vi.waitFor(() => expect(gate.entered).toEqual(["a"]));
    await count(pool, "b");
    expect(await count(pool, "c")).toBe(1);
    const joined = execute(pool, "a", WAIT);
    gate.open();
    expect([await busy, await joined].map(outcomeOf)).toEqual(["through", "through"]);
    expect(pool.stats().ended).toEqual({ closed: 1 });
  });

  test("a busy runner that was to go stays when another becomes idle first", async () => {
    const [gateA, gateB] = [createGate("a"), createGate("b")];
    const pool = await createPool({ capabilities: [gateA.capability, gateB.capability] });
    const busyA = execute(pool, "a", "return ctx.call('a', 1)");
    const busyB = execute(pool, "b", "return ctx.call('b', 1)");
    await vi.waitFor(() => expect([...gateA.entered, ...gateB.entered]).toEqual(["a", "b"]));
    const waiting = execute(pool, "c");
    gateB.open();
    expect([await busyB, await waiting].map(outcomeOf)).toEqual(["through", 1]);
    gateA.open();
    expect(outcomeOf(await busyA)).toBe("through");
    expect(outcomeOf(await execute(pool, "a"))).toBe(1);
    expect(pool.stats()).toMatchObject({ started: 3, ended: { closed: 1 } });
  });

  test("when all are busy, one takes no more work, and the tenant that waits is next", async () => {
    const gate = createGate();
    const pool = await createPool({ maxRunners: 1, capabilities: [gate.capability] });
    const order: string[] = [];
    const note = (name: string) => (): void => void order.push(name);
    const busy = execute(pool, "a", WAIT).then(note("a1"));
    await vi.waitFor(() => expect(gate.entered).toEqual(["a"]));
    const other = execute(pool, "b").then(note("b"));
    const late = execute(pool, "a").then(note("a2"));
    expect(pool.stats()).toMatchObject({ waiting: 2, running: 1 });
    gate.open();
    await Promise.all([busy, other, late]);
    expect(order).toEqual(["a1", "b", "a2"]);
    expect(pool.stats()).toMatchObject({ started: 3, waiting: 0, running: 0 });
  });

  test("one that is not used is retired, and its tenant gets another", async () => {
    const pool = await createPool({ idleRetireMs: 50 });
    expect(await count(pool, "a")).toBe(1);
    await vi.waitFor(() => expect(pool.stats()).toMatchObject({ leased: 0, ended: { closed: 1 } }));
    expect(await count(pool, "a")).toBe(1);
  });

  test("one that crashed is replaced at the next call", async () => {
    const gate = createGate();
    const pool = await createPool({ capabilities: [gate.capability] });
    const running = execute(pool, "a", WAIT);
    await vi.waitFor(() => expect(gate.entered).toEqual(["a"]));
    for (const pid of listRunners()) process.kill(pid, "SIGKILL");
    expect(outcomeOf(await running)).toBe("RUNNER_LOST");
    expect(await count(pool, "a")).toBe(1);
    expect(pool.stats().ended).toEqual({ crashed: 1 });
    gate.open();
  });
});

describe("waiting", () => {
  test("is in turns: another tenant does not wait for a whole crowd", async () => {
    const pool = await createPool({ maxRunners: 1 });
    const order: string[] = [];
    const work = [...Array<string>(50).fill("crowd"), "other"].map(async (tenant) => {
      await execute(pool, tenant);
      order.push(tenant);
    });
    await Promise.all(work);
    // What one runner takes at once goes first; then it takes no more.
    expect(order.indexOf("other")).toBeLessThan(34);
  });

  test("ends as QUEUE_TIMEOUT, which names the tenant and the time", async () => {
    const gate = createGate();
    const pool = await createPool({ maxRunners: 1, capabilities: [gate.capability] });
    const busy = execute(pool, "a", WAIT);
    const waiting = execute(pool, "b", "return 1", { queueTimeoutMs: 50 });
    await expect(waiting).rejects.toMatchObject({
      code: "QUEUE_TIMEOUT",
      message: 'no runner became free for tenant "b" within 50 ms',
    });
    gate.open();
    expect(outcomeOf(await busy)).toBe("through");
    expect(pool.stats().waiting).toBe(0);
  });

  test("can be cancelled, before and while", async () => {
    const gate = createGate();
    const pool = await createPool({ maxRunners: 1, capabilities: [gate.capability] });
    const busy = execute(pool, "a", WAIT);
    const controller = new AbortController();
    const waiting = execute(pool, "b", "return 1", { signal: controller.signal });
    controller.abort();
    const cancelled = { status: "cancelled", error: { code: "CANCELLED" } };
    expect(await waiting).toMatchObject(cancelled);
    expect(await execute(pool, "b", "return 1", { signal: AbortSignal.abort() })).toMatchObject(cancelled);
    gate.open();
    expect(outcomeOf(await busy)).toBe("through");
    expect(await execute(pool, "a", "return 2").then(outcomeOf)).toBe(2);
  });

  test("is told apart from running in what was used", async () => {
    const pool = await createPool({ maxRunners: 1 });
    const [, second] = await Promise.all([
      execute(pool, "a", "await new Promise((r) => setTimeout(r, 500)); return 1"),
      execute(pool, "b"),
    ]);
    expect(second.usage.queuedMs).toBeGreaterThan(495);
    expect(second.usage.durationMs).toBeLessThan(second.usage.queuedMs);
  });

  test("executions that wait for others never keep those from running, however many there are", async () => {
    const DEPTH = 8;
    const nest = defineCapability<number>({
      name: "nest",
      input: z.int(),
      handle: async (depth) => ({ value: outcomeOf(await runAt(depth)) as string }),
    });
    async function runAt(depth: number): Promise<ExecutionResult> {
      const body = depth === DEPTH ? "return 'deepest'" : `return await ctx.call("nest", ${depth + 1})`;
      const patient = { depth, queueTimeoutMs: 60_000, limits: { wallMs: 60_000 } };
      return await pool.execute(requestOf(programOf(body), { tenant: "a", ...patient }));
    }
    const pool = await createPool({ capabilities: [nest], maxRunners: 1 });
    const results = await Promise.all(Array.from({ length: 20 }, () => runAt(0)));
    expect(new Set(results.map(outcomeOf))).toEqual(new Set(["deepest"]));
  }, 60_000);

  test("one tenant's hundred executions all end", async () => {
    const pool = await createPool({ maxRunners: 1 });
    const work = Array.from({ length: 100 }, (_, input) =>
      pool.execute(requestOf(programOf("return input"), { tenant: "a", input, limits: { memoryMb: 16 } })),
    );
    expect((await Promise.all(work)).map(outcomeOf)).toEqual(
      Array.from({ length: 100 }, (_, index) => index),
    );
  });
});

describe("closing", () => {
  test("lets work end for the time it is given, refuses the rest, and leaves no process", async () => {
    const gate = createGate();
    const pool = await createRunnerPool({ maxRunners: 1, capabilities: [gate.capability] });
    const busy = execute(pool, "a", WAIT);
    const waiting = execute(pool, "b");
    await vi.waitFor(() => expect(gate.entered).toEqual(["a"]));
    const closing = pool.close({ drainMs: 10_000 });
    await expect(waiting).rejects.toMatchObject({ code: "POOL_CLOSED" });
    await expect(execute(pool, "a")).rejects.toMatchObject({ code: "POOL_CLOSED" });
    gate.open();
    expect(outcomeOf(await busy)).toBe("through");
    await closing;
    expect(listRunners()).toEqual([]);
  });

  test("at once ends what runs, with a result", async () => {
    const pool = await createRunnerPool({ maxRunners: 1 });
    const busy = execute(pool, "a", "for (;;);", { limits: { cpuMs: 9_000 } });
    await pool.close();
    expect(outcomeOf(await busy)).toBe("RUNNER_LOST");
  });

  test("waits for what is just starting, so that it leaves no process either", async () => {
    const pool = await createRunnerPool({ maxRunners: 4, spareRunners: 3 });
    expect(pool.stats().starting).toBe(2);
    await pool.close();
    expect(listRunners()).toEqual([]);
    expect(pool.stats()).toMatchObject({ starting: 0, spares: 0, leased: 0 });
    await pool.close();
  });
});

describe("a pool", () => {
  test("tells the host what a capability threw, and for whom", async () => {
    const onCapabilityFailure = vi.fn<NonNullable<RunnerPoolOptions["onCapabilityFailure"]>>();
    const fault = new Error("disk full");
    const capabilities = [
      defineCapability({ name: "save", input: z.unknown(), handle: () => Promise.reject(fault) }),
    ];
    const pool = await createPool({ capabilities, onCapabilityFailure });
    expect(await execute(pool, "a", "await ctx.call('save', 1)").then(outcomeOf)).toBe("SCRIPT_ERROR");
    expect(onCapabilityFailure).toHaveBeenCalledExactlyOnceWith(
      fault,
      "save",
      expect.objectContaining({ tenant: "a" }),
    );
  });

  test("says at its creation when runners do not work here", async () => {
    const broken = createRunnerPool({ guestBundle: "throw new Error('broken bundle')" });
    await expect(broken).rejects.toMatchObject({
      code: "RUNNER_START",
      message: expect.stringContaining("broken bundle"),
    });
  });
});

test("a tenant whose runners end one after the other waits for the next, and others are served", async () => {
  const pool = await createPool({ maxRunners: 4, spareRunners: 2 });
  const pidOf = (tenant: string): number | undefined =>
    pool.runners().find((runner) => runner.tenant === tenant)?.pid;
  let lostAt = 0;
  for (let loss = 0; loss < 7; loss++) {
    await execute(pool, "crasher");
    lostAt = performance.now();
    process.kill(pidOf("crasher") as number, "SIGKILL");
    await vi.waitFor(() => expect(pidOf("crasher")).toBeUndefined(), { timeout: 20_000, interval: 5 });
  }
  const [crasher, other] = await Promise.all([execute(pool, "crasher"), execute(pool, "other")]);
  expect([crasher, other].map(outcomeOf)).toEqual([1, 1]);
  expect(performance.now() - lostAt).toBeGreaterThanOrEqual(800);
});
