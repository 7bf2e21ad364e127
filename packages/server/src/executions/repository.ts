import type { JsonObject } from "@skerry/sandbox";
import { sql } from "kysely";
import type { Selectable } from "kysely";
import type { ExecutionState } from "../db/schema.ts";
import type { ExecutionLogsTable, ExecutionsTable } from "../db/tables/executions.ts";
import type { Queries } from "../db/tenant-scope.ts";
import { firstIdAt } from "../rest/ids.ts";
import type { PageRequest } from "../rest/paging.ts";
import type {
  Execution,
  ExecutionCall,
  ExecutionError,
  ExecutionLog,
  ExecutionProgress,
  ExecutionsQuery,
} from "./execution.ts";

/** All but the calls, which may be many. */
const COLUMNS = [
  "id",
  "script_id",
  "version",
  "trigger",
  "status",
  "input",
  "output",
  "error",
  "queued_ms",
  "duration_ms",
  "cpu_ms",
  "memory_peak_bytes",
  "capability_calls",
  "attempt",
  "job_id",
  "start_after",
  "progress",
  "replay_of",
  "parent_id",
  "event_id",
  "request_id",
  "actor",
  "trace_id",
  "created_at",
  "started_at",
  "completed_at",
] as const satisfies readonly (keyof ExecutionsTable)[];

type ExecutionRow = Pick<Selectable<ExecutionsTable>, (typeof COLUMNS)[number]>;

export async function findExecution(
  queries: Queries,
  tenantId: string,
  id: string,
): Promise<Execution | undefined> {
  const row = await queries
    .selectFrom("executions")
    .select(COLUMNS)
    .where("tenant_id", "=", tenantId)
    .where("id", "=", id)
    .executeTakeFirst();
  return row && toExecution(row);
}

/** The capability calls that were noted, in the order in which they were made. */
export async function listCalls(
  queries: Queries,
  tenantId: string,
  id: string,
): Promise<readonly ExecutionCall[]> {
  const row = await queries
    .selectFrom("executions")
    .select("calls")
    .where("tenant_id", "=", tenantId)
    .where("id", "=", id)
    .executeTakeFirst();
  return (row?.calls ?? []) as unknown as readonly ExecutionCall[];
}

