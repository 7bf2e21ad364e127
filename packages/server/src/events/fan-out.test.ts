import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import { pino } from "pino";
import { expect, test, vi } from "vitest";
import { createTestDatabase } from "../../test/database.ts";
import { createTestPlatform } from "../../test/platform.ts";
import type { Database } from "../db/open.ts";
import type { QueuedExecutions } from "../executions/queued.ts";
import { SkerryError } from "../problems/errors.ts";
import { createFanOut } from "./fan-out.ts";
import type { EventFilters } from "./filters.ts";

const AT_REST = 60;
const AT_WORK = 140;
const WAIT = { timeout: 20_000 };

interface Counts {
  readonly events: number;
  readonly waiting: number;
  readonly executions: number;
  readonly handled: number;
}

async function count(database: Database): Promise<Counts> {
  const { rows } = await sql<Counts>`
    select (select count(*) from skerry.events) as events,
      (select count(*) from skerry.events where is_waiting) as waiting,
      (select count(*) from skerry.executions where status = 'completed') as executions,
      (select count(distinct event_id) from skerry.executions) as handled`.execute(database.kysely);
  return rows[0] as Counts;
}

test("what is published while no node runs, and between two nodes, is handed out once", async () => {
  await using resources = new AsyncDisposableStack();
  const { database } = resources.use(await createTestDatabase());
  const key = await furnish(database, ["acme"]);
  const insert = sql`select skerry.publish_event('acme', 'step.taken', to_json(number)) from
    generate_series(1, ${AT_REST}::integer) as number`;
  await insert.execute(database.kysely);
  expect(await count(database)).toEqual({ events: AT_REST, waiting: AT_REST, executions: 0, handled: 0 });

  const nodes = [
    resources.use(await createTestPlatform({ database })),
    resources.use(await createTestPlatform({ database })),
  ];
  const publishing = Array.from({ length: AT_WORK }, async (_, number) => {
    const client = nodes[number % 2]?.client(key);
    const answer = await client?.request("POST", "/api/v1/events", { type: "step.taken", payload: number });
    expect(answer).toMatchObject({ status: 200, body: { accepted: 1 } });
  });
  await Promise.all(publishing);
  const total = AT_REST + AT_WORK;
  while ((await count(database)).executions < total) await sleep(20);
  expect(await count(database)).toEqual({ events: total, waiting: 0, executions: total, handled: total });
});

test("a filter that takes its time holds up its own tenant alone, and nothing of its tenant goes past it", async () => {
  await using resources = new AsyncDisposableStack();
  const { database } = resources.use(await createTestDatabase());
  await furnish(database, ["slow", "quick"], "{{ /x/.test($json) }}");
  const handedOut: unknown[] = [];
  const slow = Promise.withResolvers<void>();
  const asked: string[] = [];
  const filters: EventFilters = {
    async judge(tenantId, _filter, events) {
      asked.push(tenantId);
      if (tenantId === "slow") await slow.promise;
      return events.map(({ payload }) => (payload === "no" ? "filtered" : "passed"));
    },
    passes: () => Promise.reject(new Error("nobody asks by himself")),
  };
  const enqueueMany: QueuedExecutions["enqueueMany"] = (_queries, orders) => {
    handedOut.push(...orders.map(({ tenantId, input }) => `${tenantId} ${JSON.stringify(input)}`));
    return Promise.resolve([]);
  };
  const logger = pino({ level: "silent" });
  resources.use(await createFanOut({ database, logger, queued: { enqueueMany }, filters }));
  resources.defer(() => slow.resolve());
  const publish = (tenant: string, payload: string) =>
    sql`select skerry.publish_event(${tenant}, 'step.taken', to_json(${payload}::text))`.execute(
      database.kysely,
    );
  await publish("slow", "first");
  await vi.waitFor(() => expect(asked).toEqual(["slow"]), WAIT);
  await publish("slow", "second");
  for (const payload of ["one", "no", "two"]) await publish("quick", payload);
  await vi.waitFor(() => expect(handedOut).toEqual(['quick "one"', 'quick "two"']), WAIT);
  slow.resolve();
  await vi.waitFor(() => expect(handedOut.slice(2)).toEqual(['slow "first"', 'slow "second"']), WAIT);
  await vi.waitFor(async () => expect(await count(database)).toMatchObject({ events: 5, waiting: 0 }), WAIT);
});

test("a script that is deleted while events are handed out holds them up for no longer than that", async () => {
  await using resources = new AsyncDisposableStack();
  const { database } = resources.use(await createTestDatabase());
  await furnish(database, ["acme"]);
  const lines: string[] = [];
  const logger = pino({ level: "warn" }, { write: (line) => lines.push(line) });
  let calls = 0;
  const enqueueMany: QueuedExecutions["enqueueMany"] = (_queries, orders) => {
    calls += 1;
    if (calls === 1) return Promise.reject(new SkerryError("SCRIPT_NOT_FOUND", "It was deleted meanwhile."));
    return Promise.resolve(orders.map(() => null));
  };
  const filters: EventFilters = {
    judge: () => Promise.reject(new Error("there is no filter")),
    passes: () => Promise.reject(new Error("there is no filter")),
  };
  resources.use(await createFanOut({ database, logger, queued: { enqueueMany }, filters }));
  await sql`select skerry.publish_event('acme', 'step.taken', 'null'::json)`.execute(database.kysely);
  await vi.waitFor(async () => expect((await count(database)).waiting).toBe(0), WAIT);
  expect(calls).toBe(2);
  expect(lines).toEqual([]);
});

/** Makes tenants, each with a script that subscribes. @returns a key of the first. */
async function furnish(database: Database, tenants: readonly string[], filter?: string): Promise<string> {
  await using skerry = await createTestPlatform({ database, role: "web" });
  const script = { name: "handle", type: "event", source: "export default () => 1;" };
  const settings = { events: ["step.*"], filter };
  const keys: string[] = [];
  for (const id of tenants) {
    const tenant = await skerry.createTenant(id);
    const answer = await tenant.request("POST", "/api/v1/scripts", { ...script, settings });
    expect(answer.status).toBe(201);
    keys.push(tenant.key);
  }
  return keys[0] ?? "";
}
