import { listProcesses } from "../src/attacks/processes.ts";

export { listDescendants } from "../src/attacks/processes.ts";

/** Those of `pids` that still live. */
export function filterLiving(pids: readonly number[]): number[] {
  const living = new Set(listProcesses().map(({ pid }) => pid));
  return pids.filter((pid) => living.has(pid));
}