/** Names of scripts by their ids, deleted ones included. */
export async function findScriptNames(
  queries: Queries,
  tenantId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ScriptName>> {
  const rows = await queries
    .selectFrom("scripts")
    .select(["id", "name", "deleted_at"])
    .where("tenant_id", "=", tenantId)
    .where(sql<boolean>`id = any(${ids}::uuid[])`)
    .execute();
  return new Map(rows.map(({ id, name, deleted_at }) => [id, { name, isDeleted: deleted_at !== null }]));
}

/** How a script is called, or was before it was deleted. */
export interface ScriptName {
  readonly name: string;
  readonly isDeleted: boolean;
}

/** What changes of an execution while it runs. */
export interface ExecutionStanding {
  readonly status: ExecutionState;
  readonly progress: ExecutionProgress | null;
}

/** @returns undefined when there is no such execution. */
export async function findStanding(
  queries: Queries,
  tenantId: string,
  id: string,
): Promise<ExecutionStanding | undefined> {
  const row = await queries
    .selectFrom("executions")
    .select(["status", "progress"])
    .where("tenant_id", "=", tenantId)
    .where("id", "=", id)
    .executeTakeFirst();
  return row && { status: row.status, progress: readProgress(row.progress) };
}

/** Which executions a list is about. */
export interface ExecutionFilter extends Omit<ExecutionsQuery, "script"> {
  readonly scriptId: string | undefined;
}

export type ExecutionConditions = Omit<ExecutionFilter, "limit" | "cursor">;

export async function listExecutions(
  queries: Queries,
  tenantId: string,
  filter: ExecutionFilter,
): Promise<Execution[]> {
  const rows = await selectExecutions(queries, tenantId, filter).execute();
  return rows.map(toExecution);
}

/**
 * The statement of {@link listExecutions}. There is an index for each filter; times are ranges of ids, which the indexes
 * hold in order.
 */
export function selectExecutions(
  queries: Queries,
  tenantId: string,
  { limit, cursor, ...filter }: ExecutionFilter,
) {
  return filterExecutions(queries, tenantId, filter)
    .select(COLUMNS)
    .$if(cursor !== undefined, (query) => query.where("id", "<", cursor as string))
    .orderBy("id", "desc")
    .limit(limit + 1);
}

/** Which executions a filter is about, whatever is asked of them. */
export function filterExecutions(
  queries: Queries,
  tenantId: string,
  { scriptId, status, trigger, attempt, from, to, parent, job, eventId, requestId }: ExecutionConditions,
) {
  const equal = {
    script_id: scriptId,
    status,
    trigger,
    attempt,
    parent_id: parent,
    job_id: job,
    event_id: eventId,
    request_id: requestId,
  };
  const wished = Object.entries(equal).filter(([, value]) => value !== undefined);
  return queries
    .selectFrom("executions")
    .where("tenant_id", "=", tenantId)
    .where((row) => row.and(Object.fromEntries(wished)))
    .$if(from !== undefined, (query) => query.where("id", ">=", firstIdAt(from as Date)))
    .$if(to !== undefined, (query) => query.where("id", "<", firstIdAt(to as Date)));
}

/** In the order they were logged. */
export async function listLogs(
  queries: Queries,
  tenantId: string,
  executionId: string,
  { limit, cursor }: PageRequest,
): Promise<ExecutionLog[]> {
  const rows = await queries
    .selectFrom("execution_logs")
    .select(["seq", "level", "time", "message", "fields"])
    .where("tenant_id", "=", tenantId)
    .where("execution_id", "=", executionId)
    .$if(cursor !== undefined, (query) => query.where("seq", ">", Number(cursor)))
    .orderBy("seq")
    .limit(limit + 1)
    .execute();
  return rows satisfies Selectable<Omit<ExecutionLogsTable, "tenant_id" | "execution_id">>[];
}

/**
 * Ends executions that began before `before` and are still pending or running. Those of jobs are left: their jobs know
 * when they are lost.
 *
 * @returns how many.
 */
export async function failRunning(
  queries: Queries,
  error: { readonly code: string; readonly message: string },
  before: Date,
): Promise<number> {
  const { numUpdatedRows } = await queries
    .updateTable("executions")
    .set({ status: "failed", error: { ...error }, completed_at: new Date() })
    .where("status", "in", ["pending", "running"])
    .where("created_at", "<", before)
    .where("job_id", "is", null)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

function readProgress(stored: JsonObject | null): ExecutionProgress | null {
  const { at, ...progress } = (stored ?? {}) as { at?: string; value: number; message: string | null };
  return at === undefined ? null : { ...progress, at: new Date(at) };
}

function toExecution(row: ExecutionRow): Execution {
  return {
    id: row.id,
    scriptId: row.script_id,
    version: row.version,
    trigger: row.trigger,
    status: row.status,
    input: row.input,
    output: row.output,
    error: row.error as ExecutionError | null,
    queuedMs: row.queued_ms,
    durationMs: row.duration_ms,
    cpuMs: row.cpu_ms,
    memoryPeakBytes: row.memory_peak_bytes,
    capabilityCalls: row.capability_calls,
    attempt: row.attempt,
    jobId: row.job_id,
    startAfter: row.start_after,
    progress: readProgress(row.progress),
    replayOf: row.replay_of,
    parentId: row.parent_id,
    eventId: row.event_id,
    requestId: row.request_id,
    actor: row.actor,
    traceId: row.trace_id,
    createdAt: row.created_at,
    startedAt: row.started_at,
    completedAt: row.completed_at,
  };
}

/**
 * Removes the oldest ended executions made before an id, with their logs.
 *
 * @returns how many; fewer than `limit` when no more are left.
 */
export async function deleteEnded(
  queries: Queries,
  tenantId: string,
  { before, limit }: { readonly before: string; readonly limit: number },
): Promise<number> {
  const { numDeletedRows } = await queries
    .deleteFrom("executions")
    .where("tenant_id", "=", tenantId)
    .where("id", "in", (inner) =>
      inner
        .selectFrom("executions")
        .select("id")
        .where("tenant_id", "=", tenantId)
        .where("id", "<", before)
        .where("completed_at", "is not", null)
        .orderBy("id")
        .limit(limit),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}
