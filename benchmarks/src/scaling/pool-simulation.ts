import { listRates } from "./activity.ts";
import type { Activity, WorkingSet } from "./activity.ts";

/** A fleet of nodes whose pools end runners that were idle for too long, and the one that was idle for longest when full. */
export interface Fleet {
  readonly nodes: number;
  readonly runnersPerNode: number;
  readonly idleMs: number;
  /** Whether all executions of a tenant come to the same node, or each to any. */
  readonly routing: "by tenant" | "any";
}

export interface SimulationOptions {
  readonly executions: number;
  readonly seed: number;
}

/**
 * Draws executions one by one and counts what pools would do. Executions take no time. The first half fills the pools
 * and is not counted. The same seed gives the same result.
 */
export function simulatePools(activity: Activity, fleet: Fleet, options: SimulationOptions): WorkingSet {
  const random = createRandom(options.seed);
  const drawTenant = createTenantDraw(listRates(activity), random);
  // When each runner was used last, by tenant; a Map keeps the order of insertion, so its first was idle for longest.
  const pools = Array.from({ length: fleet.nodes }, () => new Map<number, number>());
  const countFrom = Math.floor(options.executions / 2);
  let nowMs = 0;
  let countedFromMs = 0;
  let coldStarts = 0;
  let runnerSum = 0;

  for (let n = 0; n < options.executions; n++) {
    nowMs += (-Math.log(1 - random()) * 1_000) / activity.executionsPerSecond;
    if (n === countFrom) countedFromMs = nowMs;
    const tenant = drawTenant();
    const place = fleet.routing === "any" ? Math.floor(random() * fleet.nodes) : tenant % fleet.nodes;
    const pool = pools[place] as Map<number, number>;
    for (const each of pools) endIdle(each, nowMs - fleet.idleMs);
    const isWarm = pool.delete(tenant);
    if (!isWarm && pool.size >= fleet.runnersPerNode) pool.delete(pool.keys().next().value as number);
    pool.set(tenant, nowMs);
    if (n < countFrom) continue;
    if (!isWarm) coldStarts += 1;
    runnerSum += pools.reduce((sum, { size }) => sum + size, 0);
  }
  return {
    runners: runnerSum / (options.executions - countFrom),
    coldStartsPerSecond: (coldStarts * 1_000) / (nowMs - countedFromMs),
  };
}

function endIdle(pool: Map<number, number>, beforeMs: number): void {
  for (const [tenant, usedMs] of pool) {
    if (usedMs >= beforeMs) return;
    pool.delete(tenant);
  }
}

function createTenantDraw(rates: Float64Array, random: () => number): () => number {
  const sums = Float64Array.from(rates);
  for (let n = 1; n < sums.length; n++) sums[n] = (sums[n] as number) + (sums[n - 1] as number);
  const total = sums.at(-1) ?? 0;
  return () => {
    const wanted = random() * total;
    let [low, high] = [0, sums.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] as number) > wanted) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}

/** Numbers from 0 up to 1: mulberry32. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
