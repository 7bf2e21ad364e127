import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { expect, onTestFinished, test, vi } from "vitest";
import { type SoakReport, describeReport, isWell, soak } from "./soak.ts";
import type { SoakSuite } from "./suite.ts";

const SECONDS = 0.3;
const SETTLE_MS = 300;
const LEAK_BYTES = 20 * 1024 * 1024;

/** Does something at the end of its work, not of its warm-up. */
function createSuite(leave: () => void | Promise<void> = () => {}): SoakSuite {
  let turns = 0;
  return {
    name: "work",
    async run({ signal, tally }) {
      await once(signal, "abort");
      if (turns++ > 0) await leave();
      tally.count("turns");
    },
  };
}

test("a soak tells what work has left behind, of every kind", async () => {
  const folder = mkdtempSync(join(tmpdir(), "soak-test-"));
  vi.stubEnv("TMPDIR", folder);
  const kept: unknown[] = [];
  const suite = createSuite(async () => {
    // Several, because a timer of Vitest's own may end meanwhile.
    const timers = [1, 2, 3].map(() => setTimeout(() => {}, 60_000));
    const descriptor = openSync(folder, "r");
    const child = spawn("sleep", ["60"], { stdio: "ignore" });
    const worker = new Worker("setInterval(() => {}, 1000)", { eval: true });
    onTestFinished(async () => {
      timers.forEach(clearTimeout);
      closeSync(descriptor);
      child.kill();
      await Promise.all([once(child, "exit"), worker.terminate()]);
      rmSync(folder, { recursive: true });
      vi.unstubAllEnvs();
    });
    writeFileSync(join(folder, "left"), "");
    kept.push(
      Buffer.alloc(LEAK_BYTES),
      Array.from({ length: LEAK_BYTES / 8 }, (_, index) => index + 0.5),
    );
    await once(worker, "online");
  });
  const report = await soak({ seconds: SECONDS, settleMs: SETTLE_MS, suites: [suite] });
  expect(isWell(report)).toBe(false);
  expect(kept).toHaveLength(2);
  for (const leak of [
    expect.stringMatching(/^[1-4] × Timeout$/),
    `1 × descriptor of ${folder}`,
    "1 × child process",
    "1 × temporary file",
    expect.stringMatching(/^\d+ × thread$/),
    expect.stringMatching(/^2\d\.\d MiB of external memory$/),
    expect.stringMatching(/^2\d\.\d MiB of heap memory$/),
  ]) {
    expect(report.leaks).toContainEqual(leak);
  }
  expect(describeReport(report)).toContain("LEFT BEHIND 1 × child process");
});

test("what came out of work and should not have is told", async () => {
  const suite: SoakSuite = {
    name: "surprising",
    async run({ tally }) {
      tally.judge("a loop", "ok", ["BRIDGE_TIMEOUT"]);
      throw new Error("a fault of the suite");
    },
  };
  const report = await soak({ seconds: SECONDS, settleMs: 0, suites: [suite] });
  expect([isWell(report), report.counts]).toEqual([false, { surprising: { ok: 2 } }]);
  expect(report.surprises[0]).toBe("surprising: a loop: ok instead of BRIDGE_TIMEOUT");
  expect(report.surprises[1]).toContain("surprising: it ended with Error: a fault of the suite");
});

test("the program ends with 0 and a report when all came back", async () => {
  const main = fileURLToPath(new URL("main.ts", import.meta.url));
  const args = [
    "--conditions=@skerry/source",
    main,
    "--json",
    "--here",
    "--only=quickjs-bridge",
    "--seconds=3",
  ];
  // A folder of its own: what other tests put into the common one is no leak of this program.
  const folder = mkdtempSync(join(tmpdir(), "soak-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    env: { ...process.env, TMPDIR: folder },
  });
  const report = JSON.parse(stdout) as SoakReport;
  expect(report).toMatchObject({ leaks: [], surprises: [] });
  expect(report.counts["quickjs-bridge"]?.["ok"]).toBeGreaterThan(0);
});
