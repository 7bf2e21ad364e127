import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const SOURCE_FLAGS = ["--conditions=@skerry/source", "--disable-warning=ExperimentalWarning"];
const PROGRAM_TIMEOUT_MS = 90_000;

/** Runs one of this folder's programs to its end, in bounded time, and reads the JSON that it prints. */
export async function runProgram<Result>(
  file: string,
  args: readonly string[],
  flags: readonly string[] = [],
): Promise<Result> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const { stdout } = await run(process.execPath, [...SOURCE_FLAGS, ...flags, path, ...args], {
    timeout: PROGRAM_TIMEOUT_MS,
    killSignal: "SIGKILL",
  });
  return JSON.parse(stdout) as Result;
}

/** A server process that is stopped when it is disposed. */
export class Server implements AsyncDisposable {
  readonly #child: ChildProcess;

  constructor(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.#child = spawn(command, args, {
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, ...env },
    });
  }

  /** Waits until the address answers 200. */
  async answers(url: string, init: RequestInit = {}): Promise<Response> {
    for (const deadline = performance.now() + 30_000; ;) {
      try {
        const response = await fetch(url, init);
        if (response.ok) return response;
        await response.body?.cancel();
      } catch {
        // Not up yet.
      }
      if (performance.now() > deadline || this.#child.exitCode !== null)
        throw new Error(`${url} does not answer`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null) return;
    this.#child.kill("SIGTERM");
    await once(this.#child, "exit");
  }
}

/** What the load generator saw. */
export interface LoadResult {
  readonly requests: number;
  readonly seconds: number;
  readonly failures: number;
  readonly p50: number;
  readonly p99: number;
}

/** What each request is; by default a GET without a body. */
export interface LoadRequest {
  readonly method?: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export async function load(
  url: string,
  connections: number,
  seconds: number,
  request: LoadRequest = {},
): Promise<LoadResult> {
  const args = [url, String(connections), String(seconds), JSON.stringify(request)];
  const result = await runProgram<LoadResult>("./load.ts", args);
  if (result.failures > 0) throw new Error(`${result.failures} requests to ${url} failed`);
  return result;
}
