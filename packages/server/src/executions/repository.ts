import type { LogLine } from "@skerry/sandbox";
import { sql } from "kysely";
import type { Selectable } from "kysely";
import type { ExecutionLogsTable, ExecutionState, ExecutionsTable, ExecutionTrigger } from "../db/schema.ts";
import type { Queries } from "../db/tenant-scope.ts";
import type { PageRequest } from "../rest/paging.ts";
import type { Execution, ExecutionError, ExecutionLog, ExecutionsQuery } from "./execution.ts";

/** What is written of one execution at one time: lines that it logged, how it ended, or both. */
export interface HistoryEntry {
  readonly tenantId: string;
  readonly executionId: string;
  /** The whole execution when it has ended. */
  readonly ended: Execution | undefined;
  readonly logs: readonly LogEntry[];
  /** What the logs take in memory. */
  readonly logBytes: number;
}

/** A line that an execution logged, with its number. */
export interface LogEntry extends Omit<LogLine, "fields"> {
  /** Counts from 0 within the execution. */
  readonly seq: number;
  readonly fieldsJson: string | null;
}

/**
 * Writes executions of any tenants, new ones and those that were begun by {@link insertRunning}, and log lines, in two
 * statements however many they are. Those whose script or execution is gone with its tenant are left out.
 */
export async function saveEntries(queries: Queries, entries: readonly HistoryEntry[]): Promise<void> {
  const records = entries.flatMap(({ tenantId, ended }) =>
    ended === undefined ? [] : [{ ...ended, tenantId }],
  );
  if (records.length > 0) await saveRecords(queries, records);
  const lines = entries.flatMap(({ tenantId, executionId, logs }) =>
    logs.map((entry) => ({ ...entry, tenantId, executionId })),
  );
  if (lines.length > 0) await saveLines(queries, lines);
}

async function saveRecords(queries: Queries, records: readonly ExecutionRecord[]): Promise<void> {
  await sql`
    insert into skerry.executions (${namesOf(EXECUTION_COLUMNS)})
    select * from ${unnest(EXECUTION_COLUMNS, records)} as record (${namesOf(EXECUTION_COLUMNS)})
    where exists (
      select from skerry.script_versions as version
      where version.tenant_id = record.tenant_id
        and version.script_id = record.script_id
        and version.version = record.version)
    on conflict (tenant_id, id) do update set
      status = excluded.status, output = excluded.output, error = excluded.error, queued_ms = excluded.queued_ms,
      duration_ms = excluded.duration_ms, cpu_ms = excluded.cpu_ms, memory_peak_bytes = excluded.memory_peak_bytes,
      capability_calls = excluded.capability_calls, started_at = excluded.started_at,
      completed_at = excluded.completed_at`.execute(queries);
}

async function saveLines(queries: Queries, lines: readonly OwnedLogEntry[]): Promise<void> {
  await sql`
    insert into skerry.execution_logs (${namesOf(LOG_COLUMNS)})
    select * from ${unnest(LOG_COLUMNS, lines)} as line (${namesOf(LOG_COLUMNS)})
    where exists (
      select from skerry.executions as execution
      where execution.tenant_id = line.tenant_id and execution.id = line.execution_id)
    on conflict do nothing`.execute(queries);
}

interface ExecutionRecord extends Execution {
  readonly tenantId: string;
}

interface OwnedLogEntry extends LogEntry {
  readonly tenantId: string;
  readonly executionId: string;
}

/** A column, its type, and its value for one row. */
type Column<Row> = readonly [name: string, type: string, read: (row: Row) => unknown];

const EXECUTION_COLUMNS: readonly Column<ExecutionRecord>[] = [
  ["tenant_id", "text", ({ tenantId }) => tenantId],
  ["id", "uuid", ({ id }) => id],
  ["script_id", "uuid", ({ scriptId }) => scriptId],
  ["version", "integer", ({ version }) => version],
  ["trigger", "text", ({ trigger }) => trigger],
  ["status", "text", ({ status }) => status],
  ["input", "json", ({ input }) => JSON.stringify(input)],
  ["output", "json", ({ output }) => JSON.stringify(output)],
  ["error", "json", ({ error }) => error && JSON.stringify(error)],
  ["queued_ms", "double precision", ({ queuedMs }) => queuedMs],
  ["duration_ms", "double precision", ({ durationMs }) => durationMs],
  ["cpu_ms", "double precision", ({ cpuMs }) => cpuMs],
  ["memory_peak_bytes", "bigint", ({ memoryPeakBytes }) => memoryPeakBytes],
  ["capability_calls", "integer", ({ capabilityCalls }) => capabilityCalls],
  ["attempt", "integer", ({ attempt }) => attempt],
  ["replay_of", "uuid", ({ replayOf }) => replayOf],
  ["created_at", "timestamptz", ({ createdAt }) => createdAt],
  ["started_at", "timestamptz", ({ startedAt }) => startedAt],
  ["completed_at", "timestamptz", ({ completedAt }) => completedAt],
];

