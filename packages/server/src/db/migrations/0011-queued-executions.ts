import type { Kysely } from "kysely";
import { sql } from "kysely";

/** Executions that are attempts of a job, and what running ones tell of how far they are. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql.raw(ATTEMPTS).execute(database);
}

const ATTEMPTS = `
alter table skerry.executions
  add column job_id uuid,
  add column order_key text check (length(order_key) between 1 and 300),
  add column start_after timestamptz,
  add column progress json;
create index executions_by_job on skerry.executions (tenant_id, job_id, id) where job_id is not null;
create unique index executions_by_order_key on skerry.executions (tenant_id, order_key) where order_key is not null;
`;
