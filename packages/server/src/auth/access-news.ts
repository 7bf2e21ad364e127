import { sql } from "kysely";
import type { Database } from "../db/open.ts";
import type { Queries } from "../db/tenant-scope.ts";

/** Carries the id of a tenant, or nothing for the operators, when somebody's access ended or changed. */
const ACCESS_CHANNEL = "skerry_access";

/**
 * Tells all nodes, when the transaction commits, that a key, session, user or the status of a tenant changed.
 *
 * @param tenantId null for operators.
 */
export async function announceAccessChange(queries: Queries, tenantId: string | null): Promise<void> {
  await sql`select pg_notify(${ACCESS_CHANNEL}, ${tenantId ?? ""})`.execute(queries);
}

/** Hears what is announced, until disposed. Undefined stands for operators. */
export async function hearAccessChanges(
  database: Database,
  onChange: (tenantId: string | undefined) => void,
): Promise<AsyncDisposable> {
  return await database.listen(ACCESS_CHANNEL, {
    onNotification: (tenantId) => onChange(tenantId === "" ? undefined : tenantId),
  });
}
