import type { Kysely } from "kysely";
import { sql } from "kysely";

/** Where in a trace events were published, and the traces that executions belong to. Jobs carry theirs with their order. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql.raw(COLUMNS).execute(database);
}

/*
 * A traceparent has 55 characters, and the tracestate behind it 512 at most. Rows that are there have none, and are not
 * looked at: other nodes are at work meanwhile.
 */
const COLUMNS = `
alter table skerry.events add column trace_context text;
alter table skerry.events add constraint events_trace_context check (length(trace_context) <= 600) not valid;
alter table skerry.executions add column trace_id text;
alter table skerry.executions add constraint executions_trace_id check (length(trace_id) = 32) not valid;
`;
