import { requirePermission } from "../auth/principal.ts";
import type { Caller } from "../auth/principal.ts";
import type { Database } from "../db/open.ts";
import { withTenant } from "../db/tenant-scope.ts";
import { firstIdAt } from "../rest/ids.ts";
import type { History } from "./history.ts";
import { summarizeExecutions } from "./statistics-repository.ts";
import type { StatisticsRow } from "./statistics-repository.ts";

/** What came of some executions. */
export interface ExecutionSums {
  readonly executions: number;
  /** Those that failed or ran out of time. */
  readonly failed: number;
  readonly cpuMs: number;
  /** 95 of 100 ran for no longer; null where none ran. */
  readonly p95Ms: number | null;
}

export interface Statistics {
  /** Days in UTC, oldest first, today's the last; those without executions have zeros. */
  readonly days: readonly (ExecutionSums & { readonly day: string })[];
  /** Those that used most CPU time come first. The name is null for a script that was deleted. */
  readonly scripts: readonly (ExecutionSums & {
    readonly scriptId: string;
    readonly scriptName: string | null;
  })[];
  /** There were more executions than were looked at; the oldest were left out. */
  readonly isPartial: boolean;
}

/** How a tenant's executions went over the last days. */
export interface ExecutionStatistics {
  /** Looks at the newest 100,000 executions of these days, today being one of them. */
  describe(caller: Caller, days: number): Promise<Statistics>;
}

export interface ExecutionStatisticsOptions {
  readonly database: Database;
  readonly history: Pick<History, "flush">;
}

const MAX_EXECUTIONS = 100_000;
const MAX_SCRIPTS = 50;
const DAY_MS = 24 * 60 * 60_000;

export function createExecutionStatistics({
  database,
  history,
}: ExecutionStatisticsOptions): ExecutionStatistics {
  return {
    async describe(caller, days) {
      requirePermission(caller, "usage.read");
      await history.flush();
      const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
      const first = today - (days - 1) * DAY_MS;
      const { tenantId } = caller;
      const rows = await withTenant(database, tenantId, (queries) =>
        summarizeExecutions(queries, tenantId, firstIdAt(new Date(first)), MAX_EXECUTIONS),
      );
      const byDay = new Map(rows.map((row) => [row.day, row]));
      const seen = rows
        .filter(({ day }) => day !== null)
        .reduce((sum, { executions }) => sum + executions, 0);
      return {
        days: Array.from({ length: days }, (_, index) => {
          const day = new Date(first + index * DAY_MS).toISOString().slice(0, 10);
          return { day, ...sumsOf(byDay.get(day)) };
        }),
        scripts: rows.flatMap(describeScript).slice(0, MAX_SCRIPTS),
        isPartial: seen >= MAX_EXECUTIONS,
      };
    },
  };
}

function describeScript(row: StatisticsRow): Statistics["scripts"][number][] {
  const { scriptId, scriptName } = row;
  return scriptId === null ? [] : [{ scriptId, scriptName, ...sumsOf(row) }];
}

function sumsOf(row: StatisticsRow | undefined): ExecutionSums {
  const { executions = 0, failed = 0, cpuMs = 0, p95Ms = null } = row ?? {};
  return { executions, failed, cpuMs, p95Ms };
}
