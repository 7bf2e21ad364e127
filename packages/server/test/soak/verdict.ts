import type { Violation } from "../chaos/verdict.ts";
import type { LogCount } from "./node-log.ts";
import { countOwnDescriptors, listSeries } from "./sample.ts";
import type { Sample, SeriesKind } from "./sample.ts";
import type { NodeSample } from "./node-sample.ts";
import { measureRise } from "./trend.ts";
import type { WorkRecord } from "./work.ts";

/** All that is known after a run. */
export interface SoakEvidence {
  /** How long there was load. */
  readonly seconds: number;
  /** Taken while there was load, at equal distances. */
  readonly samples: readonly Sample[];
  /** Nodes that have just started; then each kind of work having been done once; and when all had come to rest after the load. */
  readonly rest: { readonly spares: Sample; readonly before: Sample; readonly after: Sample };
  readonly works: readonly WorkRecord[];
  /** How often each status was answered, with the code of the problem where it was one. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly logs: readonly LogCount[];
  /** What must be gone in the end, by its name. */
  readonly left: Readonly<Record<string, number>>;
  /** Chains of the audit log that do not hold, in words. */
  readonly brokenChains: readonly string[];
  /** What was lost, unexpected or run twice, by the journals. */
  readonly violations: readonly Violation[];
}

/** Something that is not as it has to be. */
export interface Finding {
  readonly rule: RuleName;
  readonly text: string;
}

export const RULE_NAMES = [
  "activity",
  "delivery",
  "work",
  "answers",
  "logs",
  "left behind",
  "audit",
  "rest",
  "growth",
] as const;
export type RuleName = (typeof RULE_NAMES)[number];

const RULES: Readonly<Record<RuleName, (evidence: SoakEvidence) => readonly string[]>> = {
  activity: findIdleness,
  delivery: ({ violations }) => violations.map(({ kind, text }) => `${kind}: ${text}`),
  work: findFailedWork,
  answers: findServerErrors,
  logs: findComplaints,
  "left behind": ({ left }) =>
    Object.entries(left).flatMap(([what, count]) => (count > 0 ? [`${count} ${what}`] : [])),
  audit: ({ brokenChains }) => brokenChains,
  rest: findHeldAtRest,
  growth: findGrowth,
};

/** Holds the evidence against each rule. */
export function judgeSoak(evidence: SoakEvidence): readonly Finding[] {
  return RULE_NAMES.flatMap((rule) => RULES[rule](evidence).map((text) => ({ rule, text })));
}

/** A run that did nothing, or did not look, proves nothing. */
function findIdleness({ works, samples, seconds }: SoakEvidence): readonly string[] {
  const idle = works.filter(({ rounds }) => rounds === 0).map(({ name }) => `${name}: not one round`);
  const wanted = Math.floor((seconds * 1_000) / SAMPLE_MS / 2);
  return samples.length >= Math.max(1, wanted)
    ? idle
    : [...idle, `${samples.length} samples instead of ${wanted} at least`];
}

function findFailedWork({ works }: SoakEvidence): readonly string[] {
  return works
    .filter(({ failures, excused }) => failures > excused)
    .map(({ name, failures, rounds, firstFailures }) =>
      [`${name}: ${failures} of ${rounds} rounds`, ...firstFailures].join("\n      "),
    );
}

/** Failures of scripts are answered so too, but none of the scripts that are asked over HTTP fails. */
function findServerErrors({ statuses }: SoakEvidence): readonly string[] {
  return Object.entries(statuses)
    .filter(([status]) => status.startsWith("5"))
    .map(([status, count]) => `${count} × ${status}`);
}

function findComplaints({ logs }: SoakEvidence): readonly string[] {
  return logs
    .filter(({ level }) => level !== "warn")
    .map(({ level, message, count, example }) => `${count} × ${level} ${message}: ${example}`);
}

