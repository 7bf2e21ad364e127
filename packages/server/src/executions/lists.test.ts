import { randomUUIDv7 } from "node:crypto";
import { sql } from "kysely";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestDatabase } from "../../test/database.ts";
import type { TestDatabase } from "../../test/database.ts";
import type { Database } from "../db/open.ts";
import { withTenant } from "../db/tenant-scope.ts";
import { firstIdAt } from "../rest/ids.ts";
import { executionsQuery } from "./execution.ts";
import { listExecutions, selectExecutions } from "./repository.ts";
import { createRetention } from "./retention.ts";

const ROWS = 200_000;
const SCRIPT = randomUUIDv7();
const OTHER_SCRIPT = randomUUIDv7();
const RARE = randomUUIDv7();
const DAY_MS = 24 * 60 * 60_000;
const DAYS = 100;

let made: TestDatabase;
let database: Database;

beforeAll(async () => {
  made = await createTestDatabase();
  ({ database } = made);
  const { kysely } = database;
  await kysely
    .insertInto("tenants")
    .values([
      { id: "acme", name: "acme" },
      { id: "globex", name: "globex" },
    ])
    .execute();
  for (const [id, name] of [
    [SCRIPT, "many"],
    [OTHER_SCRIPT, "few"],
  ] as const) {
    await sql`insert into skerry.scripts (tenant_id, id, name, type, status, latest_version)
      values ('acme', ${id}, ${name}, 'oneoff', 'disabled', 1)`.execute(kysely);
  }
  await generate();
});
afterAll(() => made[Symbol.asyncDispose]());

/** Executions of the last 100 days, evenly; one in 10,000 is of the rare kind, and those are the oldest. */
async function generate(): Promise<void> {
  const start = Date.now() - DAYS * DAY_MS;
  const step = (DAYS * DAY_MS) / ROWS;
  await sql`
    insert into skerry.executions (tenant_id, id, script_id, version, trigger, status, input, created_at, completed_at,
      parent_id, event_id, job_id, attempt, request_id)
    select 'acme',
      (lpad(to_hex((${start}::float8 + n * ${step}::float8)::bigint), 12, '0') || '7' || lpad(to_hex(n % 4096), 3, '0')
        || '8' || lpad(to_hex(n), 15, '0'))::uuid,
      case when n <= 20 then ${OTHER_SCRIPT}::uuid else ${SCRIPT}::uuid end, 1,
      case when n <= 20 then 'event' else 'api' end,
      case when n <= 20 then 'timeout' else 'completed' end,
      'null', to_timestamp((${start}::float8 + n * ${step}::float8) / 1000),
      case when n = 1 then null else now() end,
      case when n <= 20 then ${RARE}::uuid end, case when n <= 20 then 'rare' end,
      case when n <= 20 then ${RARE}::uuid end, case when n <= 20 then 3 else 1 end,
      case when n <= 20 then 'rare' else n::text end
    from generate_series(1, ${ROWS}) as n`.execute(database.kysely);
  await sql`insert into skerry.execution_logs (tenant_id, execution_id, seq, level, time, message)
    select tenant_id, id, 0, 'info', created_at, 'old' from skerry.executions order by id limit 3000`.execute(
    database.kysely,
  );
  await sql`analyze skerry.executions`.execute(database.kysely);
}