const LOG_COLUMNS: readonly Column<OwnedLogEntry>[] = [
  ["tenant_id", "text", ({ tenantId }) => tenantId],
  ["execution_id", "uuid", ({ executionId }) => executionId],
  ["seq", "integer", ({ seq }) => seq],
  ["level", "text", ({ level }) => level],
  ["time", "timestamptz", ({ time }) => new Date(time)],
  // Postgres text holds neither NUL nor half of a surrogate pair.
  ["message", "text", ({ message }) => message.replaceAll("\0", "\uFFFD").toWellFormed()],
  ["fields", "json", ({ fieldsJson }) => fieldsJson],
];

function namesOf<Row>(columns: readonly Column<Row>[]) {
  return sql.join(columns.map(([name]) => sql.ref(name)));
}

/**
 * Rows as one array per column: unlike a list of rows its statement is always the same, and unlike one JSON text it
 * carries every JSON value, `"\u0000"` included.
 */
function unnest<Row>(columns: readonly Column<Row>[], rows: readonly Row[]) {
  const arrays = columns.map(([, type, read]) => sql`${rows.map(read)}::${sql.raw(type)}[]`);
  return sql`unnest(${sql.join(arrays)})`;
}

/** Writes that an execution began, so that it is known should this node not live to see its end. */
export async function insertRunning(queries: Queries, tenantId: string, execution: Execution): Promise<void> {
  await queries
    .insertInto("executions")
    .values({
      tenant_id: tenantId,
      id: execution.id,
      script_id: execution.scriptId,
      version: execution.version,
      trigger: execution.trigger,
      status: "running",
      input: JSON.stringify(execution.input),
      attempt: execution.attempt,
      replay_of: execution.replayOf,
      created_at: execution.createdAt,
      started_at: execution.startedAt,
    })
    .execute();
}

export async function findExecution(
  queries: Queries,
  tenantId: string,
  id: string,
): Promise<Execution | undefined> {
  const row = await queries
    .selectFrom("executions")
    .selectAll()
    .where("tenant_id", "=", tenantId)
    .where("id", "=", id)
    .executeTakeFirst();
  return row && toExecution(row);
}

/** @returns undefined when there is no such execution. */
export async function findState(
  queries: Queries,
  tenantId: string,
  id: string,
): Promise<ExecutionState | undefined> {
  const row = await queries
    .selectFrom("executions")
    .select("status")
    .where("tenant_id", "=", tenantId)
    .where("id", "=", id)
    .executeTakeFirst();
  return row?.status;
}

export async function listExecutions(
  queries: Queries,
  tenantId: string,
  {
    limit,
    cursor,
    status,
    trigger,
    from,
    to,
    scriptId,
  }: Omit<ExecutionsQuery, "script"> & { readonly scriptId: string | undefined },
): Promise<Execution[]> {
  const rows = await queries
    .selectFrom("executions")
    .selectAll()
    .where("tenant_id", "=", tenantId)
    .$if(scriptId !== undefined, (query) => query.where("script_id", "=", scriptId as string))
    .$if(status !== undefined, (query) => query.where("status", "=", status as ExecutionState))
    .$if(trigger !== undefined, (query) => query.where("trigger", "=", trigger as ExecutionTrigger))
    .$if(from !== undefined, (query) => query.where("created_at", ">=", from as Date))
    .$if(to !== undefined, (query) => query.where("created_at", "<", to as Date))
    .$if(cursor !== undefined, (query) => query.where("id", "<", cursor as string))
    .orderBy("id", "desc")
    .limit(limit + 1)
    .execute();
  return rows.map(toExecution);
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

/** Ends executions that began before `before` and are still running. @returns how many. */
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
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

function toExecution(row: Selectable<ExecutionsTable>): Execution {
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
    replayOf: row.replay_of,
    createdAt: row.created_at,
    startedAt: row.started_at,
    completedAt: row.completed_at,
  };
}
