import { sql } from "kysely";
import type { Queries } from "./tenant-scope.ts";

/** What time it is for the database: the one clock that all nodes share. */
export async function readClock(queries: Queries): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(queries);
  return (rows[0] as { now: Date }).now;
}
