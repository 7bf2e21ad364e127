import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@skerry/client";
import { expect, onTestFinished, test } from "vitest";
import { createHostDatabase, HOST_TABLES } from "../../../test/script-tables.ts";
import { createSkerry, exposeTable } from "../../index.ts";

const SOURCE = `export default async ({ note }, { db }) => {
  const { total } = await db.insert("orders", { note, total: 4 });
  return { total, notes: (await db.query("select distinct note from orders order by note")).map((row) => row.note) };
};`;

test("a host exposes a table, and scripts of each tenant work on their own rows", async () => {
  await using host = await createHostDatabase();
  await host.database.pool.query(HOST_TABLES);
  const dataDir = await mkdtemp(join(tmpdir(), "skerry-tables-"));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  await using skerry = await createSkerry({
    databaseUrl: host.url,
    dataDir,
    maxRunners: 2,
    spareRunners: 0,
    logLevel: "silent",
    tables: [exposeTable("orders", { tenantColumn: "tenant_id", operations: ["select", "insert"] })],
  });
  for (const id of ["acme", "other"]) {
    await createClient({ fetch: skerry.fetchAs({ operator: true }) }).tenants.create({ id, name: id });
    const client = createClient({ fetch: skerry.fetchAs({ tenant: id, user: "ada" }) });
    await client.scripts.create({ name: "order", type: "embedded", source: SOURCE });
    expect(await skerry.call(id, "order", { note: `added by ${id}` })).toEqual({
      total: "4.00",
      notes: [`added by ${id}`, `note of ${id}`],
    });
  }
}, 90_000);
