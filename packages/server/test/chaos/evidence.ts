import type { Note, Run } from "./journal.ts";

/** A time in which at-least-once may run something again. Times are in ms since the epoch. */
export interface Disturbance {
  readonly kind: string;
  /** The node, PostgreSQL, or the machine. */
  readonly target: string;
  readonly from: number;
  readonly to: number;
}

/** An execution as the platform's history has it. */
export interface HistoryRow {
  readonly id: string;
  readonly jobId: string | null;
  readonly status: string;
}

/** When ticks of the schedules had to come, and when they could. */
export interface TickWindow {
  /** The making of the schedules was asked for, and was done. */
  readonly askedAt: number;
  readonly madeBy: number;
  /** Ticks up to here were waited for. */
  readonly wantedUntil: number;
  /** The schedules were paused. */
  readonly pausedBy: number;
}

/** A schedule by its tenant and script. */
export interface ScheduleName {
  readonly tenant: string;
  readonly script: string;
}

/** All that is known after a run, most of it from outside of the platform. */
export interface Evidence {
  /** Of all publishers. */
  readonly notes: readonly Note[];
  /** What the receiver heard, in its order. */
  readonly runs: readonly Run[];
  readonly disturbances: readonly Disturbance[];
  /** Types that each event script of every tenant subscribes to. */
  readonly subscribers: Readonly<Record<string, readonly string[]>>;
  /** Name of the one-off script. */
  readonly oneOff: string;
  readonly schedules: readonly ScheduleName[];
  readonly ticks: TickWindow;
  /** By the ids of executions. */
  readonly history: ReadonlyMap<string, HistoryRow>;
}
