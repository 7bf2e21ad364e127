import type { ChaosReport } from "./chaos.ts";
import { FAULT_KINDS } from "./fault-plan.ts";
import type { Fault } from "./faults.ts";
import { listDeliveries, VIOLATION_KINDS } from "./verdict.ts";
import type { Delivery } from "./verdict.ts";

const SHOWN_MOST = 15;

/** For people. */
export function describeReport(report: ChaosReport): string {
  const { seed, seconds, faults, counts, violations, evidence, drainedInMs } = report;
  const deliveries = listDeliveries(evidence);
  return [
    `chaos of ${seconds} s with seed ${seed}`,
    ...Object.entries(counts).map(([name, count]) => `  ${String(count).padStart(7)} ${name}`),
    "  faults, and the time until all that was due when they began had been run:",
    ...FAULT_KINDS.map((kind) => describeFaults(kind, faults, deliveries)),
    `  longest outage, without any run: ${inSeconds(findLongestSilence(report))}`,
    `  longest wait of one delivery: ${inSeconds(Math.max(0, ...deliveries.map(waitOf)))}`,
    `  drained ${inSeconds(drainedInMs)} after the last fault was mended`,
    ...VIOLATION_KINDS.map((kind) => {
      const found = violations.filter((violation) => violation.kind === kind);
      return [`  ${kind}: ${found.length}`, ...shorten(found.map(({ text }) => text))].join("\n");
    }),
    violations.length === 0 ? "  the platform kept its word" : "  VIOLATED",
    `  again: npm run chaos -- --seconds=${seconds} --seed=${seed} (the same faults at the same times; the rest is chance)`,
  ].join("\n");
}

function shorten(texts: readonly string[]): string[] {
  const left = texts.length - SHOWN_MOST;
  return [...texts.slice(0, SHOWN_MOST), ...(left > 0 ? [`and ${left} more`] : [])].map(
    (text) => `    ${text}`,
  );
}

function describeFaults(
  kind: Fault["kind"],
  faults: readonly Fault[],
  deliveries: readonly Delivery[],
): string {
  const times = faults
    .filter((fault) => fault.kind === kind)
    .map(({ from }) => recoveryOf(from, deliveries))
    .sort((one, other) => one - other);
  const [median = 0, most = 0] = [times[Math.floor(times.length / 2)], times.at(-1)];
  const spread = times.length === 0 ? "" : `, ${inSeconds(median)} median, ${inSeconds(most)} at most`;
  return `  ${String(times.length).padStart(7)} ${kind}${spread}`;
}

function recoveryOf(moment: number, deliveries: readonly Delivery[]): number {
  const waiting = deliveries.filter(({ dueAt, runAt = 0 }) => dueAt <= moment && runAt > moment);
  return Math.max(0, ...waiting.map(({ runAt = moment }) => runAt - moment));
}

function waitOf({ dueAt, runAt = dueAt }: Delivery): number {
  return runAt - dueAt;
}

/** Schedules tick every second, so there is always something to run. */
function findLongestSilence({ evidence: { runs, ticks } }: ChaosReport): number {
  const times = runs.map(({ at }) => at).filter((at) => at <= ticks.wantedUntil);
  return Math.max(0, ...times.slice(1).map((at, index) => at - (times[index] ?? at)));
}

function inSeconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