/** When samples are taken; the rules for growth go by it. */
export const SAMPLE_MS = 10_000;
/** From here on it is judged whether anything grows: tables need some rounds of vacuum to come to their plateau. */
export const GROWTH_LEAST_S = 600;
/** From here on it is worth waiting until what is idle is given up, which takes a minute. */
export const IDLE_LEAST_S = 300;

const MEBIBYTE = 1024 * 1024;

/** What a node may hold more at rest than before: caches that have filled. `processes` where all runners had time to end. */
const REST_ALLOWED: Readonly<Record<string, number>> = {
  "bytes of heap": 24 * MEBIBYTE,
  "bytes of external memory": 16 * MEBIBYTE,
  descriptors: 16,
  threads: 4,
  handles: 24,
};

/** What nodes hold that they may not, in words. */
export function findHeldAtRest({
  rest: { spares, before, after },
  seconds,
}: Pick<SoakEvidence, "rest" | "seconds">): readonly string[] {
  return Object.entries(after.nodes).flatMap(([name, now]) => {
    const then = before.nodes[name];
    if (then === undefined) return [`${name} was not looked at before`];
    const held = listHeld(now).flatMap(([what, count]) => {
      const excess = count - (Object.fromEntries(listHeld(then))[what] ?? 0);
      return excess > (REST_ALLOWED[what] ?? 0) ? [`${name}: ${excess} ${what} more than before`] : [];
    });
    const processes = now.processes - (spares.nodes[name]?.processes ?? 0);
    return seconds >= IDLE_LEAST_S && processes > 0
      ? [...held, `${name}: ${processes} processes more than when it had started`]
      : held;
  });
}

function listHeld(sample: NodeSample): readonly (readonly [what: string, count: number])[] {
  return [
    ["bytes of heap", sample.heapBytes],
    ["bytes of external memory", sample.externalBytes],
    ["descriptors", countOwnDescriptors(sample)],
    ["threads", sample.threads],
    ["handles", sample.handles],
  ];
}

/** How much of a rise is no growth: this share of the plateau, and at least so much. */
const RISE_ALLOWED: Readonly<Record<SeriesKind, { readonly share: number; readonly least: number }>> = {
  heap: { share: 0.1, least: 6 * MEBIBYTE },
  external: { share: 0.1, least: 8 * MEBIBYTE },
  resident: { share: 0.15, least: 48 * MEBIBYTE },
  // Floods of requests hold many for a moment; what is left of them, `rest` judges.
  descriptors: { share: 0.3, least: 48 },
  threads: { share: 0.1, least: 3 },
  handles: { share: 0.3, least: 64 },
  processes: { share: 0.3, least: 4 },
  connections: { share: 0.2, least: 6 },
  queue: { share: 1, least: 150 },
  rows: { share: 0.5, least: 20_000 },
  table: { share: 0.3, least: 2 * MEBIBYTE },
};

/** How much a figure may rise above its plateau. */
export function findAllowedRise(kind: SeriesKind, plateau: number): number {
  const { share, least } = RISE_ALLOWED[kind];
  return Math.max(least, share * plateau);
}

/** What is kept for good, by intent: what was changed and by whom, every version, and what tenants used day by day. */
export const KEPT_FOR_GOOD: ReadonlySet<string> = new Set([
  "table audit_log",
  "table script_versions",
  "table version_modules",
]);

/** Both measures have to agree: one outlier moves neither, and a step at the end moves only one. */
function findGrowth({ samples, seconds }: SoakEvidence): readonly string[] {
  if (seconds < GROWTH_LEAST_S) return [];
  return listSeries(samples)
    .filter(({ name }) => !KEPT_FOR_GOOD.has(name))
    .flatMap(({ name, kind, values }) => {
      const { from, byMedians, bySlope } = measureRise(values);
      const allowed = findAllowedRise(kind, from);
      return Math.min(byMedians, bySlope) > allowed
        ? [
            `${name} rose from ${Math.round(from)} by ${Math.round(byMedians)}, which is more than ${Math.round(allowed)}`,
          ]
        : [];
    });
}
