import { readFile } from "node:fs/promises";
import { DEFAULT_LIMITS, type ExecutionRequest, type RunnerPool, createRunnerPool } from "@skerry/sandbox";
import { guestBundle } from "skerry/guest-bundle";
import type { Row } from "../report.ts";
import { type Spread, spreadOf, timeEach } from "../samples.ts";

const COLD_TENANTS = 40;
const WARM_CALLS = 5_000;
const FRESH_CALLS = 1_000;
const MEBIBYTE_IN_KIB = 1_024;

/** Executions through the pool, with the platform's whole guest runtime in the isolate. */
export async function measurePool(): Promise<Row[]> {
  await using pool = await createRunnerPool({
    guestBundle: await guestBundle(),
    spareRunners: 1,
    maxRunners: COLD_TENANTS + 8,
  });
  const cold = await measureCold(pool);
  const fresh = await measureWarm(pool, FRESH_CALLS, false);
  const warm = await measureWarm(pool, WARM_CALLS, true);
  const memory = await measureMemory();
  return [
    row("cold: new tenant, spare ready", cold, { atMost: 10 }),
    row("warm runner, fresh context", fresh),
    row("warm runner, warm context", warm, { atMost: 1 }),
    { what: "private memory of a leased runner", value: memory, unit: "MB", target: { atMost: 25 } },
  ];
}

function row(what: string, { p50, p99 }: Spread, target?: Row["target"]): Row {
  return { what, value: p50, p99, unit: "ms", ...(target ? { target } : {}) };
}

async function measureCold(pool: RunnerPool): Promise<Spread> {
  const samples: number[] = [];
  for (let index = 0; index < COLD_TENANTS; index++) {
    await spareIsReady(pool);
    const start = performance.now();
    await execute(pool, `cold-${index}`, false);
    samples.push(performance.now() - start);
  }
  return spreadOf(samples);
}

async function measureWarm(pool: RunnerPool, count: number, reuseContext: boolean): Promise<Spread> {
  for (let index = 0; index < 200; index++) await execute(pool, "warm", reuseContext);
  return timeEach(count, () => execute(pool, "warm", reuseContext));
}

/** The memory that nobody else shares, after a first execution, from a pool with one runner. */
async function measureMemory(): Promise<number> {
  await using pool = await createRunnerPool({
    guestBundle: await guestBundle(),
    spareRunners: 1,
    maxRunners: 1,
  });
  await execute(pool, "memory", true);
  const [pid] = pool.runners().flatMap((runner) => (runner.tenant === "memory" ? [runner.pid] : []));
  const text = await readFile(`/proc/${pid}/smaps_rollup`, "utf8");
  const kib = [...text.matchAll(/^Private_\w+:\s+(\d+) kB$/gm)].reduce(
    (sum, [, size]) => sum + Number(size),
    0,
  );
  return kib / MEBIBYTE_IN_KIB;
}

async function spareIsReady(pool: RunnerPool): Promise<void> {
  while (pool.stats().spares === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  // A process that has just started is still busy with itself; a spare in production has been up for long.
  await new Promise((resolve) => setTimeout(resolve, 50));
}

async function execute(pool: RunnerPool, tenant: string, reuseContext: boolean): Promise<void> {
  const request: ExecutionRequest = {
    executionId: "benchmark",
    tenant,
    program: {
      id: "trivial",
      code: "var program = { default: (input) => input + 1 };",
      fileName: "trivial.js",
    },
    entry: "call",
    input: { json: "1" },
    context: {},
    reuseContext,
    limits: DEFAULT_LIMITS,
  };
  const result = await pool.execute(request);
  if (result.status !== "completed")
    throw new Error(`execution ended ${result.status}: ${result.error.message}`);
}
