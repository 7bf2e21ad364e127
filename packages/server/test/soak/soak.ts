import { mkdirSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startPostgres } from "../chaos/postgres-process.ts";
import { startPublishers } from "../chaos/publishers.ts";
import { createRandom } from "../chaos/random.ts";
import { startReceiver } from "../chaos/receiver.ts";
import { listSchedules } from "../chaos/schedules.ts";
import { watchStalls } from "../chaos/stalls.ts";
import { judge } from "../chaos/verdict.ts";
import type { Counts } from "../chaos/verdict.ts";
import { ONE_OFF, SUBSCRIBERS, TENANTS } from "../chaos/workload.ts";
import { createFront } from "./client.ts";
import { watchDatabase } from "./database-sample.ts";
import type { DatabaseWatch } from "./database-sample.ts";
import { startEcho } from "./echo.ts";
import { startHousekeeping } from "./housekeeping.ts";
import { prepareLoad } from "./load.ts";
import { LATE, LATE_TYPE } from "./neighbour-scripts.ts";
import { countLogLines } from "./node-log.ts";
import { NODE_NAMES, startSoakNodes } from "./nodes.ts";
import type { SoakNodes } from "./nodes.ts";
import type { Sample } from "./sample.ts";
import { endLoad, untilAtRest, verifyAudit } from "./settling.ts";
import { judgeSoak, SAMPLE_MS } from "./verdict.ts";
import type { Finding, SoakEvidence } from "./verdict.ts";
import { createCrew } from "./work.ts";

export interface SoakOptions {
  /** How long there is load. */
  readonly seconds: number;
  readonly seed: number;
  /** For logs, journals and all that nodes keep in files. */
  readonly folder: string;
  /** Stops all there is, and the run with it. */
  readonly signal: AbortSignal;
  /** Told how things are with each sample. */
  readonly onProgress: (line: string) => void;
}

export interface SoakReport {
  readonly at: string;
  readonly machine: { readonly processors: number; readonly model: string; readonly memoryBytes: number };
  readonly node: string;
  readonly seed: number;
  readonly evidence: SoakEvidence;
  /** By the journals. */
  readonly counts: Counts;
  /** Executions, events and dead letters that were old enough to be removed. */
  readonly removed: number;
  /** Times in which this machine had none for the check itself. */
  readonly stalls: number;
  readonly findings: readonly Finding[];
}

/** The longest pause between two things that one of three publishers asks for. */
const THINK_MOST_MS = 1_500;

/** Keeps an installation busy with everything that it does, lets it come to rest, and judges. */
export async function runSoak(options: SoakOptions): Promise<SoakReport> {
  const { seed, folder, onProgress } = options;
  mkdirSync(join(folder, "data"));
  const random = createRandom(seed);
  using watch = watchStalls();
  await using postgres = await startPostgres(join(folder, "postgres.log"));
  await using receiver = await startReceiver(join(folder, "runs.jsonl"));
  await using echo = await startEcho();
  const ports = { journal: Number(new URL(receiver.url).port), echo: echo.port };
  await using site = await startSoakNodes({ folder, databaseUrl: postgres.url, ports, tenants: TENANTS });
  await using database = await watchDatabase(postgres.url);
  await using housekeeping = await startHousekeeping(postgres.url);
  onProgress("the nodes are up");

  const spares = await look(site, database, 0);
  await using front = createFront(site.urls);
  const operator = front.callAs(site.operatorKey);
  const load = await prepareLoad({ front, operator, ports });
  using crew = createCrew(load.works, random, watch);
  await crew.rehearse();
  const before = await look(site, database, 0);
  onProgress("everything was done once");

  const publishers = startPublishers(
    { addresses: site.addresses, postgres },
    { folder, keys: load.keys.neighbours, seed, thinkMostMs: THINK_MOST_MS },
  );
  crew.start();
  const samples = await watchLoad({ ...options, site, database, rounds: () => crew.rounds });
  const works = await crew.end();
  const troubles = await publishers.end();
  onProgress("the load has ended");

  const ending = await endLoad({ front, load, receiver, databaseUrl: postgres.url });
  onProgress("nothing is left to do");
  const after = await untilAtRest(() => look(site, database, 0), { spares, before }, options.seconds);
  await housekeeping.end();
  const brokenChains = await verifyAudit(postgres.url);
  onProgress("all came to rest; stopping the nodes");
  const stopped = await site.stop();
  const { counts, violations } = judge({
    notes: [...publishers.readNotes(), ...load.notes],
    runs: receiver.runs,
    disturbances: watch.stalls,
    ticks: { ...load.schedules, wantedUntil: ending.wantedUntil, pausedBy: ending.pausedBy },
    history: housekeeping.history,
    subscribers: { ...SUBSCRIBERS, [LATE]: [LATE_TYPE] },
    oneOff: ONE_OFF,
    schedules: listSchedules(),
  });
  const evidence: SoakEvidence = {
    seconds: options.seconds,
    samples,
    rest: { spares, before, after },
    works,
    statuses: front.statuses,
    logs: countLogLines(NODE_NAMES.map((name) => join(folder, `${name}.log`))),
    left: { ...ending.left, ...stopped, "locks that nobody gave back": await database.countLeftLocks() },
    brokenChains,
    violations: [...violations, ...troubles.map((text) => ({ kind: "trouble" as const, text }))],
  };
  return {
    at: new Date().toISOString(),
    machine: { processors: cpus().length, model: cpus()[0]?.model ?? "", memoryBytes: totalmem() },
    node: process.version,
    seed,
    evidence,
    counts,
    removed: housekeeping.removed,
    stalls: watch.stalls.length,
    findings: judgeSoak(evidence),
  };
}

async function look(site: SoakNodes, database: DatabaseWatch, atMs: number): Promise<Sample> {
  const [nodes, held] = await Promise.all([site.sample(), database.sample()]);
  return { atMs, nodes, database: held };
}

interface WatchOptions extends Pick<SoakOptions, "seconds" | "signal" | "onProgress"> {
  readonly site: SoakNodes;
  readonly database: DatabaseWatch;
  readonly rounds: () => number;
}

/** Takes a sample after each ten seconds of load. */
async function watchLoad(options: WatchOptions): Promise<readonly Sample[]> {
  const { seconds, signal, site, database, onProgress } = options;
  const samples: Sample[] = [];
  const startedAt = performance.now();
  const wholeMs = seconds * 1_000;
  for (let dueMs = 0; dueMs < wholeMs;) {
    dueMs = Math.min(dueMs + SAMPLE_MS, wholeMs);
    await sleep(Math.max(0, startedAt + dueMs - performance.now()), undefined, { signal });
    const sample = await look(site, database, performance.now() - startedAt);
    samples.push(sample);
    onProgress(describeSample(sample, options.rounds()));
  }
  return samples;
}

const MEBIBYTE = 1024 * 1024;

function describeSample({ nodes, database }: Sample, rounds: number): string {
  const held = Object.values(nodes).map(({ heapBytes, residentBytes, processes }) =>
    [
      `heap ${(heapBytes / MEBIBYTE).toFixed(0)}`,
      `of ${(residentBytes / MEBIBYTE).toFixed(0)} MiB, ${processes} processes`,
    ].join(" "),
  );
  const { jobs, waitingEvents, connections } = database;
  return `${rounds} rounds; ${held.join("; ")}; ${jobs} jobs, ${waitingEvents} events waiting, ${connections} connections`;
}
