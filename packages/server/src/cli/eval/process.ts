import { spawn } from "node:child_process";
import { once } from "node:events";

/** What isolated-vm needs of the Node process that it is loaded in. */
const ISOLATE_FLAG = "--no-node-snapshot";

/** Whether this process can hold an isolate. */
export function isIsolateProcess(): boolean {
  const flags = [...process.execArgv, ...(process.env.NODE_OPTIONS ?? "").split(/\s+/)];
  return flags.includes(ISOLATE_FLAG);
}

/**
 * Runs this command line once more, in a process that can hold an isolate, with the same terminal. Answers its exit
 * code, or the signal that ended it: some of V8's out-of-memory errors are fatal to the process around the isolate.
 */
export async function runInIsolateProcess(
  verb: string,
  args: readonly string[],
): Promise<number | NodeJS.Signals> {
  const [node, program] = process.argv as [string, string];
  const child = spawn(node, [ISOLATE_FLAG, ...process.execArgv, program, verb, ...args], {
    stdio: "inherit",
  });
  const [code, signal] = (await once(child, "exit")) as [number, null] | [null, NodeJS.Signals];
  return code ?? signal;
}
