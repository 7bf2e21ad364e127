import { fileURLToPath } from "node:url";
import { bareGuestBundle, runnerBundle } from "#bundles";
import { build } from "esbuild";
import type { Capability, ExecutionResult, Program } from "../src/index.ts";
import { findEngineAddon } from "../src/supervisor/addon.ts";
import { type Jail, probeJail } from "../src/supervisor/isolation.ts";
import { RunnerProcess, type RunnerProcessOptions } from "../src/supervisor/runner-process.ts";
import { type RequestOptions, programOf, requestOf } from "./programs.ts";

/** The tenant of a test's runner. */
export const TENANT = "acme";

let jail: Jail | undefined;

/** The jail of this machine, probed once. */
export function testJail(): Jail {
  return (jail ??= probeJail("full"));
}

export interface TestRunnerOptions extends Partial<
  Pick<RunnerProcessOptions, "program" | "onCapabilityFailure" | "snapshot">
> {
  readonly capabilities?: readonly Capability[];
  /** Default: this machine's full one. */
  readonly jail?: Jail;
  /** Added to what the process finds in `globalThis.boot`. */
  readonly boot?: Readonly<Record<string, unknown>>;
}

/** A runner leased to {@link TENANT}; with `program`, a process that only claims to be one. */
export async function startTestRunner(options: TestRunnerOptions = {}): Promise<RunnerProcess> {
  const runner = await RunnerProcess.start({
    jail: options.jail ?? testJail(),
    program: options.program ?? (await runnerBundle()),
    boot: { guestBundle: await bareGuestBundle(), memoryMb: 64, ...options.boot },
    addonPath: findEngineAddon(),
    capabilities: new Map(options.capabilities?.map((capability) => [capability.name, capability])),
    onCapabilityFailure: options.onCapabilityFailure ?? (() => {}),
    ...(options.snapshot && { snapshot: options.snapshot }),
  });
  runner.lease(TENANT);
  return runner;
}

/** A process in place of a runner that runs `onExecute` for each execution; see `rogue.ts` for what it has. */
export async function startRogue(onExecute: string, jail = testJail()): Promise<RunnerProcess> {
  return startTestRunner({ jail, program: await bundleTestFile("rogue.ts", "node"), boot: { onExecute } });
}

/** One file of this folder as one script. */
export async function bundleTestFile(name: string, platform: "node" | "neutral"): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(name, import.meta.url))],
    bundle: true,
    write: false,
    platform,
    format: platform === "node" ? "cjs" : "iife",
    target: "es2024",
  });
  return outputFiles[0]?.text ?? "";
}

/** Runs the body of a default export, or a program, in a runner. */
export function run(
  runner: RunnerProcess,
  program: string | Program,
  options?: RequestOptions,
): Promise<ExecutionResult> {
  return runner.execute(requestOf(typeof program === "string" ? programOf(program) : program, options));
}

/** The output of a completed execution, or the code of its failure. */
export function outcomeOf(result: ExecutionResult): unknown {
  return result.status === "completed" ? (JSON.parse(result.output.json) as unknown) : result.error.code;
}
