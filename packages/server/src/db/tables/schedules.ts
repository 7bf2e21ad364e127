import type { JsonObject } from "@skerry/sandbox";
import type { ColumnType, Generated } from "kysely";

export const OVERLAP_POLICIES = ["skip", "queue", "allow"] as const;
export type OverlapPolicy = (typeof OVERLAP_POLICIES)[number];

export const MISFIRE_POLICIES = ["skip", "once", "all"] as const;
export type MisfirePolicy = (typeof MISFIRE_POLICIES)[number];

/** When published scheduled scripts run; a tick is a moment that the cron pattern names. */
export interface SchedulesTable {
  tenant_id: ColumnType<string, string, never>;
  script_id: ColumnType<string, string, never>;
  cron: string;
  timezone: string;
  overlap: OverlapPolicy;
  misfire: MisfirePolicy;
  jitter_ms: number;
  /** How long after each of its ticks this schedule runs. */
  offset_ms: number;
  /** `{ attempts, backoffMs, maxBackoffMs }` */
  retry: ColumnType<JsonObject, string>;
  concurrency_limit: number | null;
  /** The next tick and the offset; null while it does not run. */
  next_run_at: Date | null;
  /** How many missed ticks were run in a row. */
  caught_up: Generated<number>;
  /** Of the last execution. */
  last_tick_at: ColumnType<Date | null, never, Date>;
  last_execution_id: ColumnType<string | null, never, string>;
  /** Ticks that were left out because the one before still ran. */
  skipped_ticks: ColumnType<number, never, number>;
  last_misfire_at: ColumnType<Date | null, never, Date>;
}
