import { createHash } from "node:crypto";
import type { MisfirePolicy, OverlapPolicy } from "../db/tables/schedules.ts";
import type { RetryPolicy } from "../jobs/job.ts";
import type { ScriptSettings } from "../scripts/settings.ts";

/** What the settings of a scheduled script come to, defaults filled in. */
export interface SchedulePlan {
  readonly cron: string;
  readonly timezone: string;
  readonly overlap: OverlapPolicy;
  readonly misfire: MisfirePolicy;
  readonly jitterMs: number;
  /** How long after each tick this script runs. */
  readonly offsetMs: number;
  readonly retry: RetryPolicy;
  /** Null for no limit. */
  readonly concurrencyLimit: number | null;
}

/** Once, unless the script says otherwise: the next tick comes anyway. */
const DEFAULT_RETRY: RetryPolicy = { attempts: 1, backoffMs: 2_000, maxBackoffMs: 300_000 };
const HASH_BYTES = 6;

/** @returns undefined for settings without a cron pattern. */
export function planSchedule(scriptId: string, settings: ScriptSettings): SchedulePlan | undefined {
  const { cron, timezone = "UTC", overlap = "skip", misfire = "once", jitterMs = 0 } = settings;
  if (cron === undefined) return undefined;
  return {
    cron,
    timezone,
    overlap,
    misfire,
    jitterMs,
    offsetMs: offsetOf(scriptId, jitterMs),
    retry: planRetry(settings.retry),
    concurrencyLimit: settings.concurrency?.limit ?? null,
  };
}

function planRetry(wished: ScriptSettings["retry"]): RetryPolicy {
  const backoffMs = wished?.backoffMs ?? DEFAULT_RETRY.backoffMs;
  const maxBackoffMs = wished?.maxBackoffMs ?? Math.max(backoffMs, DEFAULT_RETRY.maxBackoffMs);
  return {
    attempts: wished?.attempts ?? DEFAULT_RETRY.attempts,
    backoffMs: Math.min(backoffMs, maxBackoffMs),
    maxBackoffMs,
  };
}

/** Spreads scripts evenly over the jitter, by their ids: from 0 to `jitterMs` inclusive. */
function offsetOf(scriptId: string, jitterMs: number): number {
  const hash = createHash("sha256").update(scriptId).digest().readUIntBE(0, HASH_BYTES);
  return Math.floor((hash / 2 ** (8 * HASH_BYTES)) * (jitterMs + 1));
}
