import type { Kysely } from "kysely";
import { sql } from "kysely";

/** Scopes of API keys become the permissions that users have too. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql.raw(RENAME_SCOPES).execute(database);
}

const RENAME_SCOPES = `
update skerry.api_keys set scopes = array(
  select distinct permission
  from unnest(scopes) as scope
  join (values
    ('scripts:read', 'scripts.read'),
    ('scripts:write', 'scripts.create'),
    ('scripts:write', 'scripts.update'),
    ('scripts:write', 'scripts.delete'),
    ('executions:read', 'executions.read'),
    ('executions:run', 'scripts.execute'),
    ('api-keys:manage', 'tenant.admin')
  ) as renamed (old, permission) on old = scope
);
`;
