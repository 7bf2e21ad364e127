import { z } from "zod";
import { defineCapability } from "../../src/capability.ts";
import { type RunnerPool, createRunnerPool } from "../../src/pool/pool.ts";
import { SandboxError } from "../../src/errors.ts";
import type { ExecutionLimits } from "../../src/limits.ts";
import { programOf, requestOf } from "../programs.ts";
import type { SoakSuite, SoakTurn } from "./suite.ts";

/** More than there are runners: leases come and go all the time. */
const TENANTS = 10;
const MAX_RUNNERS = 4;
const CALLERS = 6;
/** Executions of one pool before it is closed and another takes its place. */
const LIFE = 300;
const IDLE_RETIRE_MS = 300;
const QUEUE_TIMEOUT_MS = 60_000;
const LIMITS: Partial<ExecutionLimits> = {
  memoryMb: 16,
  cpuMs: 5_000,
  wallMs: 20_000,
  outputBytes: 64 * 1024,
};

interface PoolWork {
  readonly name: string;
  readonly body: string;
  readonly ends: readonly string[];
  readonly limits?: Partial<ExecutionLimits>;
}

const WORKS: readonly PoolWork[] = [
  { name: "a return", body: "return input", ends: ["completed"] },
  { name: "calls", body: "for (let i = 0; i < 20; i++) await ctx.call('echo', i)", ends: ["completed"] },
  { name: "timers", body: "await new Promise((r) => setTimeout(r, 20))", ends: ["completed"] },
  { name: "an error", body: "throw new Error('no')", ends: ["SCRIPT_ERROR"] },
  { name: "a failing capability", body: "await ctx.call('fail', 1)", ends: ["SCRIPT_ERROR"] },
  { name: "a loop", body: "for (;;);", ends: ["CPU_LIMIT"], limits: { cpuMs: 100 } },
  {
    name: "a native loop",
    body: "[].includes.call({ length: 2 ** 53 - 1 }, 1)",
    ends: ["CPU_LIMIT"],
    limits: { cpuMs: 100 },
  },
  {
    name: "an array that grows",
    body: "const all = []; for (;;) all.push([all.length])",
    ends: ["MEMORY_LIMIT"],
  },
  {
    name: "a map that grows",
    body: "const all = new Map(); for (let i = 0; ; i++) all.set(i, [i])",
    ends: ["MEMORY_LIMIT"],
  },
  { name: "a flood of output", body: "return 'x'.repeat(1e6)", ends: ["OUTPUT_LIMIT"] },
  {
    name: "a flood of logs",
    body: "for (let i = 0; i < 1e4; i++) console.log('x'.repeat(1e3))",
    ends: ["completed"],
  },
  { name: "waiting for nothing", body: "await new Promise(() => {})", ends: ["NEVER_SETTLED"] },
  {
    name: "waiting too long",
    body: "await ctx.call('never', 1)",
    ends: ["WALL_LIMIT"],
    limits: { wallMs: 200 },
  },
];

/** What may end any work, because `crashes.ts` kills runners and hostile neighbours of the same tenant cost theirs. */
const LOST = ["RUNNER_LOST", "RUNNER_START"];

/** Many tenants on few runners: leases, evictions, hostile programs, pools that open and close. */
export const runnerPoolSuite: SoakSuite = {
  name: "runner-pool",
  async run(turn) {
    for (let round = 0; !turn.signal.aborted; round++) {
      try {
        await runPool(turn, round * LIFE);
      } catch (error) {
        turn.tally.judge("a pool", codeOf(error), LOST);
      }
    }
  },
};

async function runPool(turn: SoakTurn, first: number): Promise<void> {
  await using pool = await createRunnerPool({
    maxRunners: MAX_RUNNERS,
    spareRunners: 1,
    idleRetireMs: IDLE_RETIRE_MS,
    capabilities: CAPABILITIES,
  });
  await Promise.all(
    Array.from({ length: CALLERS }, (_, caller) => keepBusy(pool, turn, first + caller, first + LIFE)),
  );
  for (const [reason, count] of Object.entries(pool.stats().ended))
    turn.tally.count(`runners ${reason}`, count);
}

const CAPABILITIES = [
  defineCapability({
    name: "echo",
    input: z.unknown(),
    handle: (value) => ({ value: JSON.stringify(value) }),
  }),
  defineCapability({ name: "fail", input: z.unknown(), handle: () => Promise.reject(new Error("failed")) }),
  defineCapability({
    name: "never",
    input: z.unknown(),
    handle: (_, { signal }) =>
      new Promise((resolve) => signal.addEventListener("abort", () => resolve({ value: 0 }), { once: true })),
  }),
];

async function keepBusy(
  pool: RunnerPool,
  { signal, tally }: SoakTurn,
  first: number,
  end: number,
): Promise<void> {
  for (let turn = first; turn < end && !signal.aborted; turn += CALLERS) {
    const work = WORKS[turn % WORKS.length] as PoolWork;
    const request = requestOf(programOf(work.body), {
      executionId: `execution-${turn}`,
      tenant: `tenant-${(turn * 7) % TENANTS}`,
      input: { turn },
      limits: { ...LIMITS, ...work.limits },
      queueTimeoutMs: QUEUE_TIMEOUT_MS,
      reuseContext: turn % 2 === 0,
    });
    const outcome = await pool
      .execute(request)
      .then((result) => (result.status === "completed" ? "completed" : result.error.code), codeOf);
    tally.judge(work.name, outcome, [...work.ends, ...LOST]);
  }
}

function codeOf(error: unknown): string {
  return error instanceof SandboxError ? error.code : String(error);
}
