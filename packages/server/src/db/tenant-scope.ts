import type { Kysely, QueryCreator, QueryExecutorProvider } from "kysely";
import { sql } from "kysely";

import { DatabaseError, isTransactionConflict } from "./errors.ts";
import type { Database } from "./open.ts";
import type { Schema } from "./schema.ts";
import { TENANT_ROLE } from "./tenant-role.ts";

/**
 * What a repository needs to ask: the query builders, and `sql` templates by `execute(queries)`. Transactions are
 * not among it, so that nobody leaves the scope from inside. A `Kysely<Schema>` is one too.
 */
export type Queries = QueryCreator<Schema> & QueryExecutorProvider & Pick<Kysely<Schema>, "fn">;

/** The form of a tenant id, also checked by the table `tenants`. */
export const TENANT_ID_PATTERN = /^[a-z0-9][a-z0-9-]{0,62}$/;

/**
 * Runs `work` in one transaction that sees and changes only the rows of `tenantId`, even where a query forgets to
 * say so: the transaction takes on a role that row-level security holds to the tenant. It commits when `work`
 * resolves and rolls back when it rejects. After a deadlock with another transaction `work` is run again.
 *
 * This is the second lock of the platform's own code. It does not hold SQL that a tenant wrote, which could reset
 * the role.
 *
 * @throws DatabaseError `TENANT_ID_INVALID`, or `DATABASE_UNAVAILABLE` when no connection can be had.
 */
export async function withTenant<Result>(
  database: Database,
  tenantId: string,
  work: (queries: Queries) => Promise<Result>,
): Promise<Result> {
  if (!TENANT_ID_PATTERN.test(tenantId)) {
    throw new DatabaseError(
      "TENANT_ID_INVALID",
      `${JSON.stringify(tenantId.slice(0, 80))} is not a tenant id.`,
    );
  }
  // One text, one round trip. The pattern above leaves no character that could end the literal.
  const begin = `begin; set local role ${TENANT_ROLE}; select set_config('skerry.tenant', '${tenantId}', true)`;
  return runTransaction(database, begin, work);
}

/**
 * Runs `work` in one transaction that sees the rows of all tenants: for the operator's routes and the platform's own
 * housekeeping. Commits when `work` resolves and rolls back when it rejects.
 *
 * @throws DatabaseError `DATABASE_UNAVAILABLE` when no connection can be had.
 */
export async function withPlatform<Result>(
  database: Database,
  work: (queries: Queries) => Promise<Result>,
): Promise<Result> {
  return runTransaction(database, "begin", work);
}

/** What is to be done after a transaction that has not ended yet. */
const actsAfter = new WeakMap<Queries, (() => void)[]>();

/**
 * Has `act` called once when the transaction of `queries` has committed, and never where it is rolled back: for what
 * cannot be taken back, such as counting. Outside of a transaction each statement commits by itself, so `act` is called
 * at once. It must not throw.
 */
export function afterCommit(queries: Queries, act: () => void): void {
  const acts = actsAfter.get(queries);
  if (acts === undefined) act();
  else acts.push(act);
}

/** How often a transaction is begun that others got in the way of. */
const MAX_ATTEMPTS = 4;

/** The loser of a deadlock lost nothing but its turn: it is run again, from its beginning. */
async function runTransaction<Result>(
  database: Database,
  begin: string,
  work: (queries: Queries) => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await tryTransaction(database, begin, work);
    } catch (error) {
      if (attempt === MAX_ATTEMPTS || !isTransactionConflict(error)) throw error;
    }
  }
}

/** Kysely's own transactions send `begin` alone, which would cost the tenant's scope a second round trip. */
async function tryTransaction<Result>(
  database: Database,
  begin: string,
  work: (queries: Queries) => Promise<Result>,
): Promise<Result> {
  return database.kysely.connection().execute(async (connection) => {
    await sql.raw(begin).execute(connection);
    const acts: (() => void)[] = [];
    actsAfter.set(connection, acts);
    let result: Result;
    try {
      result = await work(connection);
    } catch (error) {
      // A connection that cannot roll back is lost, and its server rolls back by itself; the cause is what counts.
      await sql
        .raw("rollback")
        .execute(connection)
        .catch(() => {});
      throw error;
    }
    await commit(connection);
    for (const act of acts) act();
    return result;
  });
}

/** After a failed statement Postgres answers COMMIT with ROLLBACK; swallowing that would lose writes in silence. */
async function commit(connection: Kysely<Schema>): Promise<void> {
  const { rows } = await sql.raw<{ command?: string }>("commit").execute(connection);
  if (rows[0]?.command === "ROLLBACK") {
    throw new Error("the transaction was rolled back because one of its statements had failed");
  }
}
