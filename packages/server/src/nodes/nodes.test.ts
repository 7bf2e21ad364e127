import { randomUUID } from "node:crypto";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { actAsHost } from "../auth/host.ts";
import { createTestPlatform } from "../../test/platform.ts";
import type { TestPlatform } from "../../test/platform.ts";
import { startHeartbeat } from "./heartbeat.ts";

let skerry: TestPlatform;

beforeAll(async () => {
  skerry = await createTestPlatform();
});
afterAll(() => skerry[Symbol.asyncDispose]());

const operator = { principal: actAsHost({ operator: true }), origin: {} };
const listNodes = () => skerry.platform.services.nodes.list(operator);

test("nodes tell of themselves and their runners, go when they end, and are lost when they fall silent", async () => {
  const acme = await skerry.createTenant("acme");
  await acme.request("POST", "/api/v1/scripts", {
    name: "hop",
    type: "oneoff",
    source: "export default () => 1;",
  });
  await acme.request("POST", "/api/v1/scripts/hop/execute", {});
  const second = startHeartbeat({
    database: skerry.database,
    logger: pino({ level: "silent" }),
    pool: skerry.pool,
    role: "worker",
    nodeId: randomUUID(),
  });
  await vi.waitFor(async () =>
    expect((await listNodes()).map(({ role }) => role).sort()).toEqual(["all", "worker"]),
  );
  const worker = (await listNodes()).find(({ role }) => role === "worker");
  expect(worker).toMatchObject({ pid: process.pid, isolation: skerry.pool.isolation.level, isLost: false });
  const runner = worker?.runners.find(({ tenant }) => tenant === "acme");
  expect(runner?.memoryBytes).toBeGreaterThan(1_000_000);
  expect(Date.now() - (runner?.startedAt ?? 0)).toBeLessThan(60_000);

  await second[Symbol.asyncDispose]();
  expect((await listNodes()).map(({ role }) => role)).toEqual(["all"]);
  await skerry.database.pool.query("update skerry.nodes set seen_at = now() - interval '1 minute'");
  expect((await listNodes()).map(({ isLost }) => isLost)).toEqual([true]);
});

test("what another version tells in another shape is left out", async () => {
  await skerry.database.pool.query(
    `insert into skerry.nodes (id, state) values (gen_random_uuid(), '{"role":"new"}')`,
  );
  expect((await listNodes()).every(({ role }) => role === "all")).toBe(true);
});

test("the queue and the database are told to operators alone", async () => {
  const { nodes } = skerry.platform.services;
  const state = await nodes.describe(operator);
  expect(state).toMatchObject({ jobs: { ready: 0 }, oldestWaitMs: null, busiest: [] });
  expect(state.database.bytes).toBeGreaterThan(1_000_000);
  expect(state.database.maxConnections).toBeGreaterThanOrEqual(state.database.connections);
  const nobody = { principal: actAsHost({ tenant: "acme" }), origin: {} };
  await expect(nodes.list(nobody)).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
  await expect(nodes.describe(nobody)).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
});
