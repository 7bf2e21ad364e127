import { sql } from "kysely";
import type { Queries } from "../db/tenant-scope.ts";

/** What came of executions, of one day or of one script. */
export interface StatisticsRow {
  /** In UTC; null in the rows of scripts. */
  readonly day: string | null;
  /** Null in the rows of days. */
  readonly scriptId: string | null;
  readonly scriptName: string | null;
  readonly executions: number;
  readonly failed: number;
  readonly cpuMs: number;
  readonly p95Ms: number | null;
}

/** Sums up the newest `most` executions since `firstId`, once by day and once by script, in one pass over them. */
export async function summarizeExecutions(
  queries: Queries,
  tenantId: string,
  firstId: string,
  most: number,
): Promise<StatisticsRow[]> {
  const { rows } = await sql<StatisticsRow>`
    with newest as materialized (
      select script_id, (created_at at time zone 'UTC')::date as day, status, cpu_ms, duration_ms
      from skerry.executions
      where tenant_id = ${tenantId} and id >= ${firstId}::uuid
      order by id desc limit ${most}
    ), sums as (
      select day, script_id, count(*)::float8 as executions,
        count(*) filter (where status in ('failed', 'timeout'))::float8 as failed,
        coalesce(sum(cpu_ms), 0)::float8 as cpu_ms,
        percentile_cont(0.95) within group (order by duration_ms) as p95_ms
      from newest group by grouping sets ((day), (script_id))
    )
    select to_char(sums.day, 'YYYY-MM-DD') as day, sums.script_id as "scriptId", scripts.name as "scriptName",
      sums.executions, sums.failed, sums.cpu_ms as "cpuMs", sums.p95_ms as "p95Ms"
    from sums
    left join skerry.scripts on scripts.tenant_id = ${tenantId} and scripts.id = sums.script_id
    order by sums.day nulls last, sums.cpu_ms desc
  `.execute(queries);
  return rows;
}
