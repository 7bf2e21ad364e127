import type { Kysely } from "kysely";
import { sql } from "kysely";

/** What nodes tell of themselves: the platform's alone. A node that was not seen for a while is gone. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `
create table skerry.nodes (
  id uuid primary key,
  started_at timestamptz not null default clock_timestamp(),
  seen_at timestamptz not null default clock_timestamp(),
  state jsonb not null
) with (fillfactor = 50);
`,
    )
    .execute(database);
}
