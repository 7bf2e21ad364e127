import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { countPagesOfClaim } from "../../test/claim-pages.ts";
import type { TestDatabase } from "../../test/database.ts";
import { createTestDatabase } from "../../test/database.ts";
import { claimJobs } from "./repository.ts";

const TENANTS = 200;
/** Of the row of its turns, and of the index of its running jobs. */
const PAGES_OF_A_BUSY_TENANT = 5;

let prepared: TestDatabase;

beforeAll(async () => {
  prepared = await createTestDatabase();
  const rows = Array.from({ length: TENANTS }, (_, number) => ({ id: `t-${number + 1}`, name: "" }));
  await prepared.database.kysely.insertInto("tenants").values(rows).execute();
});
afterAll(() => prepared[Symbol.asyncDispose]());

/** Some jobs of a tenant that are alike. */
interface Some {
  readonly tenant: number;
  readonly state: "ready" | "running" | "scheduled";
  readonly count: number;
}

/** The turns of a tenant. */
interface Lane {
  readonly tenant: number;
  readonly pass: number;
  readonly concurrency: number;
  readonly isDue?: boolean;
}

/** In place of what was there. Before it can be seen the database looks, and so believes that nothing is there. */
async function fill(jobs: readonly Some[], lanes: readonly Lane[]): Promise<void> {
  const { pool } = prepared.database;
  await pool.query("truncate skerry.jobs, skerry.job_notices, skerry.job_lanes");
  await pool.query("update skerry.job_dispatch set virtual_time = 0");
  const adding = await pool.connect();
  try {
    await adding.query("begin");
    await adding.query(
      `insert into skerry.jobs (tenant_id, id, kind, payload, priority, state, run_at, max_attempts, backoff_ms,
         max_backoff_ms, expire_ms, node_id, lease_until)
       select 't-' || tenant, gen_random_uuid(), 'test', 'null', 0, state, now() - interval '1 second', 3, 0, 0, 60000,
         case state when 'running' then gen_random_uuid() end, case state when 'running' then now() end
       from json_to_recordset($1) as alike (tenant integer, state text, count integer), generate_series(1, count)`,
      [JSON.stringify(jobs)],
    );
    await adding.query(
      `insert into skerry.job_lanes (tenant_id, is_active, pass, concurrency, known_at, due_at)
       select 't-' || tenant, true, pass, concurrency, now(), case when "isDue" then now() - interval '1 second' end
       from json_to_recordset($1) as lane (tenant integer, pass float8, concurrency integer, "isDue" boolean)`,
      [JSON.stringify(lanes)],
    );
    await pool.query("analyze skerry.jobs, skerry.job_lanes");
    await adding.query("commit");
  } finally {
    adding.release();
  }
}

/** @returns whose jobs are claimed. */
async function claim(free: number): Promise<readonly string[]> {
  const options = { nodeId: randomUUID(), kinds: ["test"], free, reserved: 1, leaseMs: 60_000 };
  const claimed = await claimJobs(prepared.database.kysely, options);
  return claimed.map(({ tenantId }) => tenantId);
}

test("while something of many waiting tenants runs, a claim finds the one of which nothing does in one go", async () => {
  const tenants = Array.from({ length: TENANTS }, (_, number) => number + 1);
  await fill(
    tenants.flatMap((tenant): Some[] => [
      { tenant, state: "running", count: 1 },
      { tenant, state: "ready", count: 20 },
    ]),
    tenants.map((tenant) => ({ tenant, pass: tenant, concurrency: 100 })),
  );
  const counts: number[] = [];
  for (let round = 0; round < 5; round++) {
    counts.push(await countPagesOfClaim(prepared.database, { reserved: 1 }));
  }
  expect(Math.min(...counts)).toBeLessThanOrEqual(TENANTS * PAGES_OF_A_BUSY_TENANT);

  expect(await claim(1)).toEqual([]);
  const behind = `t-${TENANTS - 1}`;
  await prepared.database.pool.query(
    `update skerry.jobs set state = 'ready', node_id = null, lease_until = null
     where tenant_id = '${behind}' and state = 'running'`,
  );
  expect(await claim(1)).toEqual([behind]);
  expect(await claim(1)).toEqual([]);
});

test("a tenant at its limit is passed over, but not its jobs that have become due", async () => {
  await fill(
    [
      { tenant: 1, state: "running", count: 2 },
      { tenant: 1, state: "ready", count: 3 },
      { tenant: 1, state: "scheduled", count: 1 },
      { tenant: 2, state: "running", count: 1 },
      { tenant: 2, state: "ready", count: 6 },
      { tenant: 3, state: "ready", count: 2 },
    ],
    [
      { tenant: 1, pass: 0, concurrency: 2, isDue: true },
      { tenant: 2, pass: 1, concurrency: 5 },
      { tenant: 3, pass: 9, concurrency: 1 },
    ],
  );
  expect(await claim(4)).toEqual(["t-2", "t-2", "t-2", "t-3"]);
  const { rows } = await prepared.database.pool.query(
    `select due_at, (select count(*)::integer from skerry.jobs job
       where job.tenant_id = lane.tenant_id and state = 'ready') as ready
     from skerry.job_lanes lane where tenant_id = 't-1'`,
  );
  expect(rows).toEqual([{ ready: 4, due_at: null }]);
});
