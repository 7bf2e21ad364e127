import type { LogLine, NotedCall } from "@skerry/sandbox";
import { sql } from "kysely";
import type { Queries } from "../db/tenant-scope.ts";
import type { ScriptType } from "../db/schema.ts";
import type { Execution, ExecutionProgress } from "./execution.ts";

/** What is written of one execution at one time: that it started, lines that it logged, how it ended. */
export interface HistoryEntry {
  readonly tenantId: string;
  readonly executionId: string;
  /** Of an execution that has ended. */
  readonly scriptType?: ScriptType | undefined;
  /** When a runner took it, if that is to be written. */
  readonly startedAt?: Date | undefined;
  /** The whole execution when it has ended. */
  readonly ended: Execution | undefined;
  /** Of an execution that has ended. */
  readonly calls?: readonly NotedCall[] | undefined;
  readonly logs: readonly LogEntry[];
  readonly progress?: ExecutionProgress;
  /** What the logs take in memory. */
  readonly logBytes: number;
}

/** A line that an execution logged, with its number. */
export interface LogEntry extends Omit<LogLine, "fields"> {
  /** Counts from 0 within the execution. */
  readonly seq: number;
  readonly fieldsJson: string | null;
}

/** An execution and whose it is. */
export interface ExecutionRecord extends Execution {
  readonly tenantId: string;
  readonly calls?: readonly NotedCall[] | undefined;
}

/** Writes that executions of any tenants are about to run, so that they are known should this node not see their end. */
export async function insertBegun(queries: Queries, records: readonly ExecutionRecord[]): Promise<void> {
  const columns = fillColumns(EXECUTION_COLUMNS, records);
  await sql`
    insert into skerry.executions (${namesOf(columns)})
    select * from ${unnest(columns)}`.execute(queries);
}

/**
 * Writes executions of any tenants, new ones and those of {@link insertBegun}, and log lines, in four statements however
 * many they are. Those whose script or execution is gone with its tenant are left out, and what has ended stays as it is.
 */
export async function saveEntries(queries: Queries, entries: readonly HistoryEntry[]): Promise<void> {
  const endings = entries.flatMap(({ tenantId, ended, calls }) =>
    ended === undefined ? [] : [{ ...ended, tenantId, calls }],
  );
  if (endings.length > 0) await saveEndings(queries, endings);
  const ended = new Set(endings.map(({ id }) => id));
  const starts = entries.flatMap(({ tenantId, executionId, startedAt }) =>
    startedAt === undefined || ended.has(executionId) ? [] : [{ tenantId, executionId, startedAt }],
  );
  if (starts.length > 0) await saveStarts(queries, starts);
  const reports = entries.flatMap(({ tenantId, executionId, progress }) =>
    progress === undefined || ended.has(executionId)
      ? []
      : [[executionId, { tenantId, executionId, progress }] as const],
  );
  if (reports.length > 0) await saveReports(queries, [...new Map(reports).values()]);
  const lines = entries.flatMap(({ tenantId, executionId, logs }) =>
    logs.map((entry) => ({ ...entry, tenantId, executionId })),
  );
  if (lines.length > 0) await saveLines(queries, lines);
}

async function saveEndings(queries: Queries, records: readonly ExecutionRecord[]): Promise<void> {
  const columns = fillColumns(EXECUTION_COLUMNS, records);
  await sql`
    insert into skerry.executions as known (${namesOf(columns)})
    select * from ${unnest(columns)} as record (${namesOf(columns)})
    where exists (
      select from skerry.scripts as script
      where script.tenant_id = record.tenant_id and script.id = record.script_id)
    on conflict (tenant_id, id) do update set
      version = excluded.version, status = excluded.status, output = excluded.output, error = excluded.error, queued_ms = excluded.queued_ms,
      duration_ms = excluded.duration_ms, cpu_ms = excluded.cpu_ms, memory_peak_bytes = excluded.memory_peak_bytes,
      capability_calls = excluded.capability_calls, calls = excluded.calls, started_at = excluded.started_at,
      completed_at = excluded.completed_at, progress = excluded.progress
    where known.completed_at is null`.execute(queries);
}

async function saveStarts(queries: Queries, starts: readonly StartRecord[]): Promise<void> {
  const columns = fillColumns(START_COLUMNS, starts);
  await sql`
    update skerry.executions as execution set status = 'running', started_at = start.started_at
    from ${unnest(columns)} as start (${namesOf(columns)})
    where execution.tenant_id = start.tenant_id and execution.id = start.id and execution.status = 'pending'`.execute(
    queries,
  );
}

async function saveReports(queries: Queries, reports: readonly ProgressRecord[]): Promise<void> {
  const columns = fillColumns(REPORT_COLUMNS, reports);
  await sql`
    update skerry.executions as execution set progress = report.progress
    from ${unnest(columns)} as report (${namesOf(columns)})
    where execution.tenant_id = report.tenant_id and execution.id = report.id and execution.completed_at is null`.execute(
    queries,
  );
}

