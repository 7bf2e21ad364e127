import { readFileSync } from "node:fs";

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
