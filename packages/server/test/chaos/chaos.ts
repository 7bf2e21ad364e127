import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startCluster } from "./cluster.ts";
import type { Cluster } from "./cluster.ts";
import type { Disturbance, Evidence } from "./evidence.ts";
import { planFaults } from "./fault-plan.ts";
import { injectFaults } from "./faults.ts";
import type { Fault, FaultRecord } from "./faults.ts";
import { startPublishers } from "./publishers.ts";
import { createRandom } from "./random.ts";
import { startReceiver } from "./receiver.ts";
import type { Receiver } from "./receiver.ts";
import { listSchedules, untilTicked } from "./schedules.ts";
import { watchStalls } from "./stalls.ts";
import { connectStorage } from "./storage.ts";
import type { Rest } from "./storage.ts";
import { judge } from "./verdict.ts";
import type { Verdict, Violation } from "./verdict.ts";
import { ONE_OFF, pauseSchedules, prepareWorkload, SUBSCRIBERS } from "./workload.ts";

export interface ChaosOptions {
  readonly seed: number;
  /** How long publishers publish and faults happen, in seconds. */
  readonly seconds: number;
  /** For journals and logs. */
  readonly folder: string;
  /** How long what is left may take when all is well again, in ms. */
  readonly drainMs: number;
  readonly onProgress: (line: string) => void;
}

export interface ChaosReport extends Verdict {
  readonly seed: number;
  readonly seconds: number;
  readonly faults: readonly Fault[];
  readonly evidence: Evidence;
  /** From the end of the last fault until nothing was left to do. */
  readonly drainedInMs: number;
}

/** A database that was away may be noticed late: by a statement that waits for its answer, or a lapsed lease. */
const DATABASE_ECHO_MS = 15_000;
/** What a run tells may be on its way while its runner or node is hit. */
const ECHO_MS = 3_000;

/** Keeps a cluster busy and mistreats it, lets it recover, and judges by the journals what came of it. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { seed, seconds, folder, onProgress } = options;
  mkdirSync(join(folder, "data"), { recursive: true });
  using watch = watchStalls();
  await using receiver = await startReceiver(join(folder, "runs.jsonl"));
  await using cluster = await startCluster(folder, receiver.url);
  onProgress("the nodes are up");
  const { keys, schedules } = await prepareWorkload(addressOf(cluster));
  const publishers = startPublishers(cluster, { folder, keys, seed });
  const { faults, troubles } = await mistreat(cluster, options);
  const failed = await publishers.end();

  onProgress("all is mended; draining");
  const settled = await settle(cluster, receiver, { keys, drainMs: options.drainMs });
  onProgress("the nodes are stopped");
  const evidence: Evidence = {
    notes: publishers.readNotes(),
    runs: receiver.runs,
    disturbances: [...faults.map(toDisturbance), ...watch.stalls],
    ticks: { ...schedules, wantedUntil: settled.healedAt, pausedBy: settled.pausedBy },
    history: settled.history,
    subscribers: SUBSCRIBERS,
    oneOff: ONE_OFF,
    schedules: listSchedules(),
  };
  const { counts, violations } = judge(evidence);
  const told = [...troubles, ...failed, ...settled.troubles].map((text): Violation => ({
    kind: "trouble",
    text,
  }));
  const { drainedInMs } = settled;
  return { seed, seconds, faults, evidence, drainedInMs, counts, violations: [...violations, ...told] };
}

/** Injects faults for as long as it is to last, and mends them. */
async function mistreat(
  { nodes, postgres }: Cluster,
  { seed, seconds, onProgress }: ChaosOptions,
): Promise<FaultRecord> {
  const durationMs = seconds * 1_000;
  const lasting = sleep(durationMs);
  const plan = planFaults(createRandom(seed), durationMs);
  const record = await injectFaults(plan, { nodes, postgres, onProgress });
  await lasting;
  return record;
}

interface Settled extends Pick<Evidence, "history"> {
  readonly healedAt: number;
  readonly pausedBy: number;
  readonly drainedInMs: number;
  readonly troubles: readonly string[];
}

interface SettleOptions {
  readonly keys: Readonly<Record<string, string>>;
  readonly drainMs: number;
}

/** Lets the platform do what is left, and stops its nodes, which then write what they still have of the history. */
async function settle(
  cluster: Cluster,
  receiver: Receiver,
  { keys, drainMs }: SettleOptions,
): Promise<Settled> {
  const healedAt = Date.now();
  await untilTicked(receiver, healedAt, drainMs);
  await pauseSchedules(addressOf(cluster).url, keys);
  const pausedBy = Date.now();
  await using storage = await connectStorage(cluster.postgres.url);
  const rest = await storage.drain(drainMs);
  const drainedInMs = Date.now() - healedAt;
  const crashes = cluster.nodes.flatMap((node) => node.crashes);
  const left = describeRest(rest, await storage.countDeadLetters());
  const troubles = [...crashes, ...left, ...(await cluster.stopNodes())];
  return { healedAt, pausedBy, drainedInMs, troubles, history: await storage.readHistory() };
}

function addressOf({ nodes, operatorKey }: Cluster): { readonly url: string; readonly key: string } {
  const url = nodes.find(({ role, url }) => role !== "worker" && url !== undefined)?.url;
  if (url === undefined) throw new Error("No node answers requests.");
  return { url, key: operatorKey };
}

function toDisturbance({ kind, target, from, to }: Fault): Disturbance {
  return { kind, target, from, to: to + (target === "postgres" ? DATABASE_ECHO_MS : ECHO_MS) };
}

function describeRest(rest: Rest, deadLetters: number): string[] {
  const left = Object.entries(rest).filter(([, count]) => count > 0);
  return [
    ...left.map(([what, count]) => `${count} ${what} were left when the time to drain was over`),
    ...(deadLetters > 0 ? [`${deadLetters} dead letters`] : []),
  ];
}
