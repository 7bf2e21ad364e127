import { spawn } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const LOADER = new URL("../../../scripts/tsx-loader.mjs", import.meta.url).href;
const PROGRAM = fileURLToPath(new URL("../bin/skerry.mjs", import.meta.url));

/** How a finished `skerry` process ended. */
export interface FinishedProcess {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProcessOptions {
  /** Added to a nearly empty environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** Starts `skerry` from its sources as a real process. The caller ends it. */
export function spawnSkerry(
  args: readonly string[],
  { env = {}, cwd }: ProcessOptions = {},
): ChildProcessWithoutNullStreams {
  const flags = [
    "--conditions=@skerry/source",
    "--disable-warning=ExperimentalWarning",
    `--import=${LOADER}`,
  ];
  const { PATH, TMPDIR, NODE_COMPILE_CACHE } = process.env;
  return spawn(process.execPath, [...flags, PROGRAM, ...args], {
    env: { PATH, TMPDIR, NODE_COMPILE_CACHE, ...env },
    cwd,
  });
}

/** Runs `skerry` to its end. */
export async function runSkerry(args: readonly string[], options?: ProcessOptions): Promise<FinishedProcess> {
  const child = spawnSkerry(args, options);
  child.stdin.end();
  const [stdout, stderr, exit] = await Promise.all([
    readAll(child.stdout),
    readAll(child.stderr),
    once(child, "exit"),
  ]);
  return { exitCode: exit[0] as number | null, stdout, stderr };
}

async function readAll(stream: NodeJS.ReadableStream): Promise<string> {
  let text = "";
  for await (const chunk of stream.setEncoding("utf8")) text += chunk as string;
  return text;
}
