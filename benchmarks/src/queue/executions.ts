import { setTimeout as sleep } from "node:timers/promises";
import { type Assembly, withTenant } from "skerry/jobs";
import { type Row, rowOf } from "../report.ts";
import { type Spread, spreadOf } from "../samples.ts";
import { assembleNode, createTenant } from "./requests.ts";

const TENANTS = ["first", "second", "third"] as const;
const SINGLES = 300;
const WARM_UPS = 50;
const SUSTAINED = 6_000;
const ENQUEUED_AT_ONCE = 500;

/** Orders as a trigger places them, on one node that does everything, with the embedded database. */
export async function measureExecutions(dataDir: string): Promise<Row[]> {
  await using assembly = await assembleNode(dataDir);
  const scripts: Script[] = [];
  for (const tenantId of TENANTS) scripts.push(await publish(assembly, tenantId));
  const starts = await measureStarts(assembly, scripts[0] as Script);
  return [
    rowOf("order accepted to guest started, idle", starts, "ms", { atMost: 15 }),
    {
      what: `executions done, of ${SUSTAINED} orders of ${TENANTS.length} tenants`,
      value: await measureSustained(assembly, scripts),
      unit: "/s",
      target: { atLeast: 500 },
    },
  ];
}

interface Script {
  readonly tenantId: string;
  readonly scriptId: string;
}

async function publish(assembly: Assembly, tenantId: string): Promise<Script> {
  const source = "export default () => 1;";
  return {
    tenantId,
    scriptId: await createTenant(assembly, tenantId, { name: "nothing", type: "oneoff", source }),
  };
}

async function enqueue({ platform, database }: Assembly, script: Script, count: number) {
  const order = { ...script, trigger: "event", input: { order: 1 } } as const;
  const orders = Array.from({ length: count }, () => order);
  return await withTenant(database, script.tenantId, (queries) =>
    platform.queued.enqueueMany(queries, orders),
  );
}

async function measureStarts(assembly: Assembly, script: Script): Promise<Spread> {
  const samples: number[] = [];
  for (let index = 0; index < SINGLES + WARM_UPS; index++) {
    const [id] = await enqueue(assembly, script, 1);
    const acceptedAt = Date.now();
    const startedAt = await readStart(assembly, id as string);
    if (index >= WARM_UPS) samples.push(Math.max(0, startedAt - acceptedAt));
  }
  return spreadOf(samples);
}

async function readStart({ database }: Assembly, id: string): Promise<number> {
  for (;;) {
    await sleep(10);
    const { rows } = await database.pool.query<{ started_at: Date | null }>(
      "select started_at from skerry.executions where id = $1 and completed_at is not null",
      [id],
    );
    const startedAt = rows[0]?.started_at;
    if (startedAt) return startedAt.getTime();
  }
}

async function measureSustained(assembly: Assembly, scripts: readonly Script[]): Promise<number> {
  const start = performance.now();
  for (let placed = 0; placed < SUSTAINED; placed += ENQUEUED_AT_ONCE) {
    await enqueue(
      assembly,
      scripts[(placed / ENQUEUED_AT_ONCE) % scripts.length] as Script,
      ENQUEUED_AT_ONCE,
    );
  }
  while ((await countJobs(assembly)) > 0) await sleep(50);
  return (SUSTAINED * 1_000) / (performance.now() - start);
}

async function countJobs({ database }: Assembly): Promise<number> {
  const { rows } = await database.pool.query<{ count: number }>(
    "select count(*)::int as count from skerry.jobs",
  );
  return rows[0]?.count ?? 0;
}
