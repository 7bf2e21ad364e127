import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { bridgeWatchdogBundle } from "#bundles";
import { stop as stopEsbuild } from "esbuild";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { isLiving } from "../../../test/processes.ts";
import { type Watch, watchProcess } from "./watchdog.ts";

afterAll(stopEsbuild);

/** Longer than the watchdog stays awake when nothing happens. */
const REST_MS = 1_500;
const MEMORY_CAP_MB = 200;

test("a turn that lasts too long ends the process, after any rest; time between turns does not count", async () => {
  const child = start("setInterval(() => {}, 1e6)");
  await using watch = await watchChild(child);
  watch.beginTurn(200);
  watch.endTurn();
  await sleep(REST_MS);
  expect(isLiving(child.pid as number)).toBe(true);
  expect(watch.verdict).toBeUndefined();

  const exit = once(child, "exit");
  watch.beginTurn(200);
  expect(await exit).toEqual([null, "SIGKILL"]);
  expect(watch.verdict).toBe("deadline");
});

test("a process that takes too much memory in a turn is ended; its neighbour is not", async () => {
  const glutton = start(
    `const bytes = Buffer.alloc(${MEMORY_CAP_MB} * 1024 * 1024, 1); setInterval(() => bytes, 1e6)`,
  );
  const neighbour = start("setInterval(() => {}, 1e6)");
  await using watchOfGlutton = await watchChild(glutton);
  await using watchOfNeighbour = await watchChild(neighbour);
  const exit = once(glutton, "exit");
  watchOfNeighbour.beginTurn(60_000);
  watchOfGlutton.beginTurn(60_000);
  expect(await exit).toEqual([null, "SIGKILL"]);
  expect(watchOfGlutton.verdict).toBe("memory");
  expect(isLiving(neighbour.pid as number)).toBe(true);
});

test("the thread ends with the last watch, and the next watch has another", async () => {
  const child = start("setInterval(() => {}, 1e6)");
  const threads = countThreads();
  const one = await watchChild(child);
  const other = await watchChild(child);
  await one[Symbol.asyncDispose]();
  expect(countThreads()).toBeGreaterThan(threads);
  await other[Symbol.asyncDispose]();
  await other[Symbol.asyncDispose]();
  await expect.poll(countThreads).toBe(threads);
  await using _ = await watchChild(child);
  expect(countThreads()).toBeGreaterThan(threads);
});

function start(program: string): ChildProcess {
  const child = spawn(process.execPath, ["-e", program], { stdio: "ignore" });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, "exit");
    child.kill("SIGKILL");
    await exit;
  });
  return child;
}

async function watchChild({ pid }: ChildProcess): Promise<Watch> {
  return watchProcess(await bridgeWatchdogBundle(), pid as number, MEMORY_CAP_MB);
}

function countThreads(): number {
  return readdirSync("/proc/self/task").length;
}
