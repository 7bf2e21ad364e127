import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { NodeRole } from "../../src/platform.ts";
import { filterLiving, listDescendants } from "../process-tree.ts";
import { endChild, isAlive, readFirstLine, startChild } from "./child.ts";

export interface NodeOptions {
  readonly name: string;
  readonly role: NodeRole;
  readonly env: Readonly<Record<string, string>>;
  /** Beside `child.ts`. The first line that it prints tells its address. */
  readonly program: string;
  readonly words: readonly string[];
  readonly log: string;
}

/** A node of the platform as a process that can be mistreated. */
export interface NodeProcess extends AsyncDisposable {
  readonly name: string;
  readonly role: NodeRole;
  /** Undefined while it does not listen. */
  readonly url: string | undefined;
  /** Undefined while it is not there. */
  readonly pid: number | undefined;
  /** Starts it, and again while it does not get there, such as for want of a database. */
  start(): Promise<void>;
  /** `kill -9`, after which the runners have to end by themselves. */
  kill(): Promise<void>;
  /** SIGTERM. @throws Error when it does not end well within half a minute. */
  stop(): Promise<void>;
  /** SIGSTOP and SIGCONT. */
  pause(): void;
  resume(): void;
  listRunners(): readonly number[];
  /** Processes that outlived the node that they belonged to. */
  listOrphans(): readonly number[];
  /** Ends that nobody caused; the node was started again after each. */
  readonly crashes: readonly string[];
}

const ADDRESS = /http:\/\/\S+/;
const START_AGAIN_MS = 300;
const START_MOST_MS = 90_000;
const STOP_MOST_MS = 30_000;

export function createNodeProcess({ name, role, env, program, words, log }: NodeOptions): NodeProcess {
  let child: ChildProcess | undefined;
  let url: string | undefined;
  /** Aborted when it is ended on purpose. */
  let wanted = new AbortController();
  const crashes: string[] = [];
  /** When each was born: its id may be another process's by now. */
  const relatives = new Map<number, string | undefined>();

  async function startOnce(): Promise<void> {
    const started = startChild({ program, words, env: { ...env, SKERRY_ROLE: role }, log });
    child = started;
    const line = await readFirstLine(started).catch(async (error: unknown) => {
      await endChild(started, "SIGKILL");
      throw error;
    });
    url = ADDRESS.exec(line)?.[0];
    started.once("exit", (code, signal) => {
      url = undefined;
      if (wanted.signal.aborted) return;
      crashes.push(`${name} ended by itself with ${signal ?? `exit code ${code}`}`);
      // As whatever runs nodes would; when it cannot, the next start tells why.
      start().catch(() => {});
    });
  }

  async function start(): Promise<void> {
    const { signal } = (wanted = new AbortController());
    const deadline = Date.now() + START_MOST_MS;
    while (!signal.aborted) {
      try {
        return await startOnce();
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await sleep(START_AGAIN_MS);
      }
    }
  }

  function signalLiving(signal: NodeJS.Signals): void {
    if (child !== undefined && isAlive(child)) child.kill(signal);
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (child?.pid === undefined) return;
    wanted.abort();
    url = undefined;
    for (const pid of listDescendants(child.pid)) relatives.set(pid, readBirth(pid));
    await endChild(child, signal);
  }

  return {
    name,
    role,
    crashes,
    get url() {
      return url;
    },
    get pid() {
      return child !== undefined && isAlive(child) ? child.pid : undefined;
    },
    start,
    kill: () => end("SIGKILL"),
    async stop() {
      if (child === undefined || !isAlive(child)) return;
      const gone = once(child, "exit", { signal: AbortSignal.timeout(STOP_MOST_MS) });
      const ending = end("SIGTERM");
      try {
        const [code, signal] = (await gone) as [number | null, NodeJS.Signals | null];
        if (code !== 0) throw new Error(`${name} stopped with ${signal ?? code} instead of 0`);
      } catch (error) {
        signalLiving("SIGKILL");
        throw error;
      } finally {
        await ending;
      }
    },
    pause: () => signalLiving("SIGSTOP"),
    resume: () => signalLiving("SIGCONT"),
    listRunners() {
      return child?.pid === undefined || !isAlive(child) ? [] : listDescendants(child.pid).filter(isRunner);
    },
    listOrphans: () =>
      filterLiving([...relatives.keys()]).filter((pid) => readBirth(pid) === relatives.get(pid)),
    async [Symbol.asyncDispose]() {
      await end("SIGKILL");
    },
  };
}

/** What a node has beside its runners: the compiler, and the shell that keeps processors free. */
const NO_RUNNER = /esbuild|^sh\0/;

function isRunner(pid: number): boolean {
  try {
    return !NO_RUNNER.test(readFileSync(`/proc/${pid}/cmdline`, "utf8"));
  } catch {
    return false; // it ended meanwhile
  }
}

/** Field 22 of proc_pid_stat(5), counted from behind the name, which may hold anything. */
function readBirth(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined; // it ended meanwhile
  }
}
