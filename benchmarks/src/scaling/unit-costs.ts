import type { Row } from "../report.ts";

/** What an execution is started by, as far as its cost differs. */
export const TRIGGERS = ["http", "embedded", "event", "cron", "api"] as const;
export type Trigger = (typeof TRIGGERS)[number];

/** What one execution costs, its trigger and its place in the history included. */
export interface ExecutionCost {
  /** CPU time of node processes. */
  readonly nodeMs: number;
  /** CPU time of the tenant's runner. */
  readonly runnerMs: number;
  /** CPU time of all processes of PostgreSQL. */
  readonly postgresMs: number;
  readonly walKb: number;
  /** Growth of tables and their indexes. */
  readonly storedKb: number;
}

/** What was measured of this machine, and what the model reckons with. */
export interface UnitCosts {
  readonly executions: Readonly<Record<Trigger, ExecutionCost>>;
  /** CPU time of a tenant's first execution on a node: the runner that is leased and the spare that follows. */
  readonly coldStartMs: number;
  readonly runnerMb: number;
  readonly nodeMb: number;
  /** What a node remembers of a tenant with five endpoints. */
  readonly rememberedKb: number;
  readonly webConnections: number;
  readonly workerConnections: number;
  /** CPU time of PostgreSQL for a worker that has nothing to do, per second. */
  readonly idleWorkerMs: number;
  /** What each further worker adds to a queued execution. */
  readonly furtherWorkerMs: number;
  /** How long one claim keeps others away at worst, and how many jobs it takes. */
  readonly claimMs: number;
  readonly claimedJobs: number;
  /** The same while 100,000 tenants wait. */
  readonly crowdedClaimMs: number;
  /** Small transactions that notify, of many connections at once; PostgreSQL lets them commit one after another. */
  readonly notifyingPerSecond: number;
  /** CPU time of PostgreSQL to move one schedule on and queue its execution, with 100,000 schedules. */
  readonly tickMs: number;
  /** CPU time of PostgreSQL to delete one execution of the history. */
  readonly deletedMs: number;
  readonly deletedWalKb: number;
}

/** How one of the costs is called in the suite's table. */
export interface CostField<Key extends string> {
  readonly key: Key;
  readonly what: string;
  readonly unit: Row["unit"];
}

type SingleKey = Exclude<keyof UnitCosts, "executions">;

/** Of each trigger. */
export const EXECUTION_FIELDS: readonly CostField<keyof ExecutionCost>[] = [
  { key: "nodeMs", what: "CPU of nodes", unit: "ms" },
  { key: "runnerMs", what: "CPU of runners", unit: "ms" },
  { key: "postgresMs", what: "CPU of PostgreSQL", unit: "ms" },
  { key: "walKb", what: "write-ahead log", unit: "kB" },
  { key: "storedKb", what: "stored", unit: "kB" },
];

export const SINGLE_FIELDS: readonly CostField<SingleKey>[] = [
  { key: "coldStartMs", what: "cold start: CPU of runner and spare", unit: "ms" },
  { key: "runnerMb", what: "warm runner: private memory", unit: "MB" },
  { key: "nodeMb", what: "node: private memory", unit: "MB" },
  { key: "rememberedKb", what: "tenant with 5 endpoints, remembered by a node", unit: "kB" },
  { key: "webConnections", what: "connections of a web node", unit: "" },
  { key: "workerConnections", what: "connections of a worker", unit: "" },
  { key: "idleWorkerMs", what: "idle worker, per second: CPU of PostgreSQL", unit: "ms" },
  { key: "furtherWorkerMs", what: "queued execution, per further worker: CPU of PostgreSQL", unit: "ms" },
  {
    key: "claimMs",
    what: "claim of 32 jobs, 100 tenants waiting, something of each running: CPU",
    unit: "ms",
  },
  { key: "claimedJobs", what: "jobs that such a claim takes", unit: "" },
  { key: "crowdedClaimMs", what: "claim of 32 jobs, 100,000 tenants waiting: CPU", unit: "ms" },
  { key: "notifyingPerSecond", what: "transactions that notify, 16 connections", unit: "/s" },
  { key: "tickMs", what: "tick of one of 100,000 schedules: CPU of PostgreSQL", unit: "ms" },
  { key: "deletedMs", what: "execution deleted by retention: CPU of PostgreSQL", unit: "ms" },
  { key: "deletedWalKb", what: "execution deleted by retention: write-ahead log", unit: "kB" },
];

/** @returns the rows of the suite's table. */
export function writeUnitCosts(costs: UnitCosts): Row[] {
  const ofTriggers = TRIGGERS.flatMap((trigger) =>
    EXECUTION_FIELDS.map((field) => ({
      what: nameOf(trigger, field),
      value: costs.executions[trigger][field.key],
      unit: field.unit,
    })),
  );
  return [...ofTriggers, ...SINGLE_FIELDS.map(({ key, what, unit }) => ({ what, value: costs[key], unit }))];
}

/** Reads what {@link writeUnitCosts} made. @throws Error naming a row that is missing. */
export function readUnitCosts(rows: readonly Pick<Row, "what" | "value">[]): UnitCosts {
  const values = new Map(rows.map(({ what, value }) => [what, value]));
  const read = (what: string): number => {
    const value = values.get(what);
    if (value === undefined) throw new Error(`the results of the suite "scaling" have no row "${what}"`);
    return value;
  };
  const readTrigger = (trigger: Trigger) =>
    readFields(EXECUTION_FIELDS, (field) => read(nameOf(trigger, field)));
  const executions = Object.fromEntries(TRIGGERS.map((trigger) => [trigger, readTrigger(trigger)]));
  return {
    executions: executions as Record<Trigger, ExecutionCost>,
    ...readFields(SINGLE_FIELDS, ({ what }) => read(what)),
  };
}

function nameOf(trigger: Trigger, { what }: CostField<string>): string {
  return `${trigger} execution: ${what}`;
}

function readFields<Key extends string>(
  fields: readonly CostField<Key>[],
  read: (field: CostField<Key>) => number,
): Record<Key, number> {
  return Object.fromEntries(fields.map((field) => [field.key, read(field)])) as Record<Key, number>;
}
