import { sql } from "kysely";
import type { Selectable } from "kysely";
import type { OwnTablesTable } from "../db/tables/own-tables.ts";
import type { Queries } from "../db/tenant-scope.ts";
import { addStoredBytes } from "../quotas/repository.ts";
import type { PageRequest } from "../rest/paging.ts";
import type { TableDefinition } from "./table.ts";
import { nameTable, nameTenantSchema } from "./table-plan.ts";

/** Carries the id of a tenant whose tables changed, when the change commits. */
export const OWN_TABLES_CHANNEL = "skerry_own_tables";

export type OwnTableRow = Omit<Selectable<OwnTablesTable>, "tenant_id">;

const COLUMNS = ["name", "definition", "bytes", "created_at", "updated_at"] as const;
/** How long a change waits for statements of scripts. */
const LOCK_MS = 2_000;

/** In the order of their names. */
export async function listOwnTables(
  queries: Queries,
  tenantId: string,
  { limit, cursor }: PageRequest,
): Promise<OwnTableRow[]> {
  return await queries
    .selectFrom("own_tables")
    .select(COLUMNS)
    .where("tenant_id", "=", tenantId)
    .$if(cursor !== undefined, (query) => query.where("name", ">", cursor ?? ""))
    .orderBy("name")
    .limit(limit + 1)
    .execute();
}

export async function findOwnTable(
  queries: Queries,
  tenantId: string,
  name: string,
): Promise<OwnTableRow | undefined> {
  return await queries
    .selectFrom("own_tables")
    .select(COLUMNS)
    .where("tenant_id", "=", tenantId)
    .where("name", "=", name)
    .executeTakeFirst();
}

/** How many the tenant has. Nobody else changes which until the transaction ends. */
export async function lockOwnTables(queries: Queries, tenantId: string): Promise<number> {
  await sql`select set_config('lock_timeout', ${String(LOCK_MS)}, true),
    pg_advisory_xact_lock(hashtextextended(${`${OWN_TABLES_CHANNEL}:${tenantId}`}, 0))`.execute(queries);
  const { count } = await queries
    .selectFrom("own_tables")
    .select(sql<number>`count(*)`.as("count"))
    .where("tenant_id", "=", tenantId)
    .executeTakeFirstOrThrow();
  return count;
}

/** Runs the statements of a plan and notes what the table is now. */
export async function saveOwnTable(
  queries: Queries,
  { tenantId, name, definition }: NewOwnTable,
  statements: readonly string[],
): Promise<OwnTableRow> {
  for (const statement of statements) await sql.raw(statement).execute(queries);
  const text = JSON.stringify(definition);
  const row = await queries
    .insertInto("own_tables")
    .values({ tenant_id: tenantId, name, definition: text })
    .onConflict((conflict) =>
      conflict.columns(["tenant_id", "name"]).doUpdateSet({ definition: text, updated_at: sql<Date>`now()` }),
    )
    .returning(COLUMNS)
    .executeTakeFirstOrThrow();
  await announce(queries, tenantId);
  return row;
}

export interface NewOwnTable {
  readonly tenantId: string;
  readonly name: string;
  readonly definition: TableDefinition;
}

/** Counts the rows anew, where a column was added or dropped. @returns their bytes. */
export async function recountOwnTable(queries: Queries, tenantId: string, name: string): Promise<number> {
  const { rows } = await sql<{ bytes: number; growth: number }>`
    with measured as (select skerry.measure_own_table(${nameTable(tenantId, name)}::regclass) as bytes),
      held as (select bytes from skerry.own_tables where tenant_id = ${tenantId} and name = ${name})
    update skerry.own_tables own set bytes = measured.bytes from measured, held
      where own.tenant_id = ${tenantId} and own.name = ${name}
      returning own.bytes, measured.bytes - held.bytes as growth`.execute(queries);
  const [{ bytes, growth } = { bytes: 0, growth: 0 }] = rows;
  await addStoredBytes(queries, tenantId, growth);
  return bytes;
}

/** Drops the table with its rows. @returns what it was, or undefined when there is none. */
export async function dropOwnTable(
  queries: Queries,
  tenantId: string,
  name: string,
): Promise<OwnTableRow | undefined> {
  // The table first: what scripts do to it until then counts.
  if ((await findOwnTable(queries, tenantId, name)) === undefined) return undefined;
  await sql.raw(`drop table ${nameTable(tenantId, name)}`).execute(queries);
  const row = await queries
    .deleteFrom("own_tables")
    .where("tenant_id", "=", tenantId)
    .where("name", "=", name)
    .returning(COLUMNS)
    .executeTakeFirst();
  await addStoredBytes(queries, tenantId, -(row?.bytes ?? 0));
  await announce(queries, tenantId);
  return row;
}

/** Drops everything of a tenant that is being removed. */
export async function dropTenantSchema(queries: Queries, tenantId: string): Promise<void> {
  await sql.raw(`drop schema if exists ${sqlName(tenantId)} cascade`).execute(queries);
}

function sqlName(tenantId: string): string {
  return `"${nameTenantSchema(tenantId)}"`;
}

async function announce(queries: Queries, tenantId: string): Promise<void> {
  await sql`select pg_notify(${OWN_TABLES_CHANNEL}, ${tenantId})`.execute(queries);
}
