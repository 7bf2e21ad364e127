import { sql } from "kysely";
import type { Queries } from "../db/tenant-scope.ts";

/** Any number that no other lock of ours has. */
const FAN_OUT_LOCK = 0x736b_6576;

/**
 * Sees to it that nobody else hands out events of the tenant before the transaction ends, which the database ends
 * itself when nothing is asked in it for 10 s. @returns false when somebody does.
 */
export async function tryLockFanOut(queries: Queries, tenantId: string): Promise<boolean> {
  const { rows } = await sql<{ locked: boolean }>`
    select set_config('idle_in_transaction_session_timeout', '10s', true),
      pg_try_advisory_xact_lock(${FAN_OUT_LOCK}, hashtext(${tenantId})) as locked`.execute(queries);
  return rows[0]?.locked === true;
}
