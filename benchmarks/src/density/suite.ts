import { type RunnerPool, createRunnerPool } from "@skerry/sandbox";
import { guestBundle } from "skerry/guest-bundle";
import { requestOf, spareIsReady, timeExecution } from "../executions.ts";
import { readMemory, withWrappers } from "../process-memory.ts";
import { type Row, rowOf } from "../report.ts";
import { type Spread, spreadOf } from "../samples.ts";

const TENANTS = 200;
/** Newcomers of each kind. */
const NEWCOMERS = 5;
const STARTED_AT_ONCE = 4;
const WARM_ROUNDS = 3;
/** Longer than the whole measurement: nobody is to lose a runner for being idle. */
const IDLE_RETIRE_MS = 600_000;
const BODY = "return input + 1";

/** Many tenants on one machine: what each weighs, and how soon one more is served. */
export async function measureDensity(): Promise<Row[]> {
  await using pool = await createRunnerPool({
    guestBundle: await guestBundle(),
    spareRunners: 1,
    maxRunners: TENANTS + 2 * NEWCOMERS,
    idleRetireMs: IDLE_RETIRE_MS,
  });
  const start = performance.now();
  await fill(pool);
  const fillMs = performance.now() - start;
  const warm = await measureWarm(pool);
  const leased = pool.runners().flatMap(({ tenant, pid }) => (tenant === undefined || !pid ? [] : [pid]));
  if (leased.length !== TENANTS) throw new Error(`${leased.length} tenants have a runner, not ${TENANTS}`);
  const inner = readMemory(leased);
  const whole = readMemory(leased.flatMap(withWrappers));
  const { withSpare, withoutSpare } = await measureNewcomers(pool);
  const evicting = await measureEvicting(pool);
  return [
    {
      what: `memory per tenant, private, of ${TENANTS} with a warm runner`,
      value: inner.privateMb / TENANTS,
      unit: "MB",
    },
    {
      what: "memory per tenant, private, processes around the runner included",
      value: whole.privateMb / TENANTS,
      unit: "MB",
    },
    {
      what: "memory per tenant, with its share of common pages (Pss)",
      value: whole.shareMb / TENANTS,
      unit: "MB",
    },
    { what: `memory of all ${TENANTS}, Pss`, value: whole.shareMb, unit: "MB" },
    { what: `start of ${TENANTS} runners, per runner`, value: fillMs / TENANTS, unit: "ms" },
    rowOf(`warm call of any of ${TENANTS} tenants`, warm, "ms"),
    rowOf("first result of the 201st tenant, spare ready", withSpare, "ms"),
    rowOf("first result of the 201st tenant, no spare", withoutSpare, "ms"),
    rowOf("first result of a new tenant, pool full: the longest idle makes room", evicting, "ms"),
  ];
}

async function fill(pool: RunnerPool): Promise<void> {
  const waiting = Array.from({ length: TENANTS }, (_, index) => index);
  const startNext = async (): Promise<void> => {
    for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) await call(pool, index);
  };
  await Promise.all(Array.from({ length: STARTED_AT_ONCE }, startNext));
}

async function measureWarm(pool: RunnerPool): Promise<Spread> {
  const samples: number[] = [];
  for (let round = 0; round < WARM_ROUNDS; round++) {
    for (let tenant = 0; tenant < TENANTS; tenant++) samples.push(await call(pool, tenant));
  }
  return spreadOf(samples);
}

/** Tenants in pairs: the first takes the spare, the second comes before there is another. */
async function measureNewcomers(pool: RunnerPool): Promise<Record<"withSpare" | "withoutSpare", Spread>> {
  const withSpare: number[] = [];
  const withoutSpare: number[] = [];
  for (let index = 0; index < NEWCOMERS; index++) {
    await spareIsReady(pool);
    withSpare.push(await call(pool, TENANTS + 2 * index));
    withoutSpare.push(await call(pool, TENANTS + 2 * index + 1));
  }
  return { withSpare: spreadOf(withSpare), withoutSpare: spreadOf(withoutSpare) };
}

async function measureEvicting(pool: RunnerPool): Promise<Spread> {
  const samples: number[] = [];
  for (let index = 0; index < NEWCOMERS; index++)
    samples.push(await call(pool, TENANTS + 2 * NEWCOMERS + index));
  return spreadOf(samples);
}

function call(pool: RunnerPool, tenant: number): Promise<number> {
  return timeExecution(pool, requestOf(`tenant-${tenant}`, BODY));
}
