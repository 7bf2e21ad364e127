import type { JsonObject, JsonValue } from "@skerry/sandbox";
import { sql } from "kysely";
import type { Selectable } from "kysely";
import type { ExecutionBatchesTable } from "../../db/tables/executions.ts";
import type { Queries } from "../../db/tenant-scope.ts";
import type { ScriptSettings } from "../../scripts/settings.ts";
import type { WishedConcurrency } from "../concurrency.ts";
import { filterExecutions } from "../repository.ts";
import type { ExecutionConditions } from "../repository.ts";
import type { BatchAction } from "./batch.ts";

export type BatchRow = Selectable<ExecutionBatchesTable>;

/** A batch that has yet to take its first execution. */
export type NewBatch = Pick<BatchRow, "id" | "action" | "actor" | "request_id" | "total"> & {
  readonly selection: JsonObject;
};

export async function insertBatch(queries: Queries, tenantId: string, batch: NewBatch): Promise<BatchRow> {
  return await queries
    .insertInto("execution_batches")
    .values({ ...batch, tenant_id: tenantId, selection: JSON.stringify(batch.selection) })
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function findBatch(
  queries: Queries,
  tenantId: string,
  id: string,
): Promise<BatchRow | undefined> {
  return await queries
    .selectFrom("execution_batches")
    .selectAll()
    .where("tenant_id", "=", tenantId)
    .where("id", "=", id)
    .executeTakeFirst();
}

/** What became of the executions that a batch took next. */
export interface BatchStep {
  readonly done: number;
  readonly refused: number;
  /** The last of them. */
  readonly position: string | null;
  readonly isLast: boolean;
}

/** Notes a step of a batch, unless somebody else made it meanwhile. @returns whether it was noted. */
export async function advanceBatch(
  queries: Queries,
  { tenant_id, id, position: before }: BatchRow,
  { done, refused, position, isLast }: BatchStep,
): Promise<boolean> {
  const { numUpdatedRows } = await queries
    .updateTable("execution_batches")
    .set((row) => ({
      done: row("done", "+", done),
      refused: row("refused", "+", refused),
      position,
      ...(isLast && { completed_at: sql<Date>`clock_timestamp()` }),
    }))
    .where("tenant_id", "=", tenant_id)
    .where("id", "=", id)
    .where("position", "is not distinct from", before)
    .where("completed_at", "is", null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Ends a batch where it is. */
export async function endBatch(queries: Queries, tenantId: string, id: string): Promise<void> {
  await queries
    .updateTable("execution_batches")
    .set({ completed_at: sql<Date>`clock_timestamp()` })
    .where("tenant_id", "=", tenantId)
    .where("id", "=", id)
    .where("completed_at", "is", null)
    .execute();
}

export async function deleteOldBatches(queries: Queries, tenantId: string, before: Date): Promise<void> {
  await queries
    .deleteFrom("execution_batches")
    .where("tenant_id", "=", tenantId)
    .where("created_at", "<", before)
    .execute();
}

/** Which executions a batch is about: conditions of their list, perhaps with ids. */
export interface BatchConditions extends ExecutionConditions {
  readonly ids?: readonly string[] | undefined;
}

/** Counts what a batch would take, up to `limit`. */
export async function countForBatch(
  queries: Queries,
  tenantId: string,
  action: BatchAction,
  conditions: BatchConditions,
  limit: number,
): Promise<number> {
  const wanted = selectForBatch(queries, tenantId, action, conditions).select("id").limit(limit);
  const { count } = await queries
    .selectFrom(wanted.as("wanted"))
    .select((row) => row.fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  return count;
}

/** An execution that a batch is to take. */
export interface BatchMember {
  readonly id: string;
  readonly script_id: string;
  readonly version: number;
  readonly input: JsonValue;
  readonly job_id: string | null;
}

/** Those that a batch takes next, newest first. */
export async function listNextMembers(
  queries: Queries,
  { tenant_id, action, position }: BatchRow,
  conditions: BatchConditions,
  limit: number,
): Promise<readonly BatchMember[]> {
  return await selectForBatch(queries, tenant_id, action, conditions)
    .select(["id", "script_id", "version", "input", "job_id"])
    .$if(position !== null, (query) => query.where("id", "<", position as string))
    .orderBy("id", "desc")
    .limit(limit)
    .execute();
}

/** A script that can be run by hand, and how many run at a time as it is published. */
export interface RunnableScript {
  readonly scriptId: string;
  readonly concurrency: WishedConcurrency;
}

/** Those of these scripts that can be run by hand. */
export async function listRunnableScripts(
  queries: Queries,
  tenantId: string,
  ids: readonly string[],
): Promise<readonly RunnableScript[]> {
  const rows = await queries
    .selectFrom("scripts as script")
    .leftJoin("script_versions as version", (join) =>
      join
        .onRef("version.tenant_id", "=", "script.tenant_id")
        .onRef("version.script_id", "=", "script.id")
        .onRef("version.version", "=", "script.active_version"),
    )
    .select(["script.id as scriptId", "version.settings"])
    .where("script.tenant_id", "=", tenantId)
    .where(sql<boolean>`script.id = any(${ids}::uuid[])`)
    .where("script.deleted_at", "is", null)
    .where("script.type", "not in", ["http", "library"])
    .where("script.status", "not in", ["disabled", "archived"])
    .execute();
  return rows.map(({ scriptId, settings }) => ({
    scriptId,
    concurrency: (settings as ScriptSettings | null)?.concurrency,
  }));
}

/** What has ended cannot be cancelled. */
function selectForBatch(
  queries: Queries,
  tenantId: string,
  action: BatchAction,
  { ids, ...conditions }: BatchConditions,
) {
  return filterExecutions(queries, tenantId, conditions)
    .$if(ids !== undefined, (query) => query.where(sql<boolean>`id = any(${ids ?? []}::uuid[])`))
    .$if(action === "cancel", (query) => query.where("status", "in", ["pending", "running"]));
}
