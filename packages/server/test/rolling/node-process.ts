import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { createInterface } from "node:readline";
import type { NodeRole } from "../../src/platform.ts";
import { endChild, isAlive } from "../chaos/child.ts";
import { spawnSkerry } from "../skerry-process.ts";

export interface RollingNodeOptions {
  readonly name: string;
  readonly role: NodeRole;
  readonly env: Readonly<Record<string, string>>;
  /** Gets what the node writes to stderr. */
  readonly log: string;
}

/** A node as operators run it: `skerry start`, configured by its environment, stopped by SIGTERM. */
export interface RollingNode extends AsyncDisposable {
  readonly name: string;
  readonly role: NodeRole;
  /** Of its present process; undefined before the first has begun to listen. */
  readonly url: string | undefined;
  /** Resolves when it listens. */
  start(): Promise<void>;
  /** SIGTERM. @throws Error when it does not end with exit code 0 within 40 s. */
  stop(): Promise<void>;
}

const START_MS = 60_000;
const STOP_MS = 40_000;

export function createRollingNode({ name, role, env, log }: RollingNodeOptions): RollingNode {
  let child: ChildProcessWithoutNullStreams | undefined;
  let url: string | undefined;

  return {
    name,
    role,
    get url() {
      return url;
    },
    async start() {
      child = spawnSkerry(["start"], { env: { ...env, PORT: "0", SKERRY_ROLE: role } });
      child.stderr.pipe(createWriteStream(log, { flags: "a" }));
      url = await readUrl(child, name);
    },
    async stop() {
      if (child === undefined || !isAlive(child)) throw new Error(`${name} has ended by itself`);
      const gone = once(child, "exit", { signal: AbortSignal.timeout(STOP_MS) });
      child.kill("SIGTERM");
      const [code, signal] = (await gone) as [number | null, NodeJS.Signals | null];
      if (code !== 0) throw new Error(`${name} stopped with ${signal ?? code} instead of 0`);
    },
    async [Symbol.asyncDispose]() {
      if (child !== undefined) await endChild(child, "SIGKILL");
    },
  };
}

/** The address in the greeting, the rest of which is let go by. */
async function readUrl(child: ChildProcessWithoutNullStreams, name: string): Promise<string> {
  const late = setTimeout(() => child.kill("SIGKILL"), START_MS);
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
      if (url !== undefined) return url;
    }
    throw new Error(`${name} ended, or took a minute, before it listened`);
  } finally {
    clearTimeout(late);
    child.stdout.resume();
  }
}
