import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { DatabaseError } from "../errors.ts";

/** What a running server says of itself in `postmaster.pid`. */
export interface PostmasterFile {
  readonly pid: number;
  readonly ready: boolean;
}

/** Lines of the file, counted from 0 (PostgreSQL, src/include/utils/pidfile.h). */
const PID_LINE = 0;
const STATUS_LINE = 7;

const ORPHAN_STOP_MS = 15_000;
const ORPHAN_POLL_MS = 20;

export function readPostmasterFile(cluster: string): PostmasterFile | undefined {
  let lines: string[];
  try {
    lines = readFileSync(postmasterFile(cluster), "utf8").split("\n");
  } catch {
    return undefined;
  }
  const pid = Number(lines[PID_LINE]);
  return Number.isInteger(pid) && pid > 0
    ? { pid, ready: lines[STATUS_LINE]?.trim() === "ready" }
    : undefined;
}

/**
 * Clears away what a crash left, given that the caller holds the folder's lock: a server that lost its parent is
 * stopped (its data stays whole), and the file of one that is gone is removed. PostgreSQL itself would take any process
 * that has the same id by now for the old server, as happens after each restart of a container.
 *
 * @throws DatabaseError `EMBEDDED_DATABASE_IN_USE` when the old server does not stop.
 */
export async function clearOrphan(cluster: string): Promise<void> {
  const orphan = readPostmasterFile(cluster);
  if (orphan !== undefined && isServerOf(orphan.pid, cluster)) await stopOrphan(orphan.pid, cluster);
  rmSync(postmasterFile(cluster), { force: true });
}

async function stopOrphan(pid: number, cluster: string): Promise<void> {
  const deadline = Date.now() + ORPHAN_STOP_MS;
  // SIGINT is PostgreSQL's fast shutdown.
  process.kill(pid, "SIGINT");
  while (isServerOf(pid, cluster)) {
    if (Date.now() > deadline) {
      throw new DatabaseError(
        "EMBEDDED_DATABASE_IN_USE",
        `An earlier PostgreSQL, process ${pid}, still uses ${cluster} and does not stop. End it.`,
      );
    }
    await sleep(ORPHAN_POLL_MS);
  }
}

function isServerOf(pid: number, cluster: string): boolean {
  return readCommandLine(pid).includes(cluster);
}

/** Empty when there is no such process, or only a zombie. */
function readCommandLine(pid: number): string {
  if (process.platform !== "linux") {
    return spawnSync("ps", ["-o", "command=", "-p", `${pid}`], { encoding: "utf8" }).stdout;
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

function postmasterFile(cluster: string): string {
  return join(cluster, "postmaster.pid");
}
