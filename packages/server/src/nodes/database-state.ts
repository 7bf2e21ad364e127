import { sql } from "kysely";
import type { Queries } from "../db/tenant-scope.ts";
import type { InstallationState } from "./node.ts";

/** What the database tells of itself. */
export async function describeDatabase(queries: Queries): Promise<InstallationState["database"]> {
  const { rows } = await sql<InstallationState["database"]>`
    select current_setting('server_version') as version,
      pg_database_size(current_database())::float8 as bytes,
      (select count(*)::integer from pg_stat_activity where datname = current_database()) as connections,
      current_setting('max_connections')::integer as "maxConnections"
  `.execute(queries);
  const [row] = rows;
  if (row === undefined) throw new Error("the database said nothing of itself");
  return row;
}
