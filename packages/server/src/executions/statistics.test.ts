import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { actAsHost } from "../auth/host.ts";
import type { Caller } from "../auth/principal.ts";
import { firstIdAt } from "../rest/ids.ts";
import { createTestPlatform } from "../../test/platform.ts";
import type { TestPlatform } from "../../test/platform.ts";

const DAY_MS = 24 * 60 * 60_000;

let skerry: TestPlatform;

beforeAll(async () => {
  skerry = await createTestPlatform();
  for (const tenant of ["acme", "globex"]) {
    const client = await skerry.createTenant(tenant);
    for (const name of ["busy", "calm"]) {
      await client.request("POST", "/api/v1/scripts", {
        name,
        type: "oneoff",
        source: "export default () => 1;",
      });
    }
  }
});
afterAll(() => skerry[Symbol.asyncDispose]());

function callerOf(tenantId: string): Caller {
  return { tenantId, principal: actAsHost({ tenant: tenantId }), suspended: false, origin: {} };
}

/** Executions of the past, as the history has them. */
async function addPast(
  tenant: string,
  script: string,
  daysAgo: number,
  facts: { status: string; ms: number }[],
) {
  const at = new Date(Date.now() - daysAgo * DAY_MS);
  for (const { status, ms } of facts) {
    const id = firstIdAt(at).slice(0, 14) + randomUUID().slice(14);
    await skerry.database.pool.query(
      `insert into skerry.executions (tenant_id, id, script_id, version, trigger, status, created_at, duration_ms, cpu_ms)
       select $1, $2, id, 1, 'manual', $3, $4, $5, $5 from skerry.scripts where tenant_id = $1 and name = $6`,
      [tenant, id, status, at, ms, script],
    );
  }
}

test("executions are summed up by day and by script, of one tenant, within the days asked for", async () => {
  await addPast(
    "acme",
    "busy",
    0,
    Array.from({ length: 19 }, () => ({ status: "completed", ms: 10 })),
  );
  await addPast("acme", "busy", 0, [{ status: "timeout", ms: 500 }]);
  await addPast("acme", "calm", 2, [{ status: "failed", ms: 4 }]);
  await addPast("acme", "calm", 9, [{ status: "completed", ms: 1 }]);
  await addPast("globex", "busy", 0, [{ status: "failed", ms: 9_999 }]);

  const { days, scripts, isPartial } = await skerry.platform.services.statistics.describe(
    callerOf("acme"),
    7,
  );
  expect(isPartial).toBe(false);
  expect(days).toHaveLength(7);
  expect(days.map(({ executions }) => executions)).toEqual([0, 0, 0, 0, 1, 0, 20]);
  expect(days.at(-1)).toMatchObject({ day: new Date().toISOString().slice(0, 10), failed: 1, cpuMs: 690 });
  expect(days.at(-1)?.p95Ms).toBeLessThan(100);
  expect(scripts.map(({ scriptName, executions, failed }) => [scriptName, executions, failed])).toEqual([
    ["busy", 20, 1],
    ["calm", 1, 1],
  ]);
});

test("it takes the permission to see what is used", async () => {
  const blind = {
    ...callerOf("acme"),
    principal: { ...actAsHost({ tenant: "acme" }), permissions: new Set<never>() },
  };
  await expect(skerry.platform.services.statistics.describe(blind, 7)).rejects.toMatchObject({
    code: "PERMISSION_DENIED",
  });
});
