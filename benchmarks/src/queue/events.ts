import { setTimeout as sleep } from "node:timers/promises";
import type { Assembly } from "skerry/jobs";
import { type Row, rowOf } from "../report.ts";
import { type Spread, spreadOf } from "../samples.ts";
import { assembleNode, createTenant, post } from "./requests.ts";

const TENANT = "events";
const SINGLES = 200;
const WARM_UPS = 30;
const BATCHES = 20;
const PER_BATCH = 1_000;

/** Events as the REST API takes them: how soon the guest that subscribed starts, and how many are stored. */
export async function measureEvents(dataDir: string): Promise<Row[]> {
  await using assembly = await assembleNode(dataDir);
  const settings = { events: ["order.created"] };
  await createTenant(assembly, TENANT, {
    name: "subscriber",
    type: "event",
    source: "export default () => 1;",
    settings,
  });
  const starts = await measureStarts(assembly);
  return [
    rowOf("event accepted to guest started, idle", starts, "ms", { atMost: 15 }),
    { what: "p99 of these", value: starts.p99, unit: "ms", target: { atMost: 60 } },
    {
      what: `events published, ${PER_BATCH} at once`,
      value: await measurePublishing(assembly),
      unit: "/s",
      target: { atLeast: 5_000 },
    },
  ];
}

async function publish(assembly: Assembly, events: object): Promise<readonly string[]> {
  return (await post<{ readonly ids: readonly string[] }>(assembly, "/events", events, TENANT)).ids;
}

async function measureStarts(assembly: Assembly): Promise<Spread> {
  const samples: number[] = [];
  for (let index = 0; index < SINGLES + WARM_UPS; index++) {
    const [id] = await publish(assembly, { type: "order.created", payload: { total: index } });
    const acceptedAt = Date.now();
    const startedAt = await readStart(assembly, id as string);
    if (index >= WARM_UPS) samples.push(Math.max(0, startedAt - acceptedAt));
  }
  return spreadOf(samples);
}

async function readStart({ database }: Assembly, eventId: string): Promise<number> {
  for (;;) {
    await sleep(10);
    const { rows } = await database.pool.query<{ started_at: Date | null }>(
      "select started_at from skerry.executions where tenant_id = $1 and event_id = $2 and completed_at is not null",
      [TENANT, eventId],
    );
    const startedAt = rows[0]?.started_at;
    if (startedAt) return startedAt.getTime();
  }
}

/** Events that nobody subscribes to; that nobody does is found out meanwhile. */
async function measurePublishing(assembly: Assembly): Promise<number> {
  const events = Array.from({ length: PER_BATCH }, (_, index) => ({
    type: "order.seen",
    payload: { order: index, total: 12.5 },
  }));
  const start = performance.now();
  for (let batch = 0; batch < BATCHES; batch++) await publish(assembly, events);
  return (BATCHES * PER_BATCH * 1_000) / (performance.now() - start);
}
