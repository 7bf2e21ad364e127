import { requirePermission } from "../auth/principal.ts";
import type { Caller } from "../auth/principal.ts";
import type { Database } from "../db/open.ts";
import { withTenant } from "../db/tenant-scope.ts";
import type { Execution } from "./execution.ts";
import type { History } from "./history.ts";
import { listRecent } from "./recent-repository.ts";

/** As much of an execution as lists of scripts show. */
export type RecentExecution = Pick<Execution, "id" | "status" | "durationMs" | "createdAt">;

/** How scripts have been doing of late. */
export interface RecentExecutions {
  /**
   * The newest executions of each of these scripts, up to 30, newest first. Scripts that never ran, or are another
   * tenant's, are not in it.
   */
  ofScripts(
    caller: Caller,
    scriptIds: readonly string[],
  ): Promise<ReadonlyMap<string, readonly RecentExecution[]>>;
}

export interface RecentExecutionsOptions {
  readonly database: Database;
  readonly history: Pick<History, "flush">;
}

const EACH = 30;

export function createRecentExecutions({ database, history }: RecentExecutionsOptions): RecentExecutions {
  return {
    async ofScripts(caller, scriptIds) {
      requirePermission(caller, "executions.read");
      await history.flush();
      const { tenantId } = caller;
      const rows = await withTenant(database, tenantId, (queries) =>
        listRecent(queries, tenantId, scriptIds, EACH),
      );
      const recent = new Map<string, RecentExecution[]>();
      for (const { scriptId, ...execution } of rows) {
        const known = recent.get(scriptId);
        if (known === undefined) recent.set(scriptId, [execution]);
        else known.push(execution);
      }
      return recent;
    },
  };
}
