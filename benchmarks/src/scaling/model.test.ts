import { describe, expect, test } from "vitest";
import { groupRates, listRates, reckonIdleMs, reckonWorkingSet } from "./activity.ts";
import { reckonCeilings, reckonDemand } from "./model.ts";
import type { Hardware, Workload } from "./model.ts";
import { simulatePools } from "./pool-simulation.ts";
import { readUnitCosts, TRIGGERS, writeUnitCosts } from "./unit-costs.ts";
import type { ExecutionCost, Trigger, UnitCosts } from "./unit-costs.ts";

const each = <Value>(value: Value) =>
  Object.fromEntries(TRIGGERS.map((trigger) => [trigger, value])) as Record<Trigger, Value>;

const cost: ExecutionCost = { nodeMs: 1, runnerMs: 1, postgresMs: 2, walKb: 4, storedKb: 1 };
const costs: UnitCosts = {
  executions: each(cost),
  coldStartMs: 100,
  runnerMb: 20,
  nodeMb: 150,
  rememberedKb: 10,
  webConnections: 10,
  workerConnections: 10,
  idleWorkerMs: 5,
  furtherWorkerMs: 0,
  claimMs: 8,
  claimedJobs: 32,
  crowdedClaimMs: 8,
  notifyingPerSecond: 2_000,
  tickMs: 1,
  deletedMs: 0,
  deletedWalKb: 0,
};
const workload: Workload = {
  tenants: 1_000,
  executionsPerSecond: 1_000,
  exponent: 1,
  shares: { ...each(0), http: 0.5, event: 0.5 },
  scriptMs: 0,
  retentionDays: 1,
};
const hardware: Hardware = {
  coresPerNode: 4,
  runnerMbPerNode: 20_000,
  utilization: 0.5,
  isRoutedByTenant: true,
  databaseCores: 8,
  walMbPerSecond: 100,
  connections: 1_000,
};

describe("activity", () => {
  const activity = { tenants: 2_000, executionsPerSecond: 200, exponent: 1 };

  test("is spread by rank, and groups keep its sum", () => {
    const rates = listRates(activity);
    expect((rates[0] ?? 0) / (rates[99] ?? 1)).toBeCloseTo(100);
    const groups = groupRates(activity);
    expect(groups.reduce((sum, { tenants }) => sum + tenants, 0)).toBe(2_000);
    expect(groups.reduce((sum, { tenants, rate }) => sum + tenants * rate, 0)).toBeCloseTo(200);
  });

  test.each(["by tenant", "any"] as const)(
    "comes to the working set that a simulation finds, when requests are routed %s",
    (routing) => {
      const fleet = { nodes: 4, runnersPerNode: Infinity, idleMs: 10_000, routing };
      const simulated = simulatePools(activity, fleet, { executions: 40_000, seed: 9 });
      const reckoned = reckonWorkingSet(groupRates(activity), 10_000, routing === "any" ? 4 : 1);
      expect(Math.abs(reckoned.runners / simulated.runners - 1)).toBeLessThan(0.03);
      expect(Math.abs(reckoned.coldStartsPerSecond / simulated.coldStartsPerSecond - 1)).toBeLessThan(0.03);
    },
  );

  test("finds with full pools the cold starts that a simulation finds", () => {
    const fleet = { nodes: 1, runnersPerNode: 300, idleMs: Infinity, routing: "any" } as const;
    const simulated = simulatePools(activity, fleet, { executions: 40_000, seed: 9 });
    const idleMs = reckonIdleMs(groupRates(activity), 300, 1);
    const { coldStartsPerSecond } = reckonWorkingSet(groupRates(activity), idleMs, 1);
    expect(simulated.runners).toBeCloseTo(300, 0);
    expect(Math.abs(coldStartsPerSecond / simulated.coldStartsPerSecond - 1)).toBeLessThan(0.05);
  });
});

describe("the model", () => {
  test("adds up what executions cost", () => {
    const { web, workers, database } = reckonDemand(costs, { ...workload, tenants: 1 }, hardware);
    // 500/s × 2 ms is one core, two when each is to be half busy; one runner is never cold.
    expect(web).toMatchObject({ nodes: 1, idleMs: 60_000 });
    expect(web.cores).toBeCloseTo(2);
    expect(web.runners).toBeCloseTo(1);
    expect(workers.nodes).toBe(1);
    expect(database.cores).toBeCloseTo(2.005);
    expect(database.walMbPerSecond).toBeCloseTo(3.906);
    expect(database.claimShare).toBeCloseTo(0.125);
    expect(database.connections).toBe(20);
    expect(database.storedGb).toBeCloseTo(82.4);
  });

  test("takes more nodes where memory is short: cold starts cost more than they save", () => {
    const short = { ...hardware, runnerMbPerNode: 400 };
    const { web } = reckonDemand(costs, workload, short);
    expect(web.nodes).toBeGreaterThan(reckonDemand(costs, workload, hardware).web.nodes);
    expect(web.runners).toBeLessThanOrEqual((web.nodes * 400) / costs.runnerMb + 1);
  });

  test("needs more runners where a tenant's requests come to any node", () => {
    const large = { ...workload, executionsPerSecond: 10_000 };
    const routed = reckonDemand(costs, large, hardware);
    const scattered = reckonDemand(costs, large, { ...hardware, isRoutedByTenant: false });
    expect(scattered.web.runners).toBeGreaterThan(routed.web.runners);
  });

  test("says what is used up first", () => {
    const [first, second] = reckonCeilings(costs, workload, hardware);
    // 4 busy cores at 2 ms each; the lock at 2,000 claims of 32 jobs would do for four times as many.
    expect(first).toMatchObject({ what: "CPU of PostgreSQL" });
    expect(first?.executionsPerSecond).toBeGreaterThan(1_900);
    expect(first?.executionsPerSecond).toBeLessThan(2_000);
    expect(second?.executionsPerSecond).toBeGreaterThan(first?.executionsPerSecond ?? 0);
  });
});

test("unit costs are read as they were written, and not without one of them", () => {
  const rows = writeUnitCosts(costs);
  expect(readUnitCosts(rows)).toEqual(costs);
  expect(() => readUnitCosts(rows.slice(1))).toThrow("http execution: CPU of nodes");
});
