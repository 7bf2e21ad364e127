import { readFileSync } from "node:fs";

const KIB_PER_MB = 1_024;

/** What processes hold, in MB. */
export interface ProcessMemory {
  /** Nobody else's. */
  readonly privateMb: number;
  /** With their share of what several hold together ("proportional set size"). */
  readonly shareMb: number;
}

/** The memory of processes together, from Linux's /proc. */
export function readMemory(pids: readonly number[]): ProcessMemory {
  const texts = pids.map((pid) => readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"));
  return {
    privateMb: sumMb(texts, /^Private_\w+:\s+(\d+) kB$/gm),
    shareMb: sumMb(texts, /^Pss:\s+(\d+) kB$/gm),
  };
}

/** A process and those that wrap it, up to but without the one that asks. */
export function withWrappers(pid: number): number[] {
  if (pid === process.pid) return [];
  const parent = Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
  return [pid, ...withWrappers(parent)];
}

function sumMb(texts: readonly string[], line: RegExp): number {
  const kib = texts.flatMap((text) => [...text.matchAll(line)].map(([, size]) => Number(size)));
  return kib.reduce((sum, size) => sum + size, 0) / KIB_PER_MB;
}
