import type { Row, SuiteResult } from "../report.ts";

/** One of our figures beside somebody else's, of the same suite and so of the same run. */
export interface Comparison {
  readonly title: string;
  readonly suite: string;
  /** `what` of our row. */
  readonly ours: string;
  /** `what` of the other's row. */
  readonly other: string;
  /** Who that is. */
  readonly by: string;
  /** What is not the same. */
  readonly note: string;
}

/** What stands at the top of the page: for each thing that people use instead, the question that they would ask first. */
export const COMPARISONS: readonly Comparison[] = [
  {
    title: "Expression: a path",
    suite: "expressions",
    ours: "simple path, direct, before ProcessBridge",
    other: "peer: simple path",
    by: "n8n's evaluator",
    note: "answered on the host, without a guest; the peer runs in process",
  },
  {
    title: "Expression that needs the guest",
    suite: "expressions",
    ours: "simple path, crossing, ProcessBridge",
    other: "peer: simple path",
    by: "n8n's evaluator",
    note: "ours crosses into a jailed process, the peer's stays in process",
  },
  {
    title: "Expression: filter of 1,000 items",
    suite: "expressions",
    ours: "filter, 1,000 items, direct, before ProcessBridge",
    other: "peer: filter, 1,000 items",
    by: "n8n's evaluator",
    note: "",
  },
  {
    title: "Expression: filter of 1,000 items, QuickJS",
    suite: "expressions",
    ours: "QuickJS, filter, 1,000 items, crossing, QuickJsBridge",
    other: "peer: QuickJS, filter, 1,000 items",
    by: "n8n's evaluator on QuickJS",
    note: "both in the guest",
  },
  {
    title: "Call into an isolate in process",
    suite: "bridges",
    ours: "IsolatedVmBridge, trivial execute",
    other: "peer: bare isolated-vm, compiled function",
    by: "isolated-vm, bare",
    note: "the floor: without data, limits or errors",
  },
  {
    title: "Call into QuickJS",
    suite: "bridges",
    ours: "QuickJsBridge, trivial execute",
    other: "peer: bare quickjs-emscripten, evalCode",
    by: "quickjs-emscripten, bare",
    note: "the floor, as above",
  },
  {
    title: "Call into a jailed process, synchronous",
    suite: "bridges",
    ours: "ProcessBridge, trivial executeSync",
    other: "peer: bare round trip over two FIFOs",
    by: "two FIFOs, bare",
    note: "ours ends in an isolate, with limits",
  },
  {
    title: "Script, warm",
    suite: "scripts",
    ours: "warm runner, warm context",
    other: "peer: bare isolated-vm call, asynchronous",
    by: "isolated-vm, bare",
    note: "ours in another process, with limits and capabilities",
  },
  {
    title: "Script of a new tenant",
    suite: "scripts",
    ours: "cold: new tenant, spare ready",
    other: "peer: new worker thread",
    by: "a new worker thread",
    note: "a thread shares the process, and is no isolation",
  },
  {
    title: "Script of a new tenant",
    suite: "scripts",
    ours: "cold: new tenant, spare ready",
    other: "peer: fresh node process",
    by: "a fresh Node process",
    note: "without a jail",
  },
  {
    title: "HTTP endpoint, 32 connections",
    suite: "http",
    ours: "http script, 32 connections",
    other: "peer: workerd, 32 connections",
    by: "workerd",
    note: "one process for all tenants, no database, no history",
  },
  {
    title: "Job started, idle queue",
    suite: "queue",
    ours: "accepted to handler started, idle",
    other: "peer: pg-boss, accepted to handler started, idle",
    by: "pg-boss, bare",
    note: "woken by NOTIFY both",
  },
  {
    title: "Jobs done",
    suite: "queue",
    ours: "jobs done, 16 places, no work",
    other: "peer: pg-boss, jobs done, 16 at a time, no work",
    by: "pg-boss, bare",
    note: "without places, fairness and order for each tenant",
  },
];

/** A comparison with its figures. */
export interface Compared extends Comparison {
  readonly oursRow: Row;
  readonly otherRow: Row;
  /** How many times better ours is; below 1 it is worse. */
  readonly times: number;
}

/** @throws Error for a row that no suite has: then the list above has to be mended. */
export function compare(results: readonly SuiteResult[]): Compared[] {
  return COMPARISONS.map((comparison) => {
    const oursRow = findRow(results, comparison.suite, comparison.ours);
    const otherRow = findRow(results, comparison.suite, comparison.other);
    if (oursRow.unit !== otherRow.unit) throw new Error(`"${comparison.title}" compares two units`);
    const isRate = oursRow.unit === "/s";
    const times = isRate ? oursRow.value / otherRow.value : otherRow.value / oursRow.value;
    return { ...comparison, oursRow, otherRow, times };
  });
}

function findRow(results: readonly SuiteResult[], suite: string, what: string): Row {
  const row = results.find((result) => result.suite === suite)?.rows.find((each) => each.what === what);
  if (row === undefined) throw new Error(`the suite "${suite}" has no row "${what}"`);
  return row;
}
