import { groupRates, reckonIdleMs, reckonWorkingSet } from "./activity.ts";
import type { Activity, WorkingSet } from "./activity.ts";
import { TRIGGERS } from "./unit-costs.ts";
import type { ExecutionCost, Trigger, UnitCosts } from "./unit-costs.ts";

/** What an installation is to bear. */
export interface Workload extends Activity {
  /** Of executions, by trigger; together 1. */
  readonly shares: Readonly<Record<Trigger, number>>;
  /** CPU time of the tenants' own code, beside what an execution costs anyway. */
  readonly scriptMs: number;
  readonly retentionDays: number;
}

/** What it runs on. */
export interface Hardware {
  readonly coresPerNode: number;
  /** Memory of a node that runners may have. */
  readonly runnerMbPerNode: number;
  /** How busy processors are meant to be, so that waits stay short. */
  readonly utilization: number;
  /** Whether a tenant's requests come to the same web node as a rule. Queued executions come to any worker. */
  readonly isRoutedByTenant: boolean;
  /** Of PostgreSQL. */
  readonly databaseCores: number;
  readonly walMbPerSecond: number;
  readonly connections: number;
}

/** Nodes of one role and what their runners come to. */
export interface NodeDemand extends WorkingSet {
  readonly nodes: number;
  readonly cores: number;
  /** How long a runner may be idle before its place is needed; 60 s at most. */
  readonly idleMs: number;
}

/** What all nodes together ask of PostgreSQL. */
export interface DatabaseDemand {
  readonly cores: number;
  readonly walMbPerSecond: number;
  readonly connections: number;
  /** Share of the time in which some worker holds the lock of claims. */
  readonly claimShare: number;
  /** Of the transactions that notify of something queued, which commit one after another: one for each. */
  readonly notifyShare: number;
  /** Share of the time in which retention is at work, to delete as many executions as come. */
  readonly retentionShare: number;
  /** Of the history, when it is as old as it gets. */
  readonly storedGb: number;
}

export interface Demand {
  readonly web: NodeDemand;
  readonly workers: NodeDemand;
  readonly database: DatabaseDemand;
}

/** What a web node runs by itself, and what a worker takes out of the queue. Whoever asks by `api` waits for the answer. */
const SERVED: readonly Trigger[] = ["http", "embedded", "api"];
const QUEUED: readonly Trigger[] = TRIGGERS.filter((trigger) => !SERVED.includes(trigger));

const MS_PER_SECOND = 1_000;
const KB_PER_MB = 1_024;
const KB_PER_GB = 1_024 ** 2;
const SECONDS_PER_DAY = 86_400;
/** Retention pauses for three times as long as a deletion took, and for 100 ms at most for 1,000 executions. */
const RETENTION_PAUSE_FACTOR = 3;
const MAX_RETENTION_PAUSE_MS = 0.1;
/** After which the pool ends an idle runner. */
const IDLE_RETIRE_MS = 60_000;

/** Adds up what was measured of single things. */
export function reckonDemand(costs: UnitCosts, workload: Workload, hardware: Hardware): Demand {
  const { isRoutedByTenant } = hardware;
  const web = reckonNodes(costs, workload, hardware, { triggers: SERVED, isRoutedByTenant });
  const workers = reckonNodes(costs, workload, hardware, { triggers: QUEUED, isRoutedByTenant: false });
  return { web, workers, database: reckonDatabase(costs, workload, web.nodes, workers.nodes) };
}

interface NodeGroup {
  readonly triggers: readonly Trigger[];
  readonly isRoutedByTenant: boolean;
}

/** More than anybody has. */
const MOST_NODES = 4_096;

/** The fewest nodes whose processors bear the executions and the cold starts that their memory leaves. */
function reckonNodes(
  costs: UnitCosts,
  workload: Workload,
  hardware: Hardware,
  { triggers, isRoutedByTenant }: NodeGroup,
): NodeDemand {
  const { coresPerNode, utilization, runnerMbPerNode } = hardware;
  const executionsPerSecond = workload.executionsPerSecond * sumShares(workload, triggers);
  const groups = groupRates({ ...workload, executionsPerSecond });
  const cpuOf = ({ nodeMs, runnerMs }: ExecutionCost): number => nodeMs + runnerMs + workload.scriptMs;
  const warmMs = sumCosts(costs, workload, triggers, cpuOf);
  const describe = (nodes: number): NodeDemand => {
    const visited = isRoutedByTenant ? 1 : nodes;
    const room = (nodes * runnerMbPerNode) / costs.runnerMb;
    const idleMs = Math.min(IDLE_RETIRE_MS, reckonIdleMs(groups, room, visited));
    const pools = reckonWorkingSet(groups, idleMs, visited);
    const cores = (warmMs + pools.coldStartsPerSecond * costs.coldStartMs) / MS_PER_SECOND / utilization;
    return { nodes, cores, idleMs, ...pools };
  };
  let [least, most] = [1, MOST_NODES];
  while (least < most) {
    const middle = Math.floor((least + most) / 2);
    if (describe(middle).cores <= middle * coresPerNode) most = middle;
    else least = middle + 1;
  }
  return describe(least);
}

