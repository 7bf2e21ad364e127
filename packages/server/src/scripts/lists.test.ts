import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase } from "../../test/database.ts";
import type { TestDatabase } from "../../test/database.ts";
import { withTenant } from "../db/tenant-scope.ts";
import { selectScripts } from "./repository.ts";
import { scriptsQuery } from "./script.ts";

const SCRIPTS = 100_000;
/** Rows that a page may look at in vain. */
const TOLERABLE_WASTE = 1_000;

let made: TestDatabase;

/** One script in 5,000 is of the rare kind, and those are the oldest: the worst for a list of the newest. */
beforeAll(async () => {
  made = await createTestDatabase();
  const { kysely } = made.database;
  await sql`insert into skerry.tenants (id, name) values ('acme', 'acme')`.execute(kysely);
  // Row by row the triggers would take longest; what the one for tags does is done at once below.
  await sql`alter table skerry.scripts disable trigger user`.execute(kysely);
  await sql`
    insert into skerry.scripts (tenant_id, id, name, type, status, tags, latest_version)
    select 'acme', ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
      case when n <= 20 then 'Rare-' else 'common-' end || n,
      case when n <= 20 then 'event' when n % 2 = 0 then 'oneoff' else 'http' end,
      case when n <= 20 then 'disabled' when n % 3 = 0 then 'archived' else 'active' end,
      case when n <= 20 then array['rare'] when n % 4 = 0 then array['common'] else '{}' end, 1
    from generate_series(1, ${SCRIPTS}::int) as n`.execute(kysely);
  await sql`insert into skerry.script_tags select tenant_id, id, unnest(tags) from skerry.scripts`.execute(
    kysely,
  );
  await sql`analyze skerry.scripts, skerry.script_tags`.execute(kysely);
}, 120_000);
afterAll(() => made[Symbol.asyncDispose]());

interface PlanNode {
  readonly "Node Type": string;
  readonly "Actual Loops": number;
  readonly "Rows Removed by Filter"?: number;
  readonly Plans?: readonly PlanNode[];
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

const RARE = { type: "event", status: "disabled", tag: "rare", search: "RARE-1" };
const COMMON = { type: "oneoff", status: "active", tag: "common", search: "common" };
const cursor = Buffer.from("00000000-0000-7000-8000-0000000fffff").toString("base64url");

/** Every set of filters, of rare and of common values. */
const QUERIES = [RARE, COMMON].flatMap((filters) => {
  const entries = Object.entries({ ...filters, cursor });
  return Array.from({ length: 2 ** entries.length }, (_, bits) =>
    Object.fromEntries(entries.filter((_entry, index) => (bits >> index) & 1)),
  );
});

test("every filter of the list is served by an index, in 100,000 scripts", async () => {
  const slow: unknown[] = [];
  for (const query of QUERIES) {
    const [row] = await withTenant(made.database, "acme", (queries) =>
      selectScripts(queries, "acme", scriptsQuery.parse(query)).explain("json", sql`analyze`),
    );
    const [{ Plan: plan }] = (row as { "QUERY PLAN": [{ Plan: PlanNode }] })["QUERY PLAN"];
    const nodes = nodesOf(plan);
    const wasted = nodes.map((node) => (node["Rows Removed by Filter"] ?? 0) * node["Actual Loops"]);
    const isScan = nodes.some((node) => node["Node Type"] === "Seq Scan");
    if (isScan || Math.max(...wasted) > TOLERABLE_WASTE) slow.push({ query, plan });
  }
  expect(QUERIES).toHaveLength(64);
  expect(slow).toEqual([]);
});
