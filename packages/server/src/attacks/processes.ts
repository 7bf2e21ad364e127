import { readdirSync, readFileSync } from "node:fs";

/** A living process, as /proc tells of it. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
}

/** Ids of all living processes that descend from `root`, from /proc; zombies do not count. */
export function listDescendants(root: number): number[] {
  const childrenOf = Map.groupBy(listProcesses(), ({ parent }) => parent);
  const found: number[] = [];
  const open = [root];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const children = (childrenOf.get(id) ?? []).map(({ pid }) => pid);
    found.push(...children);
    open.push(...children);
  }
  return found;
}

/** Every living process of this machine that /proc shows. */
export function listProcesses(): ProcessEntry[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readProcess(Number(name)) ?? []);
}

/** Fields 3 and 4 of proc_pid_stat(5), counted from behind the name, which may hold anything. */
function readProcess(pid: number): ProcessEntry | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return state === "Z" ? undefined : { pid, parent: Number(parent) };
  } catch {
    return undefined; // it ended between the listing and the reading
  }
}
