import type { Logger } from "pino";
import type { Database } from "../../db/open.ts";
import type { QueuedExecutions } from "../../executions/queued.ts";
import { readSharedState } from "../../nodes/shared-state.ts";
import type { SharedState } from "../../nodes/shared-state.ts";
import type { Metrics, Observe } from "./metrics.ts";

export interface InstallationMetricsOptions {
  readonly database: Database;
  readonly logger: Logger;
  readonly queued: Pick<QueuedExecutions, "stats" | "occupancy">;
  /** However often somebody looks, the database is asked this often at most. Default 10,000. */
  readonly refreshMs?: number | undefined;
}

const REFRESH_MS = 10_000;

/**
 * Lets the metrics tell what all nodes share, and how this one takes part in it. Who looks waits for nothing: what was
 * known is told, and asked for anew behind his back when it is older than `refreshMs`. While the database does not answer, nothing of
 * what it knows is told.
 */
export function observeInstallation(metrics: Metrics, options: InstallationMetricsOptions): AsyncDisposable {
  const { database, logger, queued, refreshMs = REFRESH_MS } = options;
  let known: SharedState | undefined;
  let isUp = true;
  let askedAt = -Infinity;
  let asking: Promise<void> | undefined;

  async function ask(): Promise<void> {
    try {
      known = await readSharedState(database, queued);
      isUp = true;
    } catch (error) {
      known = undefined;
      isUp = false;
      logger.debug({ err: error }, "the database does not tell the metrics what nodes share");
    }
    asking = undefined;
  }

  function refresh(): void {
    const now = performance.now();
    if (now - askedAt < refreshMs) return;
    if (asking === undefined) {
      askedAt = now;
      asking = ask();
    } else {
      // Not even a refusal came in all that time.
      known = undefined;
      isUp = false;
    }
  }

  refresh();
  const observing = metrics.observe(
    [
      "skerry_queue_slots",
      "skerry_database_up",
      "skerry_queue_jobs",
      "skerry_queue_oldest_wait_seconds",
      "skerry_nodes",
      "skerry_database_size_bytes",
      "skerry_database_server_connections",
      "skerry_database_server_connections_max",
    ],
    (observe) => {
      refresh();
      const { slots, running } = queued.occupancy();
      observe("skerry_queue_slots", running, { state: "used" });
      observe("skerry_queue_slots", slots - running, { state: "free" });
      observe("skerry_database_up", isUp ? 1 : 0, {});
      if (known !== undefined) tellState(observe, known);
    },
  );
  return {
    async [Symbol.asyncDispose]() {
      observing[Symbol.dispose]();
      await asking;
    },
  };
}

function tellState(observe: Observe, { jobs, oldestWaitMs, nodes, database }: SharedState): void {
  for (const state of ["scheduled", "held", "ready", "running"] as const) {
    observe("skerry_queue_jobs", jobs[state], { state });
  }
  observe("skerry_queue_oldest_wait_seconds", (oldestWaitMs ?? 0) / 1_000, {});
  observe("skerry_nodes", nodes.alive, { state: "alive" });
  observe("skerry_nodes", nodes.lost, { state: "lost" });
  observe("skerry_database_size_bytes", database.bytes, {});
  observe("skerry_database_server_connections", database.connections, {});
  observe("skerry_database_server_connections_max", database.maxConnections, {});
}
