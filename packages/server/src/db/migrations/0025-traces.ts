import type { Kysely } from "kysely";
import { sql } from "kysely";

/** Where in a trace events were published, and the traces that executions belong to. Jobs carry theirs with their order. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql.raw(COLUMNS).execute(database);
}

/* A traceparent has 55 characters, and the tracestate behind it 512 at most. */
const COLUMNS = `
alter table skerry.events add column trace_context text check (length(trace_context) <= 600);
alter table skerry.executions add column trace_id text check (length(trace_id) = 32);
`;
