import { readFileSync } from "node:fs";
import { listDescendants } from "./processes.ts";

const SAMPLE_EVERY_MS = 20;

/** Watches how much memory the processes under this one take. */
export interface MemoryWatch extends Disposable {
  /** Largest resident memory that one of them has had, in bytes; 0 where the system does not tell. */
  peakBytes(): number;
}

/** Reads the kernel's high-water mark of every process under this one, again and again until they are gone. */
export function watchMemory(): MemoryWatch {
  let peak = 0;
  const sample = (): void => {
    for (const pid of listDescendants(process.pid)) peak = Math.max(peak, readPeakBytes(pid));
  };
  const timer = process.platform === "linux" ? setInterval(sample, SAMPLE_EVERY_MS) : undefined;
  return { peakBytes: () => peak, [Symbol.dispose]: () => clearInterval(timer) };
}

/** `VmHWM` of proc_pid_status(5); 0 for a process that has ended. */
function readPeakBytes(pid: number): number {
  try {
    const kib = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return Number(kib ?? 0) * 1024;
  } catch {
    return 0;
  }
}
