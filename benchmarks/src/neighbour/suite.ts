import { type RunnerPool, createRunnerPool, defineCapability } from "@skerry/sandbox";
import { z } from "zod";
import { requestOf, spareIsReady, timeExecution } from "../executions.ts";
import { type Row, multipleOf, rowOf } from "../report.ts";
import { type Spread, spreadOf } from "../samples.ts";
import { ATTACKS } from "./attacks.ts";
import { Attacker } from "./attackers.ts";
import { Caller } from "./caller.ts";

const QUIET_MS = 8_000;
const NOISY_MS = 20_000;
/** With one attacker at a time. */
const SINGLE_MS = 2_500;
/** So that each attack has reached its limit once when the first call comes. */
const RUN_UP_MS = 1_500;
/** New tenants while all attack: as many as come in this time, a spare ready for each. */
const NEWCOMERS_MS = 15_000;
const MAX_NEWCOMERS = 10;
const MAX_MULTIPLE = { atMost: 3 };

const echo = defineCapability({
  name: "echo",
  input: z.unknown(),
  handle: (value) => ({ value: value as string }),
});

/** One tenant's calls beside tenants that use up whatever they can. Rejects when one of its calls fails. */
export async function measureNeighbour(): Promise<Row[]> {
  await using pool = await createRunnerPool({
    capabilities: [echo],
    spareRunners: 1,
    maxRunners: Object.keys(ATTACKS).length + MAX_NEWCOMERS + 4,
  });
  await using caller = new Caller(pool, requestOf("ninth", "return input + 1"));
  await caller.callFor(RUN_UP_MS);
  const quiet = await caller.callFor(QUIET_MS);
  const singles = await measureSingles(pool, caller);
  const { noisy, newcomers } = await measureAll(pool, caller);
  return [
    rowOf("ninth tenant, warm call, all others quiet", quiet, "ms"),
    ...singles,
    rowOf("ninth tenant, warm call, eight attack at once", noisy, "ms"),
    multipleOf("  median of its quiet one", noisy, quiet),
    { what: "  p99 of its quiet one", value: noisy.p99 / quiet.p99, unit: "×", target: MAX_MULTIPLE },
    rowOf("first result of a new tenant meanwhile, spare ready", newcomers, "ms"),
  ];
}

async function measureSingles(pool: RunnerPool, caller: Caller): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [what, body] of Object.entries(ATTACKS)) {
    await using _attacker = new Attacker(pool, what, body);
    rows.push(rowOf(`ninth tenant, warm call, one other ${what}`, await caller.callFor(SINGLE_MS), "ms"));
  }
  return rows;
}

async function measureAll(pool: RunnerPool, caller: Caller): Promise<{ noisy: Spread; newcomers: Spread }> {
  await using attackers = new AsyncDisposableStack();
  for (const [what, body] of Object.entries(ATTACKS)) attackers.use(new Attacker(pool, what, body));
  await caller.callFor(RUN_UP_MS);
  return { noisy: await caller.callFor(NOISY_MS), newcomers: await measureNewcomers(pool) };
}

async function measureNewcomers(pool: RunnerPool): Promise<Spread> {
  const samples: number[] = [];
  const until = performance.now() + NEWCOMERS_MS;
  while (samples.length < MAX_NEWCOMERS && performance.now() < until) {
    await spareIsReady(pool);
    samples.push(await timeExecution(pool, requestOf(`newcomer-${samples.length}`, "return input + 1")));
  }
  return spreadOf(samples);
}
