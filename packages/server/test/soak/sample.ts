import type { DatabaseSample } from "./database-sample.ts";
import type { NodeSample } from "./node-sample.ts";

/** What everything held at one moment. */
export interface Sample {
  /** Since the load began. */
  readonly atMs: number;
  readonly nodes: Readonly<Record<string, NodeSample>>;
  readonly database: DatabaseSample;
}

/** What a series is of, which decides how much it may rise. */
export type SeriesKind =
  | "heap"
  | "external"
  | "resident"
  | "descriptors"
  | "threads"
  | "handles"
  | "processes"
  | "connections"
  | "table"
  | "rows"
  | "queue";

/** One figure over the time of the load. */
export interface Series {
  readonly name: string;
  readonly kind: SeriesKind;
  readonly values: readonly number[];
}

/** What a node holds open for each process of a tenant, which is judged by itself. */
const DESCRIPTORS_PER_PROCESS = 3;

/** All figures, each over the time of the samples. */
export function listSeries(samples: readonly Sample[]): readonly Series[] {
  const [first] = samples;
  if (first === undefined) return [];
  const series = (name: string, kind: SeriesKind, read: (sample: Sample) => number): Series => ({
    name,
    kind,
    values: samples.map(read),
  });
  const ofNode = (name: string, kind: SeriesKind, read: (sample: NodeSample) => number): Series =>
    series(`${name} ${kind}`, kind, ({ nodes }) => {
      const sample = nodes[name];
      return sample === undefined ? Number.NaN : read(sample);
    });
  const nodes = Object.keys(first.nodes).flatMap((name) => [
    ofNode(name, "heap", ({ heapBytes }) => heapBytes),
    ofNode(name, "external", ({ externalBytes }) => externalBytes),
    ofNode(name, "resident", ({ residentBytes }) => residentBytes),
    ofNode(name, "descriptors", countOwnDescriptors),
    ofNode(name, "threads", ({ threads }) => threads),
    ofNode(name, "handles", ({ handles }) => handles),
    ofNode(name, "processes", ({ processes }) => processes),
  ]);
  const tables = [...new Set(samples.flatMap(({ database }) => Object.keys(database.tableBytes)))].toSorted();
  return [
    ...nodes,
    series("connections", "connections", ({ database }) => database.connections),
    series("jobs", "queue", ({ database }) => database.jobs),
    series("waiting events", "queue", ({ database }) => database.waitingEvents),
    series("dead rows", "rows", ({ database }) => database.deadRows),
    ...tables.map((table) =>
      series(`table ${table}`, "table", ({ database }) => database.tableBytes[table] ?? 0),
    ),
  ];
}

/** Without those that lead to processes of tenants. */
export function countOwnDescriptors({ descriptors, processes }: NodeSample): number {
  const all = Object.values(descriptors).reduce((sum, count) => sum + count, 0);
  return all - DESCRIPTORS_PER_PROCESS * processes;
}
