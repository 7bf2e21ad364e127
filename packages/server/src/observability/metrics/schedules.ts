import type { Firing } from "../../schedules/firing-plan.ts";
import type { Metrics } from "./metrics.ts";

/** Tells the metrics what became of a schedule that was due `at` the time that it was claimed. */
export function countTicks(metrics: Metrics, { runs, skipped, isMisfire }: Firing, at: Date): void {
  for (const { scheduledAt } of runs) {
    metrics.count("skerry_schedule_ticks", { outcome: "fired" });
    const lateMs = Math.max(0, at.getTime() - scheduledAt.getTime());
    metrics.record("skerry_schedule_lateness_seconds", lateMs / 1_000, {});
  }
  if (skipped > 0) metrics.count("skerry_schedule_ticks", { outcome: "skipped" }, skipped);
  if (isMisfire) metrics.count("skerry_schedule_ticks", { outcome: "misfire" });
}
