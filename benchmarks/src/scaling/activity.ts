/** How tenants' executions are spread: the share of the n-th busiest is in proportion to 1 / n^exponent (Zipf). */
export interface Activity {
  readonly tenants: number;
  readonly executionsPerSecond: number;
  /** 0: all alike; 1: the busiest of 100,000 has 8 % of all. */
  readonly exponent: number;
}

/** What a pool of runners comes to when each is ended after being idle for so long. */
export interface WorkingSet {
  /** Runners that live at a moment, on average. */
  readonly runners: number;
  readonly coldStartsPerSecond: number;
}

/** Tenants that are about as busy as each other. */
export interface RateGroup {
  readonly tenants: number;
  /** Executions per second of each. */
  readonly rate: number;
}

/** Executions per second of each tenant, the busiest first. */
export function listRates({ tenants, executionsPerSecond, exponent }: Activity): Float64Array {
  const weights = Float64Array.from({ length: tenants }, (_, n) => (n + 1) ** -exponent);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => (weight / sum) * executionsPerSecond);
}

const GROUP_GROWTH = 1.02;

/** The same in groups of neighbours, the rates within which differ by 2 % at most. */
export function groupRates(activity: Activity): readonly RateGroup[] {
  const rates = listRates(activity);
  const groups: RateGroup[] = [];
  for (let first = 0; first < rates.length;) {
    const end = Math.min(rates.length, Math.max(first + 1, Math.floor((first + 1) * GROUP_GROWTH)));
    const sum = rates.subarray(first, end).reduce((total, rate) => total + rate, 0);
    groups.push({ tenants: end - first, rate: sum / (end - first) });
    first = end;
  }
  return groups;
}

/**
 * Executions that come independently of each other (Poisson) find no runner when none came within the idle time before,
 * the chance of which is exp(-rate × time). How long they run is left out: it is short beside the idle time.
 *
 * @param nodes that a tenant's executions may come to, each of which has runners of its own: 1 where requests are
 * routed by tenant.
 */
export function reckonWorkingSet(groups: readonly RateGroup[], idleMs: number, nodes: number): WorkingSet {
  let runners = 0;
  let coldStartsPerSecond = 0;
  for (const { tenants, rate } of groups) {
    const isGone = Math.exp((-rate * idleMs) / 1_000 / nodes);
    runners += tenants * nodes * (1 - isGone);
    coldStartsPerSecond += tenants * rate * isGone;
  }
  return { runners, coldStartsPerSecond };
}

const HALVINGS = 60;
const LONGEST_MS = 86_400_000;

/**
 * The idle time that as many runners allow: a full pool ends the runner that was idle for longest, which comes to the
 * same as a shorter idle time (Che, Tung, Wang 2002).
 *
 * @returns a day at most, when there is room for all.
 */
export function reckonIdleMs(groups: readonly RateGroup[], runners: number, nodes: number): number {
  let [least, most] = [0, LONGEST_MS];
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (least + most) / 2;
    if (reckonWorkingSet(groups, middle, nodes).runners > runners) most = middle;
    else least = middle;
  }
  return most;
}