function reckonDatabase(
  costs: UnitCosts,
  workload: Workload,
  webNodes: number,
  workers: number,
): DatabaseDemand {
  const { executionsPerSecond: rate, retentionDays } = workload;
  const queuedPerSecond = rate * sumShares(workload, QUEUED);
  const pauseMs = Math.min(MAX_RETENTION_PAUSE_MS, costs.deletedMs * RETENTION_PAUSE_FACTOR);
  const furtherMs = queuedPerSecond * costs.furtherWorkerMs * (workers - 1);
  const upkeepMs = workers * costs.idleWorkerMs + rate * costs.deletedMs;
  const executionMs = sumCosts(costs, workload, TRIGGERS, ({ postgresMs }) => postgresMs);
  const walKb = sumCosts(costs, workload, TRIGGERS, ({ walKb }) => walKb) + rate * costs.deletedWalKb;
  const storedKb = sumCosts(costs, workload, TRIGGERS, ({ storedKb }) => storedKb);
  return {
    cores: (executionMs + furtherMs + upkeepMs) / MS_PER_SECOND,
    walMbPerSecond: walKb / KB_PER_MB,
    connections: webNodes * costs.webConnections + workers * costs.workerConnections,
    claimShare: (queuedPerSecond / costs.claimedJobs) * (costs.claimMs / MS_PER_SECOND),
    notifyShare: queuedPerSecond / costs.notifyingPerSecond,
    retentionShare: (rate * (pauseMs + costs.deletedMs)) / MS_PER_SECOND,
    storedGb: (storedKb * SECONDS_PER_DAY * retentionDays) / KB_PER_GB,
  };
}

/** What one installation bears at most before something of it is used up. */
export interface Ceiling {
  readonly what:
    | "CPU of PostgreSQL"
    | "write-ahead log"
    | "connections"
    | "lock of claims"
    | "commits that notify"
    | "retention";
  readonly executionsPerSecond: number;
}

const SEARCH_STEPS = 40;
const MOST_PER_SECOND = 1_000_000;

/** Raises the rate, with the tenants and their habits as they are, until each limit is met. The first to be met comes first. */
export function reckonCeilings(costs: UnitCosts, workload: Workload, hardware: Hardware): readonly Ceiling[] {
  const { databaseCores, utilization, walMbPerSecond, connections } = hardware;
  const uses: Readonly<Record<Ceiling["what"], (demand: DatabaseDemand) => number>> = {
    "CPU of PostgreSQL": ({ cores }) => cores / (databaseCores * utilization),
    "write-ahead log": (demand) => demand.walMbPerSecond / walMbPerSecond,
    connections: (demand) => demand.connections / connections,
    "lock of claims": ({ claimShare }) => claimShare / utilization,
    "commits that notify": ({ notifyShare }) => notifyShare / utilization,
    retention: ({ retentionShare }) => retentionShare,
  };
  const found = Object.entries(uses).map(([what, use]) => ({
    what: what as Ceiling["what"],
    executionsPerSecond: findRate((executionsPerSecond) => {
      const { database } = reckonDemand(costs, { ...workload, executionsPerSecond }, hardware);
      return use(database) <= 1;
    }),
  }));
  return found.toSorted((a, b) => a.executionsPerSecond - b.executionsPerSecond);
}

function findRate(isBorne: (executionsPerSecond: number) => boolean): number {
  let [least, most] = [0, MOST_PER_SECOND];
  for (let step = 0; step < SEARCH_STEPS && most - least > 1; step++) {
    const middle = (least + most) / 2;
    if (isBorne(middle)) least = middle;
    else most = middle;
  }
  return least;
}

function sumShares({ shares }: Workload, triggers: readonly Trigger[]): number {
  return triggers.reduce((sum, trigger) => sum + shares[trigger], 0);
}

/** What all executions of some triggers cost per second. */
function sumCosts(
  { executions }: UnitCosts,
  { shares, executionsPerSecond }: Workload,
  triggers: readonly Trigger[],
  costOf: (cost: ExecutionCost) => number,
): number {
  return triggers.reduce(
    (sum, trigger) => sum + executionsPerSecond * shares[trigger] * costOf(executions[trigger]),
    0,
  );
}
