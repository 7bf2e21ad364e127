import { readFileSync, readdirSync } from "node:fs";

/** Whether a process runs; one that has ended and was not reaped yet does not. */
export function isLiving(pid: number): boolean {
  const state = /^State:\s+(\S)/m.exec(readProc(pid, "status"))?.[1];
  return state !== undefined && state !== "Z" && state !== "X";
}

/** Text of a file of a process under /proc; empty when the process is gone. */
export function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}

/** The runner processes, and their wrappers, that this process started and that still run. */
export function listRunners(): number[] {
  return listDescendants(process.pid).filter(
    (pid) => isLiving(pid) && readProc(pid, "cmdline").includes("--input-type=commonjs"),
  );
}

function listDescendants(root: number): number[] {
  const children = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => Number(/^PPid:\s+(\d+)/m.exec(readProc(pid, "status"))?.[1]) === root);
  return [...children, ...children.flatMap(listDescendants)];
}
