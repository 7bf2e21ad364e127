import { randomUUIDv7 } from "node:crypto";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase } from "../../test/database.ts";
import type { TestDatabase } from "../../test/database.ts";
import { withTenant } from "../db/tenant-scope.ts";
import { listRecent, selectRecent } from "./recent-repository.ts";

const EXECUTIONS = 100_000;
const EACH = 30;
const [BUSY, QUIET, UNUSED, FOREIGN] = Array.from({ length: 4 }, () => randomUUIDv7()) as [
  string,
  string,
  string,
  string,
];

let made: TestDatabase;

/** One script with 100,000 executions, one with 3 that are older than all of those, and another tenant's. */
beforeAll(async () => {
  made = await createTestDatabase();
  const { kysely } = made.database;
  await sql`insert into skerry.tenants (id, name) values ('acme', 'acme'), ('globex', 'globex')`.execute(
    kysely,
  );
  for (const [tenant, id] of [
    ["acme", BUSY],
    ["acme", QUIET],
    ["acme", UNUSED],
    ["globex", FOREIGN],
  ] as const) {
    await sql`insert into skerry.scripts (tenant_id, id, name, type, status, latest_version)
      values (${tenant}, ${id}, ${id}, 'oneoff', 'disabled', 1)`.execute(kysely);
  }
  await insertExecutions("acme", BUSY, 1_000, EXECUTIONS);
  // The worst that Postgres can believe: that every script has all executions, so that any index finds some at once.
  await sql`analyze skerry.executions`.execute(kysely);
  await insertExecutions("acme", QUIET, 0, 3);
  await insertExecutions("globex", FOREIGN, 2_000, 5);
}, 120_000);
afterAll(() => made[Symbol.asyncDispose]());

/** Whose ids, and durations in ms, count up. */
async function insertExecutions(tenant: string, script: string, start: number, count: number): Promise<void> {
  await sql`
    insert into skerry.executions (tenant_id, id, script_id, version, trigger, status, input, duration_ms)
    select ${tenant}, (lpad(to_hex(${start}::int), 8, '0') || lpad(to_hex(n), 24, '0'))::uuid, ${script}::uuid, 1, 'api',
      'completed', 'null', n
    from generate_series(1, ${count}::int) as n`.execute(made.database.kysely);
}

interface PlanNode {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Actual Rows": number;
  readonly "Actual Loops": number;
  readonly "Rows Removed by Filter"?: number;
  readonly Plans?: readonly PlanNode[];
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

test("gives the newest 30 of each script of the tenant, and nothing of another's", async () => {
  const rows = await withTenant(made.database, "acme", (queries) =>
    listRecent(queries, "acme", [BUSY, QUIET, UNUSED, FOREIGN], EACH),
  );
  const durationsOf = (script: string) =>
    rows.filter(({ scriptId }) => scriptId === script).map(({ durationMs }) => durationMs);
  expect(durationsOf(BUSY)).toEqual(Array.from({ length: EACH }, (_, index) => EXECUTIONS - index));
  expect(durationsOf(QUIET)).toEqual([3, 2, 1]);
  expect(rows).toHaveLength(EACH + 3);
});

test("reads no more than it gives, by an index, in 100,000 executions of one script", async () => {
  const [row] = await withTenant(made.database, "acme", (queries) =>
    selectRecent(queries, "acme", [BUSY, QUIET, UNUSED], EACH).explain("json", sql`analyze`),
  );
  const [{ Plan: plan }] = (row as { "QUERY PLAN": [{ Plan: PlanNode }] })["QUERY PLAN"];
  const reads = nodesOf(plan).filter((node) => node["Relation Name"] === "executions");
  expect(reads.map((node) => node["Node Type"])).toEqual([expect.stringMatching(/^Index/)]);
  for (const node of reads) {
    expect(node["Actual Rows"] * node["Actual Loops"]).toBeLessThanOrEqual(EACH * 3);
    expect(node["Rows Removed by Filter"] ?? 0).toBe(0);
  }
});
