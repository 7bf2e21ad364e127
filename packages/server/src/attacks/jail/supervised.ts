import type { ExecutionResult } from "@skerry/sandbox";
import { type Jail, RunnerProcess, findEngineAddon, runnerBundle } from "@skerry/sandbox/jail";
import { guestBundle } from "#bundles";
import { ATTACK_LIMITS } from "../limits.ts";

/** The guest only waits, so this is how long an attack on the supervisor's clock may last. */
export const SUPERVISED_WALL_MS = 1_000;

/** What the supervisor made of a hostile runner. */
export interface SupervisedEnd {
  readonly result: ExecutionResult;
  /** Why the process was ended. */
  readonly endReason: string;
}

/**
 * Runs a guest that waits in a real runner, into whose own realm an attacker has come: `body` runs there as soon
 * as the execution has started.
 */
export async function runBesideRunner(jail: Jail, body: string): Promise<SupervisedEnd> {
  await using runner = await RunnerProcess.start({
    jail,
    program: `${onFirstExecution(body)}\n${await runnerBundle()}`,
    boot: { guestBundle: await guestBundle(), memoryMb: ATTACK_LIMITS.memoryMb },
    addonPath: findEngineAddon(),
    capabilities: new Map(),
    onCapabilityFailure: () => {},
  });
  runner.lease("attacker");
  const result = await runner.execute({
    executionId: "attacked",
    tenant: "attacker",
    program: {
      id: "waiting",
      fileName: "waiting.js",
      code: "var program = { default: () => new Promise((resolve) => setTimeout(resolve, 60_000, 'honest')) };",
    },
    entry: "call",
    input: { json: "null" },
    context: {},
    reuseContext: false,
    limits: { ...ATTACK_LIMITS, wallMs: SUPERVISED_WALL_MS },
  });
  return { result, endReason: await runner.exited };
}

/** The runner starts its watch with its first execution; that is when the attacker wakes. */
function onFirstExecution(body: string): string {
  return `{
  const start = globalThis.setInterval;
  globalThis.setInterval = (...args) => {
    globalThis.setInterval = start;
    setImmediate(async () => { ${body} });
    return start(...args);
  };
}`;
}
