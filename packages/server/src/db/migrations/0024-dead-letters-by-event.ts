import type { Kysely } from "kysely";
import { sql } from "kysely";

/** Whether a script failed to handle an event for good. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql
    .raw("create index dead_letters_by_event on skerry.dead_letters (tenant_id, event_id, script_id)")
    .execute(database);
}
