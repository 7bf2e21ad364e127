import type { Kysely } from "kysely";
import { sql } from "kysely";

/** Names of secrets may have lower case, dots and hyphens, as products name theirs. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `alter table skerry.secrets
         drop constraint secrets_name_check,
         add constraint secrets_name_check check (name ~ '^[A-Za-z][A-Za-z0-9_.-]{0,63}$')`,
    )
    .execute(database);
}
