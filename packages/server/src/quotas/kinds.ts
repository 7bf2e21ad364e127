import { QUOTA_NAMES } from "../plans/plan.ts";
import type { QuotaName } from "../plans/plan.ts";

/** How a quota is counted. */
export interface QuotaKind {
  readonly name: QuotaName;
  /** After which time it begins anew; never for what is held rather than used up. */
  readonly every: "month" | "minute" | "never";
  /** What is whole where it is counted; amounts and limits are this much larger there. */
  readonly parts: number;
  /** Whether what was taken comes back. */
  readonly isHeld: boolean;
}

function kind(name: QuotaName, every: QuotaKind["every"], more: Partial<QuotaKind> = {}): QuotaKind {
  return { name, every, parts: 1, isHeld: false, ...more };
}

/** Every quota that nodes count by grants: all but the stored bytes, which are counted where they are written. */
export const KINDS = {
  executionsPerMonth: kind("executionsPerMonth", "month"),
  // CPU time of one execution may be microseconds.
  cpuSecondsPerMonth: kind("cpuSecondsPerMonth", "month", { parts: 1_000_000 }),
  concurrentExecutions: kind("concurrentExecutions", "never", { isHeld: true }),
  requestsPerMinute: kind("requestsPerMinute", "minute"),
  storedBytes: kind("storedBytes", "never"),
  logBytesPerMonth: kind("logBytesPerMonth", "month"),
  outboundCallsPerMonth: kind("outboundCallsPerMonth", "month"),
  serviceCallsPerMonth: kind("serviceCallsPerMonth", "month"),
} as const satisfies Record<QuotaName, QuotaKind>;

export const ALL_KINDS: readonly QuotaKind[] = QUOTA_NAMES.map((name) => KINDS[name]);

/** From `start` up to, not including, `end`; in ms since the epoch. */
export interface Period {
  readonly start: number;
  readonly end: number;
}

const MINUTE_MS = 60_000;
const FOR_EVER: Period = { start: 0, end: Infinity };

/** The period of a quota that `now` lies in, in UTC. */
export function periodAt({ every }: Pick<QuotaKind, "every">, now: number): Period {
  if (every === "never") return FOR_EVER;
  if (every === "minute") {
    const start = now - (now % MINUTE_MS);
    return { start, end: start + MINUTE_MS };
  }
  const date = new Date(now);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  return { start: Date.UTC(year, month), end: Date.UTC(year, month + 1) };
}

/** The day in UTC, as `2026-11-22`. */
export function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
