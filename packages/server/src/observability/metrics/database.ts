import type { Database } from "../../db/open.ts";
import type { Metrics } from "./metrics.ts";

/** Lets the metrics tell what connections to the database this node has. */
export function observeConnections(metrics: Metrics, { pool }: Pick<Database, "pool">): Disposable {
  return metrics.observe(
    ["skerry_database_connections", "skerry_database_connections_max", "skerry_database_waiting"],
    (observe) => {
      observe("skerry_database_connections", pool.totalCount - pool.idleCount, { state: "used" });
      observe("skerry_database_connections", pool.idleCount, { state: "idle" });
      observe("skerry_database_connections_max", pool.options.max, {});
      observe("skerry_database_waiting", pool.waitingCount, {});
    },
  );
}

/** Tells the metrics of a statement. */
export function countStatement(metrics: Metrics, durationMs: number, isFailed: boolean): void {
  const outcome = isFailed ? "failed" : "ok";
  metrics.record("skerry_database_query_duration_seconds", durationMs / 1_000, { outcome });
}
