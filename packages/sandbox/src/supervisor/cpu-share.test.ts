import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { getPriority } from "node:os";
import { stop as stopEsbuild } from "esbuild";
import { afterAll, expect, onTestFinished, test, vi } from "vitest";
import { readProc } from "../../test/processes.ts";
import { programOf, requestOf } from "../../test/programs.ts";
import { createRunnerPool } from "../pool/pool.ts";
import { CpuAccount } from "./cpu-account.ts";
import { CpuShare } from "./cpu-share.ts";

afterAll(stopEsbuild);

const HAS_SESSIONS = existsSync("/proc/self/autogroup");
const CAN_YIELD = HAS_SESSIONS || process.getuid?.() === 0;

/** A process in a session of its own, as a runner is; it spins while `isSpinning`, else it sleeps. */
async function startProcess({
  isSpinning,
}: {
  isSpinning: boolean;
}): Promise<ChildProcess & { pid: number }> {
  const program = `process.stdout.write("up"); ${isSpinning ? "for (;;);" : "setInterval(() => {}, 1_000)"}`;
  const child = spawn(process.execPath, ["-e", program], {
    detached: true,
    stdio: ["ignore", "pipe", "ignore"],
  });
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await once(child, "close");
  });
  await once(child.stdout, "data");
  return child as ChildProcess & { pid: number };
}

/** How far a process yields, by the system's word. */
function niceOf(pid: number): number {
  return HAS_SESSIONS ? Number(/nice (-?\d+)/.exec(readProc(pid, "autogroup"))?.[1]) : getPriority(pid);
}

test("a process that spins overdraws its tenant's account and yields", async () => {
  const { pid } = await startProcess({ isSpinning: true });
  const account = new CpuAccount();
  const share = new CpuShare(pid, account);
  expect(niceOf(pid)).toBe(0);
  await vi.waitFor(
    () => {
      share.charge();
      expect(account.isOverdrawn).toBe(true);
    },
    { timeout: 20_000 },
  );
  expect(niceOf(pid)).toBe(CAN_YIELD ? 15 : 0);
});

test("a process that sleeps is not charged; it yields for what its tenant used before until that is paid", async () => {
  const { pid } = await startProcess({ isSpinning: false });
  const account = new CpuAccount();
  account.charge(110);
  const share = new CpuShare(pid, account);
  expect(niceOf(pid)).toBe(CAN_YIELD ? 15 : 0);
  await vi.waitFor(
    () => {
      share.charge();
      expect(account.isOverdrawn).toBe(false);
    },
    { timeout: 20_000 },
  );
  expect(niceOf(pid)).toBe(0);
});

test("what a process sends is charged too: the host has work with it", async () => {
  const { pid } = await startProcess({ isSpinning: false });
  const account = new CpuAccount();
  const share = new CpuShare(pid, account);
  share.chargeBytes(3_000_000);
  expect(share.isYielding).toBe(false);
  share.chargeBytes(3_000_000);
  expect(share.isYielding).toBe(true);
});

test("a tenant that spins is read slowly, others are not", async () => {
  await using pool = await createRunnerPool({ maxRunners: 2, spareRunners: 0 });
  const send = async (tenant: string): Promise<number> => {
    const limits = { outputBytes: 4_000_000 };
    const { usage } = await pool.execute(
      requestOf(programOf("return 'x'.repeat(3_000_000)"), { tenant, limits }),
    );
    return usage.durationMs;
  };
  // 3 MB at 8 MB a second, less the burst; unless a busy machine let it pay with time what it owed.
  let slowestMs = 0;
  for (let attempt = 0; attempt < 20 && slowestMs <= 300; attempt++) {
    await pool.execute(requestOf(programOf("for (;;);"), { tenant: "spinner", limits: { cpuMs: 800 } }));
    slowestMs = await send("spinner");
  }
  expect(slowestMs).toBeGreaterThan(300);
  // A busy machine can hold up a tenant, a slow reader holds up each. Another one each time: sending is charged too.
  let fastestMs = Infinity;
  for (let attempt = 0; attempt < 20 && fastestMs >= 300; attempt++) {
    const tenant = `other ${attempt}`;
    await pool.execute(requestOf(programOf("return 1"), { tenant }));
    fastestMs = Math.min(fastestMs, await send(tenant));
  }
  expect(fastestMs).toBeLessThan(300);
}, 120_000);

test("a tenant that spins yields, nobody else does, and a new runner does not wipe that out", async () => {
  await using pool = await createRunnerPool({ maxRunners: 3, spareRunners: 0 });
  const pidOf = (tenant: string): number | undefined =>
    pool.runners().find((runner) => runner.tenant === tenant)?.pid;
  const execute = (tenant: string, body: string) =>
    pool.execute(requestOf(programOf(body), { tenant, limits: { cpuMs: 800, memoryMb: 16 } }));

  // A busy machine may give a spinner so little that it pays back what it uses: then another round shows it.
  await vi.waitFor(
    async () => {
      await Promise.all([execute("spinner", "for (;;);"), execute("other", "return 1")]);
      const pid = pidOf("spinner") as number;
      expect([niceOf(pid), niceOf(pidOf("other") as number)]).toEqual([CAN_YIELD ? 15 : 0, 0]);

      process.kill(pid, "SIGKILL");
      await vi.waitFor(() => expect(pidOf("spinner")).toBeUndefined());
      await execute("spinner", "return 1");
      expect(niceOf(pidOf("spinner") as number)).toBe(CAN_YIELD ? 15 : 0);
    },
    { timeout: 110_000 },
  );
}, 120_000);
