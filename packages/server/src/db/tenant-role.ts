import type { Pool } from "pg";
import pg from "pg";

import { DatabaseError } from "./errors.ts";

/** The role without login that tenant-scoped transactions take on; the policies of row-level security name it. */
export const TENANT_ROLE = "skerry_tenant";

/** Two databases of one cluster may make the role, which they share, at the same moment. */
const ALREADY_THERE = new Set(["42710" /* duplicate_object */, "23505" /* unique_violation */]);
const INSUFFICIENT_PRIVILEGE = "42501";

/** PostgreSQL 16 gave memberships the options INHERIT and SET. */
const MEMBERSHIP_OPTIONS_VERSION = 160_000;

/**
 * Makes {@link TENANT_ROLE} where it is missing and lets the connected user take it on. Roles belong to the whole
 * cluster, not to one database, so this is checked at every start and is no migration.
 *
 * @throws DatabaseError `DATABASE_RIGHTS` with the statements an administrator can run instead.
 */
export async function ensureTenantRole(pool: Pool): Promise<void> {
  const { rows } = await pool.query<RoleFacts>(
    `select current_user as "user",
            current_setting('server_version_num')::int as "serverVersion",
            exists (select from pg_roles where rolname = $1) as "exists"`,
    [TENANT_ROLE],
  );
  const facts = rows[0] as RoleFacts;
  const grant = membershipGrant(facts);
  try {
    if (!facts.exists) await createRole(pool);
    if (!(await canTakeRole(pool, facts))) await pool.query(grant);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || error.code !== INSUFFICIENT_PRIVILEGE) throw error;
    throw new DatabaseError(
      "DATABASE_RIGHTS",
      `The database user ${JSON.stringify(facts.user)} may not set up the role ${TENANT_ROLE} (${error.message}). ` +
        `Let an administrator run either: ALTER ROLE ${pg.escapeIdentifier(facts.user)} CREATEROLE; ` +
        `or: CREATE ROLE ${TENANT_ROLE} NOLOGIN; ${grant};`,
      { cause: error },
    );
  }
}

interface RoleFacts {
  readonly user: string;
  readonly serverVersion: number;
  readonly exists: boolean;
}

async function createRole(pool: Pool): Promise<void> {
  try {
    await pool.query(`create role ${TENANT_ROLE} nologin noinherit`);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || !ALREADY_THERE.has(error.code ?? "")) throw error;
  }
}

async function canTakeRole(pool: Pool, { serverVersion }: RoleFacts): Promise<boolean> {
  const privilege = serverVersion >= MEMBERSHIP_OPTIONS_VERSION ? "set" : "member";
  const { rows } = await pool.query<{ can: boolean }>("select pg_has_role($1, $2) as can", [
    TENANT_ROLE,
    privilege,
  ]);
  return rows[0]?.can === true;
}

/** The platform takes the role on but does not inherit its rights, where the server can tell the two apart. */
function membershipGrant({ user, serverVersion }: RoleFacts): string {
  const options = serverVersion >= MEMBERSHIP_OPTIONS_VERSION ? " with inherit false, set true" : "";
  return `grant ${TENANT_ROLE} to ${pg.escapeIdentifier(user)}${options}`;
}
