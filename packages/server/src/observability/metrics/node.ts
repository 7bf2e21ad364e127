import type { RunnerPool } from "@skerry/sandbox";
import { observeConnections } from "./database.ts";
import type { Metrics } from "./metrics.ts";
import { observePool } from "./pool.ts";
import { observeInstallation } from "./installation.ts";
import type { InstallationMetricsOptions } from "./installation.ts";

export interface NodeMetricsOptions extends InstallationMetricsOptions {
  readonly pool: Pick<RunnerPool, "isolation" | "stats" | "runners">;
}

/** Lets the metrics tell what a node has and what it shares with the others, until disposed. */
export function observeNode(metrics: Metrics, { pool, ...options }: NodeMetricsOptions): AsyncDisposable {
  const observing = new AsyncDisposableStack();
  observing.use(observePool(metrics, pool));
  observing.use(observeConnections(metrics, options.database));
  observing.use(observeInstallation(metrics, options));
  return observing;
}
