import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const LOADER = new URL("../../../../scripts/tsx-loader.mjs", import.meta.url).href;
const FLAGS = ["--conditions=@skerry/source", "--disable-warning=ExperimentalWarning", `--import=${LOADER}`];
const START_MS = 60_000;

export interface ChildOptions {
  /** Beside this file. */
  readonly program: string;
  readonly words?: readonly string[];
  /** Added to a nearly empty environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Gets what the program writes to stderr. */
  readonly log: string;
}

/** Starts a program of our own as a process. The caller ends it; one that calls {@link endWithParent} ends anyway. */
export function startChild({ program, words = [], env = {}, log }: ChildOptions): ChildProcess {
  const file = fileURLToPath(new URL(program, import.meta.url));
  const output = openSync(log, "a");
  try {
    return spawn(process.execPath, [...FLAGS, file, ...words], {
      env: { PATH: process.env.PATH, TMPDIR: process.env["TMPDIR"], ...env },
      stdio: ["pipe", "pipe", output],
    });
  } finally {
    closeSync(output);
  }
}

/** Makes this process end when the one that started it is gone, however that went. */
export function endWithParent(): void {
  process.stdin.resume().once("end", () => process.exit(1));
  process.stdin.unref();
}

/** The first line with anything in it that the program prints. @throws Error when it ends or takes a minute before. */
export async function readFirstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error("the program's stdout is not piped");
  const lines = createInterface({ input: child.stdout });
  const { promise: first, resolve } = Promise.withResolvers<string>();
  lines.on("line", (line) => {
    if (line !== "") resolve(line);
  });
  const given = new AbortController();
  const { signal } = given;
  const ended = once(child, "exit", { signal }).then(([code, by]) => {
    throw new Error(`the program ended (${String(by ?? code)}) before it was ready`);
  });
  const late = sleep(START_MS, undefined, { signal }).then(() => {
    throw new Error(`the program was not ready within ${START_MS} ms`);
  });
  try {
    return await Promise.race([first, ended, late]);
  } finally {
    given.abort();
    ended.catch(() => {});
    late.catch(() => {});
    lines.close();
    child.stdout.resume();
  }
}

/** Whether it runs, or could if it were not stopped. */
export function isAlive({ pid, exitCode, signalCode }: ChildProcess): boolean {
  return pid !== undefined && exitCode === null && signalCode === null;
}

/** Ends it with this signal and waits until it is gone. */
export async function endChild(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (!isAlive(child)) return;
  const gone = once(child, "exit");
  child.kill(signal);
  await gone;
}
