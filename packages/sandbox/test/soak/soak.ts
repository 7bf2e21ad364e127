import { setTimeout as sleep } from "node:timers/promises";
import { type Footprint, findLeaks, takeFootprint } from "./footprint.ts";
import { type SoakSuite, Tally } from "./suite.ts";

/** The part of the time after which everything is let go once: what is made once and kept is there by then. */
const WARM_UP_SHARE = 1 / 3;
const MAX_WARM_UP_MS = 60_000;
const DEFAULT_SETTLE_MS = 10_000;
const SETTLE_STEP_MS = 100;
const PROGRESS_MS = 10_000;
const SAMPLE_MS = 500;
const MEBIBYTE = 1024 * 1024;

export interface SoakOptions {
  readonly seconds: number;
  readonly suites: readonly SoakSuite[];
  /** How long processes, pipes and threads may take to go. Default 10,000. */
  readonly settleMs?: number;
  /** Told each 10 s how things are. */
  readonly onProgress?: (line: string) => void;
}

export interface SoakReport {
  readonly seconds: number;
  /** Outcomes by suite. */
  readonly counts: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Outcomes that should not have been. */
  readonly surprises: readonly string[];
  /** What did not come back. */
  readonly leaks: readonly string[];
  readonly peakResidentMb: number;
  /** With everything let go: after the warm-up and at the end. */
  readonly before: Footprint;
  readonly after: Footprint;
}

/** Keeps suites busy side by side, lets everything go, and looks at what is left of it in this process. */
export async function soak(options: SoakOptions): Promise<SoakReport> {
  const { seconds, suites, settleMs = DEFAULT_SETTLE_MS, onProgress = () => {} } = options;
  const tallies = new Map(suites.map((suite) => [suite, new Tally()]));
  const warmUpMs = Math.min(MAX_WARM_UP_MS, seconds * 1_000 * WARM_UP_SHARE);
  await runAll(tallies, warmUpMs);
  const before = await takeFootprint();
  onProgress(`warm after ${(warmUpMs / 1_000).toFixed(0)} s: ${describeFootprint(before)}`);

  const watch = startWatch(tallies, onProgress);
  await runAll(tallies, seconds * 1_000 - warmUpMs);
  const peakResidentMb = watch.end();
  const after = await settle(before, settleMs);
  return {
    seconds,
    counts: Object.fromEntries([...tallies].map(([{ name }, { counts }]) => [name, counts])),
    surprises: [...tallies].flatMap(([{ name }, { surprises }]) =>
      surprises.map((text) => `${name}: ${text}`),
    ),
    leaks: findLeaks(before, after),
    peakResidentMb,
    before,
    after,
  };
}

/** Whether all came back, and nothing happened that should not. */
export function isWell({ leaks, surprises }: SoakReport): boolean {
  return leaks.length === 0 && surprises.length === 0;
}

/** For people. */
export function describeReport(report: SoakReport): string {
  const { seconds, counts, before, after, peakResidentMb } = report;
  return [
    `soak of ${seconds} s`,
    ...Object.entries(counts).map(([name, outcomes]) => `  ${name}: ${describeCounts(outcomes)}`),
    `  before:  ${describeFootprint(before)}`,
    `  peak:    ${peakResidentMb.toFixed(0)} MiB resident`,
    `  after:   ${describeFootprint(after)}`,
    ...report.surprises.map((text) => `  SURPRISE ${text}`),
    ...report.leaks.map((text) => `  LEFT BEHIND ${text}`),
    isWell(report) ? "  everything came back" : "  not well",
  ].join("\n");
}

async function runAll(tallies: ReadonlyMap<SoakSuite, Tally>, durationMs: number): Promise<void> {
  const signal = AbortSignal.timeout(Math.ceil(durationMs));
  const works = [...tallies].map(async ([suite, tally]) => {
    try {
      await suite.run({ durationMs, signal, tally });
    } catch (error) {
      tally.surprise(`it ended with ${error instanceof Error ? error.stack : String(error)}`);
    }
  });
  await Promise.all(works);
}

/** The footprint as soon as nothing is left behind, or when the time for that is over. */
async function settle(before: Footprint, settleMs: number): Promise<Footprint> {
  const deadline = performance.now() + settleMs;
  for (;;) {
    const after = await takeFootprint();
    if (findLeaks(before, after).length === 0 || performance.now() > deadline) return after;
    await sleep(SETTLE_STEP_MS);
  }
}

function startWatch(
  tallies: ReadonlyMap<SoakSuite, Tally>,
  onProgress: (line: string) => void,
): { end(): number } {
  const startedAt = performance.now();
  let peakBytes = 0;
  const sampling = setInterval(() => {
    peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
  }, SAMPLE_MS);
  const telling = setInterval(() => {
    const elapsed = ((performance.now() - startedAt) / 1_000).toFixed(0);
    const resident = (process.memoryUsage.rss() / MEBIBYTE).toFixed(0);
    const counts = [...tallies].map(([{ name }, { counts }]) => `${name} ${sum(counts)}`);
    onProgress(`${elapsed} s: ${resident} MiB resident, ${counts.join(", ")}`);
  }, PROGRESS_MS);
  return {
    end() {
      clearInterval(sampling);
      clearInterval(telling);
      return peakBytes / MEBIBYTE;
    },
  };
}

function describeFootprint({ memory, things }: Footprint): string {
  const sizes = Object.entries(memory).map(([kind, size]) => `${size.toFixed(1)} MiB ${kind}`);
  return `${sizes.join(", ")}, ${sum(things)} things held`;
}

function describeCounts(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(", ");
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
