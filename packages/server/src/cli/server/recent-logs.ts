import type { Api, Client } from "@skerry/client";

/** A line, and whose it is. */
export interface LoggedLine {
  readonly execution: Api.Execution;
  readonly line: Api.ExecutionLog;
}

/** Which lines are wanted. */
export interface RecentLogsOptions {
  /** How many at most, the newest of them. */
  readonly count: number;
  readonly isWanted: (line: Api.ExecutionLog) => boolean;
}

const PAGE_SIZE = 200;
const AT_A_TIME = 5;

/**
 * The last lines that executions logged, oldest first.
 *
 * @param executions Newest first; only as many are asked for their lines as it takes.
 */
export async function readRecentLogs(
  client: Client,
  executions: readonly Api.Execution[],
  { count, isWanted }: RecentLogsOptions,
): Promise<LoggedLine[]> {
  const lines: LoggedLine[] = [];
  for (let start = 0; start < executions.length && lines.length < count; start += AT_A_TIME) {
    const group = executions.slice(start, start + AT_A_TIME);
    const read = await Promise.all(group.map((execution) => readLines(client, execution)));
    lines.push(...read.flat().filter(({ line }) => isWanted(line)));
  }
  return lines.sort(compareLines).slice(-count);
}

async function readLines(client: Client, execution: Api.Execution): Promise<LoggedLine[]> {
  const lines = await Array.fromAsync(client.executions.logs(execution.id, { limit: PAGE_SIZE }));
  return lines.map((line) => ({ execution, line }));
}

function compareLines(a: LoggedLine, b: LoggedLine): number {
  return Date.parse(a.line.time) - Date.parse(b.line.time) || a.line.seq - b.line.seq;
}
