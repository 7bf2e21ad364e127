import { sql } from "kysely";
import type { Queries } from "../db/tenant-scope.ts";
import type { InstallationState, NodeState } from "./node.ts";

export interface NodeRow {
  readonly id: string;
  readonly started_at: Date;
  readonly seen_at: Date;
  readonly state: unknown;
  readonly is_lost: boolean;
}

/** What is older tells nobody anything. */
const KEPT = sql`interval '1 day'`;
const LOST_AFTER = sql`interval '30 seconds'`;
const MAX_NODES = 1_000;
const MAX_BUSIEST = 10;

/** Writes what a node tells of itself, and forgets nodes that are long gone. */
export async function saveNode(queries: Queries, id: string, state: NodeState): Promise<void> {
  const text = JSON.stringify(state);
  await queries
    .insertInto("nodes")
    .values({ id, state: text })
    .onConflict((conflict) =>
      conflict.column("id").doUpdateSet({ seen_at: sql<Date>`clock_timestamp()`, state: text }),
    )
    .execute();
  await queries
    .deleteFrom("nodes")
    .where("seen_at", "<", sql<Date>`clock_timestamp() - ${KEPT}`)
    .execute();
}

export async function deleteNode(queries: Queries, id: string): Promise<void> {
  await queries.deleteFrom("nodes").where("id", "=", id).execute();
}

/** Those that were seen last come first. */
export async function listNodes(queries: Queries): Promise<NodeRow[]> {
  return await queries
    .selectFrom("nodes")
    .select(["id", "started_at", "seen_at", "state"])
    .select(sql<boolean>`seen_at < clock_timestamp() - ${LOST_AFTER}`.as("is_lost"))
    .orderBy("seen_at", "desc")
    .limit(MAX_NODES)
    .execute();
}

/** Those that were seen lately, and those that were not and did not say that they end. */
export async function countNodes(queries: Queries): Promise<{ alive: number; lost: number }> {
  const { rows } = await sql<{ alive: number; lost: number }>`
    select count(*) filter (where seen_at >= clock_timestamp() - ${LOST_AFTER})::integer as alive,
      count(*) filter (where seen_at < clock_timestamp() - ${LOST_AFTER})::integer as lost
    from skerry.nodes
  `.execute(queries);
  return rows[0] ?? { alive: 0, lost: 0 };
}

/** How long the job that is due and waits longest has waited. */
export async function findOldestWaitMs(queries: Queries): Promise<number | null> {
  const { rows } = await sql<{ ms: number | null }>`
    select extract(epoch from clock_timestamp() - min(run_at))::float8 * 1000 as ms
    from skerry.jobs where state = 'ready' and run_at <= clock_timestamp()
  `.execute(queries);
  return rows[0]?.ms ?? null;
}

export async function listBusiest(queries: Queries): Promise<InstallationState["busiest"]> {
  return await queries
    .selectFrom("jobs")
    .select(({ fn }) => ["tenant_id as tenantId", fn.countAll<number>().as("ready")])
    .where("state", "=", "ready")
    .groupBy("tenant_id")
    .orderBy("ready", "desc")
    .limit(MAX_BUSIEST)
    .execute();
}
