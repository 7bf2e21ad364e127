import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { readPostmasterFile } from "../../src/db/embedded/postmaster-file.ts";
import { makeDataDir } from "../data-dir.ts";
import { listDescendants } from "../process-tree.ts";
import { readFirstLine, startChild } from "./child.ts";

/** An embedded PostgreSQL in a process of its own, on a private socket, that comes back when it is killed. */
export interface PostgresProcess extends AsyncDisposable {
  readonly url: string;
  /** `kill -9` of the postmaster alone, whose children then have to notice, or of all of them. */
  kill(isWhole: boolean): void;
  /** SIGSTOP of all its processes. @returns what lets them go on. */
  pause(): () => void;
  /** Resolves when it answers. */
  untilReady(): Promise<void>;
}

const READY_POLL_MS = 50;
const READY_MOST_MS = 90_000;
const CONNECT_MS = 5_000;

export async function startPostgres(log: string): Promise<PostgresProcess> {
  const dataDir = makeDataDir();
  const owner = startChild({ program: "../embedded-owner.ts", words: [dataDir], log });
  const facts = JSON.parse(await readFirstLine(owner)) as {
    readonly url?: string;
    readonly folder?: string;
    readonly message?: string;
  };
  const { url, folder } = facts;
  if (url === undefined || folder === undefined) throw new Error(`no PostgreSQL: ${facts.message}`);
  const cluster = join(folder, "server", "cluster");

  function listProcesses(): readonly number[] {
    const pid = readPostmasterFile(cluster)?.pid;
    return pid === undefined ? [] : [pid, ...listDescendants(pid)];
  }

  return {
    url,
    kill(isWhole) {
      const [postmaster, ...others] = listProcesses();
      signalAll(postmaster === undefined ? [] : [postmaster], "SIGKILL");
      if (isWhole) signalAll(others, "SIGKILL");
    },
    pause() {
      const stopped = listProcesses();
      signalAll(stopped, "SIGSTOP");
      return () => signalAll(stopped, "SIGCONT");
    },
    async untilReady() {
      const deadline = Date.now() + READY_MOST_MS;
      while (!(await answers(url))) {
        if (Date.now() > deadline) throw new Error("PostgreSQL did not come back");
        await sleep(READY_POLL_MS);
      }
    },
    async [Symbol.asyncDispose]() {
      signalAll(listProcesses(), "SIGCONT");
      await endOwner(owner);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** It stops its server in order when its input ends. */
async function endOwner(owner: ChildProcess): Promise<void> {
  if (owner.exitCode !== null || owner.signalCode !== null) return;
  const gone = once(owner, "exit");
  owner.stdin?.end();
  await gone;
}

function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended meanwhile.
    }
  }
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS });
  client.on("error", () => {});
  try {
    await client.connect();
    await client.query("select 1");
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}
