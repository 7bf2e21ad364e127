import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { expect, onTestFinished, test, vi } from "vitest";
import { readProc } from "../../test/processes.ts";
import { FreeProcessor } from "./free-processor.ts";

const CAN_PIN = availableParallelism() > 1 && spawnSync("taskset", ["--version"]).status === 0;

async function startProcess(): Promise<ChildProcess & { pid: number }> {
  const child = spawn(process.execPath, ["-e", 'process.stdout.write("up"); setInterval(() => {}, 1_000)'], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await once(child, "close");
  });
  await once(child.stdout, "data");
  return child as ChildProcess & { pid: number };
}

/** The processors that a process may run on, by the system's word. */
function processorsOf(pid: number): string | undefined {
  return /^Cpus_allowed:\s*(\S+)$/m.exec(readProc(pid, "status"))?.[1];
}

test("a process is kept off one processor while tenants take turns; what is gone does no harm", async () => {
  await using free = new FreeProcessor();
  const { pid } = await startProcess();
  const all = processorsOf(pid);
  free.note("acme");
  free.keepOff(2 ** 22);
  free.keepOff(pid);
  free.note("acme");
  expect(processorsOf(pid)).toBe(all);
  free.note("globex");
  if (CAN_PIN) await vi.waitFor(() => expect(processorsOf(pid)).not.toBe(all), { timeout: 20_000 });
  free.letOn(pid);
  await vi.waitFor(() => expect(processorsOf(pid)).toBe(all), { timeout: 20_000 });
});

test("it leaves no process behind, used or not", async () => {
  const before = readProc(process.pid, `task/${process.pid}/children`);
  const free = new FreeProcessor();
  await free[Symbol.asyncDispose]();
  await free[Symbol.asyncDispose]();
  expect(readProc(process.pid, `task/${process.pid}/children`)).toBe(before);
});
