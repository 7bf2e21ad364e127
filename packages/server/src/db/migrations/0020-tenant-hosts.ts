import type { Kysely } from "kysely";
import { sql } from "kysely";

/** Where the scripts of a tenant may send requests, instead of what its plan says. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql`alter table skerry.tenants add column http jsonb`.execute(database);
}
