import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { stop as stopEsbuild } from "esbuild";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { describeBridge } from "../../test/bridge-conformance.ts";
import { killRunners } from "../../test/bridge-runners.ts";
import { isLiving, listRunners, readProc } from "../../test/processes.ts";
import type { BridgeError } from "./errors.ts";
import { ProcessBridge, type ProcessTransport } from "./process-bridge.ts";

afterAll(stopEsbuild);

/** V8 looks at no clock in here, and needs no memory. */
const UNSTOPPABLE = "return Array.prototype.includes.call({ length: 2 ** 53 - 1 }, 1)";
/** More than a runner at rest uses, in ticks of 10 ms. */
const LOOPING_TICKS = 20;
const TRANSPORTS: readonly ProcessTransport[] = ["fifos", "socket"];

for (const transport of TRANSPORTS) {
  describeBridge(
    `ProcessBridge over its ${transport}`,
    (options) => new ProcessBridge({ ...options, transport }),
  );
}

describe.each(TRANSPORTS)("ProcessBridge over its %s", (transport) => {
  test.each([
    ["a loop", "for (;;);", 300, "BRIDGE_TIMEOUT"],
    ["what V8 cannot stop", UNSTOPPABLE, 300, "BRIDGE_TIMEOUT"],
    ["the death of the runner", "return data.die()", 10_000, "BRIDGE_LOST"],
  ])("gives the next call a fresh runner after %s", async (_, code, timeoutMs, error) => {
    await using bridge = new ProcessBridge({ transport, timeoutMs });
    await bridge.initialize();
    using scope = bridge.openScope({ die: killRunners, n: 41 });
    for (let round = 0; round < 2; round++) {
      await expect(scope.execute(code)).rejects.toMatchObject({ code: error });
      expect(await scope.execute("return data.n + 1")).toBe(42);
    }
    if (!bridge.isSynchronous) return;
    for (let round = 0; round < 2; round++) {
      expect(() => scope.executeSync(code)).toThrow(expect.objectContaining({ code: error }));
      expect(scope.executeSync("return data.n + 1")).toBe(42);
    }
  });

  test("gives a call a fresh runner once it has noticed that the last one died at rest", async () => {
    await using bridge = new ProcessBridge({ transport });
    expect(await bridge.execute("return 1")).toBe(1);
    killRunners();
    const outcome = await bridge.execute("return 2").catch((error: unknown) => (error as BridgeError).code);
    expect([2, "BRIDGE_LOST"]).toContain(outcome);
    expect(await bridge.execute("return 3")).toBe(3);
  });

  test("says what is wrong with a guest bundle", async () => {
    await using bridge = new ProcessBridge({ transport, guestBundle: "nowhere.to.be.found" });
    await expect(bridge.initialize()).rejects.toMatchObject({
      code: "BRIDGE_START",
      message: "the guest bundle failed: nowhere is not defined",
    });
  });

  test("leaves no process, descriptor or thread behind, whatever became of its runners", async () => {
    await using first = new ProcessBridge({ transport });
    await first.initialize();
    await first.dispose();
    const before = countDescriptors();
    const bridges = ["return 1", "for (;;);", UNSTOPPABLE].map(async (code) => {
      const bridge = new ProcessBridge({ transport, timeoutMs: 200 });
      await bridge.execute(code).catch(() => {});
      return bridge;
    });
    const unstarted = new ProcessBridge({ transport });
    const starting = new ProcessBridge({ transport });
    const start = starting.initialize().catch(() => {});
    for (const bridge of [...(await Promise.all(bridges)), unstarted, starting]) await bridge.dispose();
    await start;
    expect(listRunners()).toEqual([]);
    await expect.poll(countDescriptors).toBeLessThanOrEqual(before);
  });

  test("fails what is under way when it is disposed", async () => {
    const bridge = new ProcessBridge({ transport });
    await bridge.initialize();
    const execution = bridge.execute("for (;;);");
    await Promise.all([
      expect(execution).rejects.toMatchObject({ code: "BRIDGE_DISPOSED" }),
      bridge.dispose(),
    ]);
    expect(listRunners()).toEqual([]);
  });
});

test("two bridges of one process wait for their own runners only", async () => {
  await using one = new ProcessBridge();
  await using two = new ProcessBridge();
  await Promise.all([one.initialize(), two.initialize()]);
  const data = { ask: (n: number) => two.executeSync(`return ${n} * 2`) };
  expect(one.executeSync("return data.ask(1) + data.ask(2)", data)).toBe(6);
  expect(listRunners().length).toBeGreaterThanOrEqual(2);
});

test("does not hold up the event loop while it executes", async () => {
  await using bridge = new ProcessBridge({ timeoutMs: 500 });
  await bridge.initialize();
  let turns = 0;
  const timer = setInterval(() => turns++, 5);
  await expect(bridge.execute("for (;;);")).rejects.toMatchObject({ code: "BRIDGE_TIMEOUT" });
  clearInterval(timer);
  // Of a hundred on a machine with nothing else to do; none if it did.
  expect(turns).toBeGreaterThan(5);
});

test("a runner dies with its host, also in a loop that nothing inside can stop", async () => {
  const path = fileURLToPath(new URL("../../test/bridge-host.ts", import.meta.url));
  const host = spawn(process.execPath, ["--conditions=@skerry/source", path, UNSTOPPABLE]);
  const [line] = (await once(host.stdout, "data")) as [Buffer];
  const pids = line.toString().trim().split(" ").map(Number);
  onTestFinished(() => pids.filter(isLiving).forEach((pid) => process.kill(pid, "SIGKILL")));
  const cpuAtRest = cpuTicks(pids);
  await expect.poll(() => cpuTicks(pids) - cpuAtRest, { timeout: 10_000 }).toBeGreaterThan(LOOPING_TICKS);
  host.kill("SIGKILL");
  await expect.poll(() => pids.filter(isLiving)).toEqual([]);
});

/** Processor time that processes have used. */
function cpuTicks(pids: readonly number[]): number {
  const ticksOf = (pid: number): number => {
    // Counted from the end of the name, which may hold spaces; see proc(5).
    const fields = readProc(pid, "stat").split(") ").at(-1)?.split(" ") ?? [];
    return Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
  };
  return pids.reduce((sum, pid) => sum + ticksOf(pid), 0);
}

function countDescriptors(): number {
  return readdirSync("/proc/self/fd").length;
}
