import { randomUUIDv7 } from "node:crypto";
import { sql } from "kysely";
import { pino } from "pino";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { createTestDatabase } from "../../test/database.ts";
import { createScript } from "../../test/wrong-tenant/tenant-rows.ts";
import { actAsHost } from "../auth/host.ts";
import type { Database } from "../db/open.ts";
import { createPlans } from "../plans/plan.ts";
import { createQuotaService } from "../quotas/service.ts";
import type { QuotaService } from "../quotas/service.ts";
import { insertScript } from "../scripts/repository.ts";
import { insertTenant } from "../tenants/repository.ts";
import { openServices } from "./host-services.ts";
import { createServiceReports } from "./reports.ts";
import type { ServiceImpact } from "./report.ts";
import { sumUses } from "./repository.ts";
import { defineService } from "./service.ts";
import { createUseLog } from "./use-log.ts";

const lines: string[] = [];
const logger = pino({ level: "warn" }, { write: (line: string) => void lines.push(line) });

async function prepare(): Promise<{ readonly database: Database; readonly quotas: QuotaService }> {
  const { database, [Symbol.asyncDispose]: drop } = await createTestDatabase();
  onTestFinished(() => drop());
  const quotas = await createQuotaService({ database, logger, plans: createPlans() });
  onTestFinished(() => quotas[Symbol.asyncDispose]());
  return { database, quotas };
}

const declare = (amount: z.ZodType) =>
  defineService({
    name: "orders.refund",
    input: z.object({ id: z.string(), amount }),
    output: z.any(),
    handler: () => null,
  });
const BEFORE = declare(z.number().optional());
const AFTER = declare(z.number());

test("what a start changes in a service is told, in the log and until it changes again", async () => {
  const { database, quotas } = await prepare();
  const start = async (service: typeof BEFORE): Promise<ServiceImpact> => {
    lines.length = 0;
    await using services = await openServices({ database, logger, quotas, services: [service] });
    const operator = { principal: actAsHost({ operator: true }), origin: {} };
    const reports = createServiceReports({ database, quotas, services });
    return await reports.getImpact(operator, "orders.refund", { limit: 10, days: 1 });
  };
  const change = { where: "input", path: "amount", message: "must be given now" };

  expect(await start(BEFORE)).toMatchObject({ comparedWith: null, changes: [] });
  expect(await start(AFTER)).toMatchObject({ comparedWith: expect.any(Date) as Date, changes: [change] });
  expect(lines.join("")).toContain("may break scripts");
  // Another node, or the same one again: nothing is new, and the report stays.
  expect(await start(AFTER)).toMatchObject({ changes: [change] });
  expect(lines).toEqual([]);
  // Back to what was, which breaks nothing, and once more.
  expect(await start(BEFORE)).toMatchObject({ comparedWith: expect.any(Date) as Date, changes: [] });
  expect(await start(AFTER)).toMatchObject({ changes: [change] });
  expect(lines.join("")).toContain("may break scripts");
});

test("uses are counted over nodes, kept while they cannot be written, and end with their tenant", async () => {
  const { database } = await prepare();
  const { kysely } = database;
  const script = await (async () => {
    await insertTenant(kysely, { id: "acme", name: "acme", plan: "default" });
    return await insertScript(kysely, createScript("acme", "orders"));
  })();
  const use = { tenantId: "acme", scriptId: script.id, service: "orders.refund" };
  const nodes = [createUseLog({ database, logger }), createUseLog({ database, logger })];

  for (let count = 0; count < 100; count++) for (const node of nodes) node.note(use);
  for (const node of nodes) node.note({ ...use, scriptId: randomUUIDv7() });
  await Promise.all(nodes.map((node) => node.flush()));
  expect(await sumUses(kysely)).toMatchObject([{ service: "orders.refund", scripts: 1, calls: 200 }]);

  await sql`alter table skerry.service_uses rename to away`.execute(kysely);
  nodes[0]?.note(use);
  await nodes[0]?.flush();
  nodes[0]?.note(use);
  await sql`alter table skerry.away rename to service_uses`.execute(kysely);
  await Promise.all(nodes.map((node) => node[Symbol.asyncDispose]()));
  expect(await sumUses(kysely)).toMatchObject([{ tenants: 1, scripts: 1, calls: 202 }]);

  await sql`delete from skerry.tenants`.execute(kysely);
  expect(await sumUses(kysely)).toEqual([]);
});
