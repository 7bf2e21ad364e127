import { setTimeout as sleep } from "node:timers/promises";
import { load } from "../processes.ts";
import type { DatabaseMeter } from "./meter.ts";
import { OPERATOR_KEY } from "./node.ts";
import type { ScalingNode } from "./node.ts";
import type { ExecutionCost, Trigger } from "./unit-costs.ts";

/** A web node and a worker on one database. */
export interface Installation {
  readonly meter: DatabaseMeter;
  readonly web: ScalingNode;
  readonly worker: ScalingNode;
}

const TENANT = "busy";
const CONNECTIONS = 8;
/** Until the code that is run most is compiled. */
const WARM_UP_SECONDS = 4;
const LOAD_SECONDS = 6;
const EVENTS = 4_000;
const EVENTS_AT_ONCE = 200;
const SCHEDULES = 150;
const TICKING_MS = 10_000;
const POLL_MS = 100;
const MOST_MS = 120_000;

/** What one execution costs by each trigger: a small script of a tenant that has its runner, measured by CPU time. */
export async function measureExecutions(
  installation: Installation,
): Promise<Readonly<Record<Trigger, ExecutionCost>>> {
  const { web } = installation;
  await web.post("/tenants", { id: TENANT, name: TENANT });
  const publish = (name: string, type: string, settings = {}): Promise<unknown> =>
    web.post("/scripts", { name, type, source: "export default () => ({ total: 1 });", settings }, TENANT);
  await publish("served", "http");
  await publish("called", "embedded");
  await publish("by-hand", "oneoff");
  await publish("subscribed", "event", { events: ["order.created"] });

  return {
    http: await meterLoad(installation, "/run/busy/served"),
    embedded: await meterLoad(installation, "/api/v1/scripts/called/call", { input: { amount: 1 } }),
    api: await meterLoad(installation, "/api/v1/scripts/by-hand/execute", { input: { amount: 1 } }),
    event: await meterEvents(installation),
    cron: await meterSchedules(installation, publish),
  };
}

async function meterLoad(installation: Installation, path: string, body?: object): Promise<ExecutionCost> {
  const headers = {
    authorization: `Bearer ${OPERATOR_KEY}`,
    "skerry-tenant": TENANT,
    "content-type": "application/json",
  };
  const request = body && ({ method: "POST", headers, body: JSON.stringify(body) } as const);
  const run = (seconds: number) => load(installation.web.origin + path, CONNECTIONS, seconds, request);
  await run(WARM_UP_SECONDS);
  return await meterWork(installation, () => run(LOAD_SECONDS));
}

/** Publishes events that one script subscribes to, and waits until all have run. */
export async function publishEvents(web: ScalingNode, meter: DatabaseMeter, count: number): Promise<void> {
  const events = Array.from({ length: EVENTS_AT_ONCE }, (_, order) => ({
    type: "order.created",
    payload: { order, total: 12.5 },
  }));
  for (let sent = 0; sent < count; sent += EVENTS_AT_ONCE) await web.post("/events", events, TENANT);
  await untilIdle(meter);
}

async function meterEvents(installation: Installation): Promise<ExecutionCost> {
  const { web, meter } = installation;
  await publishEvents(web, meter, EVENTS_AT_ONCE);
  return await meterWork(installation, () => publishEvents(web, meter, EVENTS));
}

async function meterSchedules(
  installation: Installation,
  publish: (name: string, type: string, settings: object) => Promise<unknown>,
): Promise<ExecutionCost> {
  for (let n = 0; n < SCHEDULES; n++) await publish(`tick-${n}`, "scheduled", { cron: "* * * * * *" });
  await sleep(TICKING_MS / 5);
  const cost = await meterWork(installation, () => sleep(TICKING_MS));
  await installation.meter.client.query("update skerry.schedules set next_run_at = null");
  await untilIdle(installation.meter);
  return cost;
}

/** Divides what was used during some work by the executions that ended in that time. */
async function meterWork(
  { meter, web, worker }: Installation,
  work: () => Promise<unknown>,
): Promise<ExecutionCost> {
  const read = async () => ({
    ...(await meter.read()),
    ended: await countEnded(meter),
    nodeMs: web.readCpuMs() + worker.readCpuMs(),
    runnerMs: web.readRunnerCpuMs() + worker.readRunnerCpuMs(),
  });
  const before = await read();
  await work();
  // What is written behind is written within this time.
  await sleep(POLL_MS);
  const after = await read();
  const count = after.ended - before.ended;
  const per = (key: Exclude<keyof typeof after, "ended">): number => (after[key] - before[key]) / count;
  return {
    nodeMs: per("nodeMs"),
    runnerMs: per("runnerMs"),
    postgresMs: per("cpuMs"),
    walKb: per("walKb"),
    storedKb: per("storedKb"),
  };
}

async function countEnded({ client }: DatabaseMeter): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    "select count(*)::integer as count from skerry.executions where completed_at is not null",
  );
  return rows[0]?.count ?? 0;
}

/** Until nothing waits or runs. */
async function untilIdle({ client }: DatabaseMeter): Promise<void> {
  const deadline = performance.now() + MOST_MS;
  for (;;) {
    const { rows } = await client.query<{ left: number }>(
      "select ((select count(*) from skerry.jobs) + (select count(*) from skerry.events where is_waiting))::integer as left",
    );
    if (rows[0]?.left === 0) return;
    if (performance.now() > deadline) throw new Error(`${rows[0]?.left} jobs and events are still left`);
    await sleep(POLL_MS);
  }
}
