import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll } from "vitest";

/** Sockets and pipes close a few turns after the call that closes them. */
const SETTLE_MS = 2_000;
const SETTLE_STEP_MS = 20;

/** The development bundles' esbuild keeps one process, which ends with this one. */
const BUNDLER = /\/esbuild --service=/;

let before = new Map<string, number>();

beforeAll(async () => {
  before = await countOpen();
  // What ticks now is Vitest's own report timer, which ends by itself.
  before.delete("Timeout");
});

// A setup file's hooks surround those of the test file: this one runs last.
afterAll(async () => {
  const deadline = performance.now() + SETTLE_MS;
  let leaks = await listLeaks();
  while (leaks.length > 0 && performance.now() < deadline) {
    await sleep(SETTLE_STEP_MS);
    leaks = await listLeaks();
  }
  if (leaks.length > 0) throw new Error(`This test file left something behind: ${leaks.join(", ")}.`);
});

async function listLeaks(): Promise<string[]> {
  const now = await countOpen();
  return [...now].flatMap(([name, count]) => {
    const excess = count - (before.get(name) ?? 0);
    return excess > 0 ? [`${excess} × ${name}`] : [];
  });
}

/** Handles, requests and timers that keep the event loop alive, and child processes, each by name. */
async function countOpen(): Promise<Map<string, number>> {
  const names = [...process.getActiveResourcesInfo(), ...(await listChildren())];
  return names.reduce(
    (counts, name) => counts.set(name, (counts.get(name) ?? 0) + 1),
    new Map<string, number>(),
  );
}

/** Live child processes of this one. Linux only; elsewhere their handles and pipes tell. */
async function listChildren(): Promise<string[]> {
  if (process.platform !== "linux") return [];
  const tasks = await readdir("/proc/self/task");
  const texts = await Promise.all(tasks.map((task) => readFileOr(`/proc/self/task/${task}/children`, "")));
  const ids = texts.join(" ").split(/\s+/).filter(Boolean);
  const children = await Promise.all(
    ids.map(async (id) => {
      const command = (await readFileOr(`/proc/${id}/cmdline`, "")).replaceAll("\0", " ").trim();
      // One that has ended has no command any more, while its last threads end: Node fetches its exit code by itself.
      return command === "" || BUNDLER.test(command) ? [] : [`child process ${id} (${command})`];
    }),
  );
  return children.flat();
}

/** A task or process can end between its listing and this read. */
async function readFileOr(path: string, fallback: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch {
    return fallback;
  }
}
