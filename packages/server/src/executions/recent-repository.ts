import { sql } from "kysely";
import type { Queries } from "../db/tenant-scope.ts";
import type { RecentExecution } from "./recent.ts";

type RecentRow = RecentExecution & { readonly scriptId: string };

/** The newest `each` executions of each script, newest first. */
export async function listRecent(
  queries: Queries,
  tenantId: string,
  scriptIds: readonly string[],
  each: number,
): Promise<RecentRow[]> {
  return await selectRecent(queries, tenantId, scriptIds, each).execute();
}

/** The query of {@link listRecent}: for each script by itself the end of an index, however many executions it has. */
export function selectRecent(queries: Queries, tenantId: string, scriptIds: readonly string[], each: number) {
  return queries
    .selectFrom(sql<{ id: string }>`unnest(${scriptIds}::uuid[])`.as<"wanted">(sql`wanted (id)`))
    .innerJoinLateral(
      (query) =>
        query
          .selectFrom("executions")
          .select([
            "executions.id",
            "executions.status",
            "executions.duration_ms as durationMs",
            "executions.created_at as createdAt",
          ])
          .where("executions.tenant_id", "=", tenantId)
          // No more and no less than equal, but an order that one index alone has: whatever Postgres believes of how many
          // executions a script has, it cannot choose to look for them among all of the tenant's.
          .whereRef("executions.script_id", ">=", "wanted.id")
          .whereRef("executions.script_id", "<=", "wanted.id")
          .orderBy("executions.script_id")
          .orderBy("executions.id", "desc")
          .limit(each)
          .as("recent"),
      (join) => join.onTrue(),
    )
    .select(["wanted.id as scriptId", "recent.id", "recent.status", "recent.durationMs", "recent.createdAt"])
    .orderBy("recent.id", "desc");
}
