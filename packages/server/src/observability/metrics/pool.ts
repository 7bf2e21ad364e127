import type { RunnerPool } from "@skerry/sandbox";
import type { Metrics } from "./metrics.ts";
import { END_REASONS } from "./state-metrics.ts";

/** Lets the metrics tell what the runners of a node do. */
export function observePool(
  metrics: Metrics,
  pool: Pick<RunnerPool, "isolation" | "stats" | "runners">,
): Disposable {
  return metrics.observe(
    [
      "skerry_isolation_info",
      "skerry_runners",
      "skerry_runners_max",
      "skerry_runner_memory_bytes",
      "skerry_runner_leases",
      "skerry_runner_starts",
      "skerry_runner_start_failures",
      "skerry_runner_ends",
      "skerry_executions_running",
      "skerry_executions_waiting",
    ],
    (observe) => {
      const stats = pool.stats();
      const { idle, leased } = stats;
      observe("skerry_isolation_info", 1, { level: pool.isolation.level });
      observe("skerry_runners", stats.starting, { state: "starting" });
      observe("skerry_runners", stats.spares, { state: "spare" });
      observe("skerry_runners", leased - idle, { state: "leased" });
      observe("skerry_runners", idle, { state: "idle" });
      observe("skerry_runners_max", stats.maxRunners, {});
      observe("skerry_runner_memory_bytes", sumMemory(pool), {});
      observe("skerry_runner_leases", stats.hits, { kind: "hit" });
      observe("skerry_runner_leases", stats.warmLeases, { kind: "spare" });
      observe("skerry_runner_leases", stats.coldLeases, { kind: "cold" });
      observe("skerry_runner_starts", stats.started, {});
      observe("skerry_runner_start_failures", stats.startFailures, {});
      for (const reason of END_REASONS) observe("skerry_runner_ends", stats.ended[reason] ?? 0, { reason });
      observe("skerry_executions_running", stats.running, {});
      observe("skerry_executions_waiting", stats.waiting, {});
    },
  );
}

function sumMemory(pool: Pick<RunnerPool, "runners">): number {
  return pool.runners().reduce((sum, { memoryBytes = 0 }) => sum + memoryBytes, 0);
}
