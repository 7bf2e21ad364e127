import { readFileSync } from "node:fs";

const PAGE_BYTES = 4096;
/** Linux counts processor time for programs in hundredths of a second on every machine that Node runs on. */
const MS_PER_TICK = 10;

/** Resident memory of a process in bytes, from Linux's /proc; undefined where there is none or it has ended. */
export function readResidentBytes(pid: number): number | undefined {
  const pages = read(`/proc/${pid}/statm`)?.split(" ")[1];
  return pages === undefined ? undefined : Number(pages) * PAGE_BYTES;
}

/** Processor time of all threads of a process in ms, exact to 10 ms; undefined where there is no /proc. */
export function readCpuMs(pid: number): number | undefined {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // What follows the name, which may hold anything, begins with the third field of proc_pid_stat(5).
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
}

/** The processes that a process started, from Linux's /proc. */
export function readChildren(pid: number): number[] {
  const text = read(`/proc/${pid}/task/${pid}/children`)?.trim();
  return text ? text.split(" ").map(Number) : [];
}

/** The process at the end of a chain of wrappers; the process itself where it has started none. */
export function findInnermost(pid: number): number {
  const [child] = readChildren(pid);
  return child === undefined ? pid : findInnermost(child);
}

/** Ends a process at once, and the one inside its wrappers, which does not go with them on every system. */
export function killWithInnermost(pid: number): void {
  for (const target of new Set([findInnermost(pid), pid])) {
    try {
      process.kill(target, "SIGKILL");
    } catch {
      // It is gone already.
    }
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
