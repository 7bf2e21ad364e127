import type { Kysely } from "kysely";
import { sql } from "kysely";
import type { Migration } from "kysely/migration";
import { Migrator } from "kysely/migration";
import type { Pool } from "pg";
import pg from "pg";

import { DatabaseError } from "./errors.ts";
import * as firstStorey from "./migrations/0001-first-storey.ts";
import * as repeatedRequests from "./migrations/0002-repeated-requests.ts";
import * as permissions from "./migrations/0003-permissions.ts";
import * as people from "./migrations/0004-people.ts";
import * as drafts from "./migrations/0005-drafts.ts";
import * as executions from "./migrations/0006-executions.ts";
import * as audit from "./migrations/0007-audit.ts";
import * as secrets from "./migrations/0008-secrets.ts";
import * as quotas from "./migrations/0009-quotas.ts";
import * as jobs from "./migrations/0010-jobs.ts";
import * as queuedExecutions from "./migrations/0011-queued-executions.ts";
import * as schedules from "./migrations/0012-schedules.ts";
import * as events from "./migrations/0013-events.ts";
import * as orderedEvents from "./migrations/0014-ordered-events.ts";
import * as alerts from "./migrations/0015-alerts.ts";
import * as scriptAccess from "./migrations/0016-script-access.ts";
import * as storageAndCache from "./migrations/0017-storage-and-cache.ts";
import * as services from "./migrations/0018-services.ts";
import * as modules from "./migrations/0019-modules.ts";
import * as tenantHosts from "./migrations/0020-tenant-hosts.ts";
import * as ownTables from "./migrations/0021-own-tables.ts";
import * as executionTimelines from "./migrations/0022-execution-timelines.ts";
import * as nodes from "./migrations/0023-nodes.ts";
import * as deadLettersByEvent from "./migrations/0024-dead-letters-by-event.ts";
import * as traces from "./migrations/0025-traces.ts";
import * as claimsOfManyTenants from "./migrations/0026-claims-of-many-tenants.ts";
import * as secretNames from "./migrations/0027-secret-names.ts";
import type { Schema } from "./schema.ts";
import { ensureTenantRole } from "./tenant-role.ts";

/** Append-only: what was released is never edited, only followed by the next number. */
const MIGRATIONS: Record<string, Migration> = {
  "0001-first-storey": firstStorey,
  "0002-repeated-requests": repeatedRequests,
  "0003-permissions": permissions,
  "0004-people": people,
  "0005-drafts": drafts,
  "0006-executions": executions,
  "0007-audit": audit,
  "0008-secrets": secrets,
  "0009-quotas": quotas,
  "0010-jobs": jobs,
  "0011-queued-executions": queuedExecutions,
  "0012-schedules": schedules,
  "0013-events": events,
  "0014-ordered-events": orderedEvents,
  "0015-alerts": alerts,
  "0016-script-access": scriptAccess,
  "0017-storage-and-cache": storageAndCache,
  "0018-services": services,
  "0019-modules": modules,
  "0020-tenant-hosts": tenantHosts,
  "0021-own-tables": ownTables,
  "0022-execution-timelines": executionTimelines,
  "0023-nodes": nodes,
  "0024-dead-letters-by-event": deadLettersByEvent,
  "0025-traces": traces,
  "0026-claims-of-many-tenants": claimsOfManyTenants,
  "0027-secret-names": secretNames,
};

/** Where the tables live. */
export const SCHEMA_NAME = "skerry";

/** Serialises everything below over all processes that start on one database; the number is arbitrary and ours. */
const START_LOCK = "7310583026410537";

const OLDEST_SERVER_VERSION = 150_000;
const INSUFFICIENT_PRIVILEGE = "42501";

/**
 * Brings the database to the present schema. Safe to call from any number of processes at once, and cheap when
 * there is nothing to do. All pending migrations commit together or not at all.
 *
 * @throws DatabaseError `DATABASE_VERSION`, `DATABASE_RIGHTS` or `DATABASE_NEWER`.
 */
export async function migrate(kysely: Kysely<Schema>, pool: Pool): Promise<void> {
  const lock = await pool.connect();
  try {
    // A lock of the transaction, not of the session: it also holds through a pooler such as PgBouncer.
    await lock.query("begin");
    await lock.query("select pg_advisory_xact_lock($1)", [START_LOCK]);
    await checkServerVersion(pool);
    await ensureTenantRole(pool);
    await ensureSchema(pool);
    await runMigrations(kysely);
  } finally {
    await lock.query("rollback").then(
      () => lock.release(),
      () => lock.release(true),
    );
  }
}

async function checkServerVersion(pool: Pool): Promise<void> {
  const { rows } = await pool.query<{ number: number; name: string }>(
    "select current_setting('server_version_num')::int as number, current_setting('server_version') as name",
  );
  const version = rows[0];
  if (version !== undefined && version.number >= OLDEST_SERVER_VERSION) return;
  throw new DatabaseError("DATABASE_VERSION", `PostgreSQL is ${version?.name}; Skerry needs 15 or newer.`);
}

async function ensureSchema(pool: Pool): Promise<void> {
  // "if not exists" alone asks for the right to create even where there is nothing to create.
  const { rows } = await pool.query<{ there: boolean }>("select to_regnamespace($1) is not null as there", [
    SCHEMA_NAME,
  ]);
  if (rows[0]?.there === true) return;
  try {
    await pool.query(`create schema if not exists ${SCHEMA_NAME}`);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || error.code !== INSUFFICIENT_PRIVILEGE) throw error;
    throw new DatabaseError(
      "DATABASE_RIGHTS",
      `The database user may not create the schema ${SCHEMA_NAME} (${error.message}). Let an administrator run: ` +
        "GRANT CREATE ON DATABASE <database> TO <user>;",
      { cause: error },
    );
  }
}

async function runMigrations(kysely: Kysely<Schema>): Promise<void> {
  await refuseNewerDatabase(kysely);
  const { error } = await createMigrator(kysely).migrateToLatest();
  if (error !== undefined) throw error as Error;
}

/** Runs migrations by themselves, without what {@link migrate} looks at before. */
export function createMigrator(kysely: Kysely<Schema>): Migrator {
  return new Migrator({
    db: kysely,
    provider: { getMigrations: () => Promise.resolve(MIGRATIONS) },
    migrationTableSchema: SCHEMA_NAME,
    migrationTableName: "migrations",
    migrationLockTableName: "migration_lock",
  });
}

async function refuseNewerDatabase(kysely: Kysely<Schema>): Promise<void> {
  const table = await sql<{
    there: boolean;
  }>`select to_regclass('skerry.migrations') is not null as there`.execute(kysely);
  if (table.rows[0]?.there !== true) return;
  const applied = await sql<{ name: string }>`select name from skerry.migrations`.execute(kysely);
  const unknown = applied.rows.map((row) => row.name).filter((name) => !(name in MIGRATIONS));
  if (unknown.length === 0) return;
  throw new DatabaseError(
    "DATABASE_NEWER",
    `The database holds migrations that this version does not know: ${unknown.join(", ")}.`,
  );
}