async function saveLines(queries: Queries, lines: readonly OwnedLogEntry[]): Promise<void> {
  const columns = fillColumns(LOG_COLUMNS, lines);
  await sql`
    insert into skerry.execution_logs (${namesOf(columns)})
    select * from ${unnest(columns)} as line (${namesOf(columns)})
    where exists (
      select from skerry.executions as execution
      where execution.tenant_id = line.tenant_id and execution.id = line.execution_id)
    on conflict do nothing`.execute(queries);
}

/** That a runner took an execution. */
export interface StartRecord {
  readonly tenantId: string;
  readonly executionId: string;
  readonly startedAt: Date;
}

/** What an execution told of how far it is. */
interface ProgressRecord {
  readonly tenantId: string;
  readonly executionId: string;
  readonly progress: ExecutionProgress;
}

interface OwnedLogEntry extends LogEntry {
  readonly tenantId: string;
  readonly executionId: string;
}

/** A column, its type, and its value for one row. */
type Column<Row> = readonly [name: string, type: string, read: (row: Row) => unknown];

interface FilledColumn {
  readonly name: string;
  readonly type: string;
  /** One for each row. */
  readonly values: readonly unknown[];
}

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
  ["calls", "json", ({ calls = [] }) => (calls.length === 0 ? null : writeCalls(calls))],
  ["attempt", "integer", ({ attempt }) => attempt],
  ["job_id", "uuid", ({ jobId }) => jobId],
  ["start_after", "timestamptz", ({ startAfter }) => writeTime(startAfter)],
  ["progress", "json", ({ progress }) => progress && writeProgress(progress)],
  ["replay_of", "uuid", ({ replayOf }) => replayOf],
  ["parent_id", "uuid", ({ parentId }) => parentId],
  ["event_id", "text", ({ eventId }) => eventId],
  ["request_id", "text", ({ requestId }) => requestId],
  ["actor", "text", ({ actor }) => actor],
  ["trace_id", "text", ({ traceId }) => traceId],
  ["created_at", "timestamptz", ({ createdAt }) => writeTime(createdAt)],
  ["started_at", "timestamptz", ({ startedAt }) => writeTime(startedAt)],
  ["completed_at", "timestamptz", ({ completedAt }) => writeTime(completedAt)],
];

const START_COLUMNS: readonly Column<StartRecord>[] = [
  ["tenant_id", "text", ({ tenantId }) => tenantId],
  ["id", "uuid", ({ executionId }) => executionId],
  ["started_at", "timestamptz", ({ startedAt }) => writeTime(startedAt)],
];

const REPORT_COLUMNS: readonly Column<ProgressRecord>[] = [
  ["tenant_id", "text", ({ tenantId }) => tenantId],
  ["id", "uuid", ({ executionId }) => executionId],
  ["progress", "json", ({ progress }) => writeProgress(progress)],
];

const LOG_COLUMNS: readonly Column<OwnedLogEntry>[] = [
  ["tenant_id", "text", ({ tenantId }) => tenantId],
  ["execution_id", "uuid", ({ executionId }) => executionId],
  ["seq", "integer", ({ seq }) => seq],
  ["level", "text", ({ level }) => level],
  ["time", "timestamptz", ({ time }) => writeTime(new Date(time))],
  // Postgres text holds neither NUL nor half of a surrogate pair.
  ["message", "text", ({ message }) => message.replaceAll("\0", "\uFFFD").toWellFormed()],
  ["fields", "json", ({ fieldsJson }) => fieldsJson],
];

function writeProgress(progress: ExecutionProgress): string {
  return JSON.stringify(progress);
}

/** Times to the microsecond. */
function writeCalls(calls: readonly NotedCall[]): string {
  const round = (ms: number): number => Math.round(ms * 1_000) / 1_000;
  return JSON.stringify(
    calls.map(({ name, offsetMs, durationMs, code }) => ({
      name,
      offsetMs: round(offsetMs),
      durationMs: durationMs === null ? null : round(durationMs),
      code,
    })),
  );
}

/** The driver would write it in local time, at several times the cost. */
function writeTime(time: Date | null): string | null {
  return time && time.toISOString();
}

/** Columns with their values; those that no row has a value for are left out, because null is what they hold without. */
function fillColumns<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): readonly FilledColumn[] {
  return columns
    .map(([name, type, read]) => ({ name, type, values: rows.map(read) }))
    .filter(({ values }) => values.some((value) => value !== null));
}

function namesOf(columns: readonly FilledColumn[]) {
  return sql.join(columns.map(({ name }) => sql.ref(name)));
}

/**
 * Rows as one array per column: unlike a list of rows its statement is always the same, and unlike one JSON text it
 * carries every JSON value, `"\u0000"` included.
 */
function unnest(columns: readonly FilledColumn[]) {
  const arrays = columns.map(({ type, values }) => sql`${values}::${sql.raw(type)}[]`);
  return sql`unnest(${sql.join(arrays)})`;
}
