import { type RunnerPool, createRunnerPool } from "@skerry/sandbox";
import { guestBundle } from "skerry/guest-bundle";
import { requestOf, spareIsReady, timeExecution } from "../executions.ts";
import { readMemory } from "../process-memory.ts";
import { type Row, rowOf } from "../report.ts";
import { type Spread, spreadOf, timeEach } from "../samples.ts";

const COLD_TENANTS = 40;
const WARM_CALLS = 5_000;
const FRESH_CALLS = 1_000;

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
    rowOf("cold: new tenant, spare ready", cold, "ms", { atMost: 10 }),
    rowOf("warm runner, fresh context", fresh, "ms"),
    rowOf("warm runner, warm context", warm, "ms", { atMost: 1 }),
    { what: "private memory of a leased runner", value: memory, unit: "MB", target: { atMost: 25 } },
  ];
}

async function measureCold(pool: RunnerPool): Promise<Spread> {
  const samples: number[] = [];
  for (let index = 0; index < COLD_TENANTS; index++) {
    await spareIsReady(pool);
    samples.push(await execute(pool, `cold-${index}`, false));
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
  const pids = pool.runners().flatMap(({ tenant, pid }) => (tenant === "memory" && pid ? [pid] : []));
  return readMemory(pids).privateMb;
}

async function execute(pool: RunnerPool, tenant: string, reuseContext: boolean): Promise<number> {
  return timeExecution(pool, requestOf(tenant, "return input + 1", { reuseContext }));
}
