import type { Random } from "./random.ts";

/** What can be done to a cluster. */
export const FAULT_KINDS = [
  "kill-node",
  "stop-node",
  "pause-node",
  "kill-runner",
  "kill-postgres",
  "pause-postgres",
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** A fault to come. */
export interface PlannedFault {
  readonly kind: FaultKind;
  /** From the beginning. */
  readonly atMs: number;
  /** Until what was paused goes on, or what was killed is started again. */
  readonly lastsMs: number;
  /** From 0 to below 1: which of those it can hit. */
  readonly aim: number;
}

interface Recipe {
  readonly kind: FaultKind;
  readonly lastsMs: readonly [least: number, most: number];
}

/** One round of faults; each comes before any comes twice. */
const ROUND: readonly Recipe[] = [
  { kind: "kill-node", lastsMs: [0, 1_000] },
  { kind: "kill-node", lastsMs: [1_000, 4_000] },
  { kind: "stop-node", lastsMs: [0, 500] },
  { kind: "pause-node", lastsMs: [200, 2_500] },
  // Longer than the lease of a job: others take over while the node believes that it still has it.
  { kind: "pause-node", lastsMs: [9_000, 12_000] },
  { kind: "kill-runner", lastsMs: [0, 0] },
  { kind: "kill-runner", lastsMs: [0, 0] },
  { kind: "kill-runner", lastsMs: [0, 0] },
  { kind: "kill-postgres", lastsMs: [0, 0] },
  { kind: "pause-postgres", lastsMs: [500, 4_000] },
];
const CALM_MS = 3_000;
const PAUSE_LEAST_MS = 500;
const PAUSE_MOST_MS = 2_600;

/** Faults for so long, after a calm beginning. The same random numbers give the same plan. */
export function planFaults(random: Random, durationMs: number): readonly PlannedFault[] {
  const faults: PlannedFault[] = [];
  let round: Recipe[] = [];
  for (let atMs = CALM_MS; atMs < durationMs; atMs += random.between(PAUSE_LEAST_MS, PAUSE_MOST_MS)) {
    if (round.length === 0) round = random.shuffle(ROUND);
    const { kind, lastsMs } = round.pop() as Recipe;
    faults.push({ kind, atMs, lastsMs: random.between(...lastsMs), aim: random.next() });
  }
  return faults;
}