interface PlanNode {
  readonly "Node Type": string;
  readonly "Rows Removed by Filter"?: number;
  readonly Plans?: readonly PlanNode[];
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

const FILTERS = {
  script: OTHER_SCRIPT,
  status: "timeout",
  trigger: "event",
  parent: RARE,
  eventId: "rare",
  requestId: "rare",
  from: new Date(Date.now() - 2 * DAYS * DAY_MS).toISOString(),
  to: new Date().toISOString(),
  cursor: Buffer.from(firstIdAt(new Date())).toString("base64url"),
} as const;

const RARE_FILTERS = ["script", "status", "trigger", "parent", "eventId", "requestId"];

/** Every choice of some of the filters, none and all included. */
const CHOICES = Object.entries(FILTERS).reduce<Record<string, string>[]>(
  (choices, [name, value]) => [...choices, ...choices.map((choice) => ({ ...choice, [name]: value }))],
  [{}],
);

function explain(query: Record<string, string>): Promise<PlanNode[]> {
  const { script, ...filter } = executionsQuery.parse(query);
  return withTenant(database, "acme", async (queries) => {
    const statement = selectExecutions(queries, "acme", { ...filter, scriptId: script });
    const [row] = await statement.explain<{ "QUERY PLAN": [{ Plan: PlanNode }] }>("json", sql`analyze`);
    return nodesOf(row?.["QUERY PLAN"][0].Plan as PlanNode);
  });
}

describe("a list of 200,000 executions", () => {
  test("is read by an index whatever it is filtered by, and few rows are read in vain", async () => {
    const slow: Record<string, string>[] = [];
    for (const choice of CHOICES) {
      const nodes = await explain(choice);
      const vain = nodes.reduce((sum, node) => sum + (node["Rows Removed by Filter"] ?? 0), 0);
      if (vain >= 1_000 || nodes.some((node) => node["Node Type"].includes("Seq Scan"))) slow.push(choice);
    }
    expect(slow).toEqual([]);
    expect(CHOICES).toHaveLength(512);
  });

  test.each<Record<string, string>>([
    { attempt: "3" },
    { attempt: "3", status: "timeout" },
    { attempt: "2" },
    { job: RARE },
    { job: RARE, attempt: "3" },
  ])("finds later attempts by an index: %j", async (choice) => {
    const nodes = await explain(choice);
    expect(nodes.filter((node) => node["Node Type"].includes("Seq Scan"))).toEqual([]);
    expect(nodes.reduce((sum, node) => sum + (node["Rows Removed by Filter"] ?? 0), 0)).toBeLessThan(1_000);
    const { script, ...filter } = executionsQuery.parse(choice);
    const rows = await withTenant(database, "acme", (queries) =>
      listExecutions(queries, "acme", { ...filter, scriptId: script }),
    );
    expect(rows).toHaveLength(choice["attempt"] === "2" ? 0 : 20);
  });

  test("holds what each filter says", async () => {
    const count = async (query: Record<string, string>) => {
      const { script, ...filter } = executionsQuery.parse({ limit: "200", ...query });
      const rows = await withTenant(database, "acme", (queries) =>
        listExecutions(queries, "acme", { ...filter, scriptId: script }),
      );
      return rows.length;
    };
    const found = await Promise.all(CHOICES.map(count));
    const expected = CHOICES.map((choice) => (RARE_FILTERS.some((name) => name in choice) ? 20 : 201));
    expect(found).toEqual(expected);
    const day = (ago: number) => new Date(Date.now() - ago * DAY_MS).toISOString();
    expect(await count({ from: day(50), to: day(50) })).toBe(0);
    expect(await count({ status: "timeout", from: day(50) })).toBe(0);
  });
});

describe("the cleaner", () => {
  const logger = pino({ level: "silent" });
  const countAll = async (): Promise<number> => {
    const { rows } = await sql<{ count: number }>`select count(*) from skerry.executions`.execute(
      database.kysely,
    );
    return rows[0]?.count ?? 0;
  };

  test("removes what is older than its tenant keeps, with its logs, and nothing that has not ended", async () => {
    await using retention = createRetention({
      database,
      logger,
      retentionDaysOf: (tenantId) => Promise.resolve(tenantId === "acme" ? DAYS - 1 : 1),
    });
    const before = await countAll();
    const removed = await retention.cleanUp();
    // One of a hundred days, but for the execution that has not ended.
    expect(removed).toBeGreaterThan(ROWS / DAYS - 100);
    expect(removed).toBeLessThan(ROWS / DAYS + 100);
    expect(await countAll()).toBe(before - removed);
    const left = await sql<{ logs: number; open: number; old: number }>`
      select (select count(*) from skerry.execution_logs) as logs,
        (select count(*) from skerry.executions where completed_at is null) as open,
        (select count(*) from skerry.executions where created_at < now() - interval '99 days') as old`.execute(
      database.kysely,
    );
    expect(left.rows[0]).toEqual({ logs: 3_000 - removed, open: 1, old: 1 });
    expect(await retention.cleanUp()).toBe(0);
  });

  test("comes to every tenant in one round, however many have something to remove", async () => {
    const tenants = Array.from({ length: 150 }, (_, n) => `many-${n}`);
    const old = new Date(Date.now() - 2 * DAY_MS);
    const { kysely } = database;
    await kysely
      .insertInto("tenants")
      .values(tenants.map((id) => ({ id, name: id })))
      .execute();
    await sql`insert into skerry.scripts (tenant_id, id, name, type, status, latest_version)
      select id, ${SCRIPT}, 'one', 'oneoff', 'disabled', 1 from unnest(${tenants}::text[]) id`.execute(
      kysely,
    );
    await sql`insert into skerry.executions (tenant_id, id, script_id, version, trigger, status, input, completed_at)
      select id, ${firstIdAt(old)}, ${SCRIPT}, 1, 'api', 'completed', 'null', now()
      from unnest(${tenants}::text[]) id`.execute(kysely);
    await using retention = createRetention({
      database,
      logger,
      retentionDaysOf: (tenantId) => Promise.resolve(tenantId === "acme" ? 10 * DAYS : 1),
    });
    expect(await retention.cleanUp()).toBe(tenants.length);
  });

  test("does nothing while another node cleans, and reads few rows for one statement", async () => {
    await using retention = createRetention({
      database,
      logger,
      retentionDaysOf: () => Promise.resolve(DAYS - 2),
    });
    const client = await database.pool.connect();
    try {
      await client.query("select pg_advisory_lock($1)", [0x736b_7274]);
      expect(await retention.cleanUp()).toBe(0);
    } finally {
      await client.query("select pg_advisory_unlock($1)", [0x736b_7274]);
      client.release();
    }
    expect(await retention.cleanUp()).toBeGreaterThan(1_000);
  });
});
