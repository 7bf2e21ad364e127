import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { createTestDatabase } from "../../test/database.ts";
import { createTestPlatform } from "../../test/platform.ts";
import type { Database } from "../db/open.ts";

const AT_REST = 60;
const AT_WORK = 140;

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
  const key = await furnish(database);
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

/** @returns a key of the tenant, whose script subscribes. */
async function furnish(database: Database): Promise<string> {
  await using skerry = await createTestPlatform({ database });
  const acme = await skerry.createTenant("acme");
  const script = { name: "handle", type: "event", source: "export default () => 1;" };
  const answer = await acme.request("POST", "/api/v1/scripts", {
    ...script,
    settings: { events: ["step.*"] },
  });
  expect(answer.status).toBe(201);
  return acme.key;
}
