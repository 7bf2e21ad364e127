import { requireOperator } from "../auth/principal.ts";
import type { Operator } from "../auth/principal.ts";
import type { Database } from "../db/open.ts";
import { withPlatform } from "../db/tenant-scope.ts";
import type { QueuedExecutions } from "../executions/queued.ts";
import { nodeState } from "./node.ts";
import type { InstallationState, SkerryNode } from "./node.ts";
import { describeDatabase } from "./database-state.ts";
import { findOldestWaitMs, listBusiest, listNodes } from "./repository.ts";
import type { NodeRow } from "./repository.ts";

/** The nodes of this installation and what they share, for operators. */
export interface NodeService {
  /** Those that were seen last come first; what a node tells is up to 10 s old. */
  list(operator: Operator): Promise<readonly SkerryNode[]>;
  describe(operator: Operator): Promise<InstallationState>;
}

export interface NodeServiceOptions {
  readonly database: Database;
  readonly queued: Pick<QueuedExecutions, "stats">;
}

export function createNodeService({ database, queued }: NodeServiceOptions): NodeService {
  return {
    async list(operator) {
      requireOperator(operator);
      return (await withPlatform(database, listNodes)).flatMap(presentNode);
    },

    async describe(operator) {
      requireOperator(operator);
      const [{ jobs }, rest] = await Promise.all([
        queued.stats(),
        withPlatform(database, async (queries) => ({
          oldestWaitMs: await findOldestWaitMs(queries),
          busiest: await listBusiest(queries),
          database: await describeDatabase(queries),
        })),
      ]);
      return { jobs, ...rest };
    },
  };
}

/** A node of another version may tell of itself in another shape; it is left out until it is this one's. */
function presentNode({ id, started_at, seen_at, state, is_lost }: NodeRow): SkerryNode[] {
  const { data } = nodeState.safeParse(state);
  return data === undefined ? [] : [{ ...data, id, startedAt: started_at, seenAt: seen_at, isLost: is_lost }];
}
