import type { Database } from "../db/open.ts";
import { withPlatform } from "../db/tenant-scope.ts";
import type { QueuedExecutions } from "../executions/queued.ts";
import { describeDatabase } from "./database-state.ts";
import type { InstallationState } from "./node.ts";
import { countNodes, findOldestWaitMs } from "./repository.ts";

/** What all nodes share, in numbers alone. */
export interface SharedState extends Pick<InstallationState, "jobs" | "oldestWaitMs" | "database"> {
  readonly nodes: { readonly alive: number; readonly lost: number };
}

/** Asks the database, at the cost of four short statements. Rejects when it is away. */
export async function readSharedState(
  database: Database,
  queued: Pick<QueuedExecutions, "stats">,
): Promise<SharedState> {
  const [{ jobs }, rest] = await Promise.all([
    queued.stats(),
    withPlatform(database, async (queries) => ({
      oldestWaitMs: await findOldestWaitMs(queries),
      nodes: await countNodes(queries),
      database: await describeDatabase(queries),
    })),
  ]);
  return { jobs, ...rest };
}
