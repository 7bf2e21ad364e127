import { readFileSync, readdirSync, readlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { setImmediate as nextTurn } from "node:timers/promises";
import v8 from "node:v8";
import vm from "node:vm";
import { listRunners } from "../processes.ts";

const MEBIBYTE = 1024 * 1024;

/** What may stay more than it was. Resident memory is the allocator's to give back, a part of it at least. */
const TOLERANCES_MB = { heap: 8, external: 8, resident: 64 } as const;

type MemoryKind = keyof typeof TOLERANCES_MB;

/** What this process holds. */
export interface Footprint {
  /** In MiB. */
  readonly memory: Readonly<Record<MemoryKind, number>>;
  /** By name: handles and timers of the event loop, descriptors, threads, processes, temporary files. */
  readonly things: Readonly<Record<string, number>>;
}

/** Takes the footprint, after as much garbage collection as helps. */
export async function takeFootprint(): Promise<Footprint> {
  const collect = exposeCollector();
  for (let round = 0; round < 3; round++) {
    collect();
    // Finalizers run between the rounds.
    await nextTurn();
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return {
    memory: { heap: heapUsed / MEBIBYTE, external: external / MEBIBYTE, resident: rss / MEBIBYTE },
    things: countThings(),
  };
}

/** What is there afterwards that was not before, each in words. */
export function findLeaks(before: Footprint, after: Footprint): string[] {
  const things = Object.entries(after.things).flatMap(([name, count]) => {
    const excess = count - (before.things[name] ?? 0);
    return excess > 0 ? [`${excess} × ${name}`] : [];
  });
  const memory = (Object.keys(TOLERANCES_MB) as MemoryKind[]).flatMap((kind) => {
    const excess = after.memory[kind] - before.memory[kind];
    return excess > TOLERANCES_MB[kind] ? [`${excess.toFixed(1)} MiB of ${kind} memory`] : [];
  });
  return [...things, ...memory];
}

function countThings(): Record<string, number> {
  const things: Record<string, number> = {};
  for (const name of listThings()) things[name] = (things[name] ?? 0) + 1;
  return things;
}

function listThings(): string[] {
  const files = readdirSync(tmpdir()).map(() => "temporary file");
  const runners = listRunners().map(() => "runner process");
  const resources = process.getActiveResourcesInfo();
  if (process.platform !== "linux") return [...files, ...resources];
  const tasks = readdirSync("/proc/self/task");
  const children = tasks.flatMap((task) => readText(`/proc/self/task/${task}/children`).match(/\d+/g) ?? []);
  return [
    ...files,
    ...runners,
    ...resources,
    ...tasks.map(() => "thread"),
    ...children.map(() => "child process"),
    ...readdirSync("/proc/self/fd").flatMap(describeDescriptor),
  ];
}

/** None for that of the listing itself, which is closed by now. */
function describeDescriptor(descriptor: string): string[] {
  try {
    return [`descriptor of ${readlinkSync(`/proc/self/fd/${descriptor}`).replace(/:\[\d+\]$/, "")}`];
  } catch {
    return [];
  }
}

/** Text of a file; empty for a thread that has ended meanwhile. */
function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function exposeCollector(): () => void {
  v8.setFlagsFromString("--expose-gc");
  return vm.runInNewContext("gc") as () => void;
}
