import { sql } from "kysely";
import type { Queries } from "../db/tenant-scope.ts";

/** Carries `node tenant kind`: the node needs of this quota what others hold and do not use. */
export const RECALL_CHANNEL = "skerry_quotas";

/** What a node tells of one counter, and what it asks for. Amounts are whole. */
export interface Exchange {
  readonly tenantId: string;
  readonly kind: string;
  /** Start of the period, in ms since the epoch. */
  readonly period: number;
  /** The day that the spending belongs to. */
  readonly day: string;
  readonly spent: number;
  readonly returned: number;
  readonly inUse: number;
  /** 0 to take no more. */
  readonly needed: number;
  readonly ceiling: number;
}

/** What is so after an exchange. */
export interface Exchanged {
  /** What the node holds now. */
  readonly amount: number;
  readonly used: number;
  readonly heldByOthers: number;
}

/**
 * Carries exchanges out, all or none, and takes back what nodes hold that were not seen for `lostAfterMs`, where it is
 * needed.
 *
 * @returns for each in turn what is so then; undefined when there is no such tenant.
 */
export async function exchangeGrants(
  queries: Queries,
  nodeId: string,
  exchanges: readonly Exchange[],
  lostAfterMs: number,
): Promise<(Exchanged | undefined)[]> {
  const orders = exchanges.map((exchange, ordinal) => ({
    ...exchange,
    ordinal,
    period: new Date(exchange.period).toISOString(),
  }));
  // The order keeps two nodes from waiting for each other's counters.
  const { rows } = await sql<Exchanged & { ordinal: number }>`
    select wish.ordinal, done.amount::float8 as amount, done.used::float8 as used,
      done.held_by_others::float8 as "heldByOthers"
    from (
      select * from jsonb_to_recordset(${JSON.stringify(orders)}::jsonb) as parsed (
        ordinal integer, "tenantId" text, kind text, period timestamptz, day date,
        spent bigint, returned bigint, "inUse" bigint, needed bigint, ceiling bigint
      )
      order by "tenantId", kind, period
    ) as wish
    cross join lateral skerry.exchange_quota(
      wish."tenantId", wish.kind, wish.period, wish.day, ${nodeId}::uuid, wish.spent, wish.returned,
      wish."inUse", wish.needed, wish.ceiling, now() - ${lostAfterMs}::float8 * interval '1 millisecond'
    ) as done
  `.execute(queries);
  const answers = new Map(rows.map(({ ordinal, ...answer }) => [ordinal, answer]));
  return exchanges.map((_, ordinal) => answers.get(ordinal));
}

export async function announceRecall(
  queries: Queries,
  nodeId: string,
  tenantId: string,
  kind: string,
): Promise<void> {
  await sql`select pg_notify(${RECALL_CHANNEL}, ${`${nodeId} ${tenantId} ${kind}`})`.execute(queries);
}

/** Tells that the node is alive. */
export async function touchNode(queries: Queries, id: string): Promise<void> {
  await queries
    .insertInto("quota_nodes")
    .values({ id })
    .onConflict((conflict) => conflict.column("id").doUpdateSet({ seen_at: sql<Date>`now()` }))
    .execute();
}

/** Leaves what the node still holds to the others. */
export async function deleteNode(queries: Queries, id: string): Promise<void> {
  await queries.deleteFrom("quota_nodes").where("id", "=", id).execute();
}

/** Removes what no limit and no report needs any more: requests are counted by the minute. */
export async function deleteOldCounts(queries: Queries, minuteKinds: readonly string[]): Promise<void> {
  await queries
    .deleteFrom("quota_counters")
    .where("kind", "in", [...minuteKinds])
    .where("period", "<", sql<Date>`now() - interval '1 hour'`)
    .execute();
  await queries
    .deleteFrom("quota_nodes")
    .where("seen_at", "<", sql<Date>`now() - interval '1 day'`)
    .execute();
}

/** What is used of one quota in one period. */
export interface UseRow {
  readonly kind: string;
  readonly period: Date;
  readonly used: number;
  readonly inUse: number;
}

/** What a tenant uses in the periods that begin at these moments. */
export async function listUse(
  queries: Queries,
  tenantId: string,
  periods: readonly Date[],
): Promise<UseRow[]> {
  return await queries
    .selectFrom("quota_counters as counter")
    .select((row) => [
      "counter.kind",
      "counter.period",
      sql<number>`counter.used::float8`.as("used"),
      row
        .selectFrom("quota_grants as held")
        .select(sql<number>`coalesce(sum(held.in_use), 0)::float8`.as("total"))
        .whereRef("held.tenant_id", "=", "counter.tenant_id")
        .whereRef("held.kind", "=", "counter.kind")
        .whereRef("held.period", "=", "counter.period")
        .$asScalar()
        .$notNull()
        .as("inUse"),
    ])
    .where("counter.tenant_id", "=", tenantId)
    .where("counter.period", "in", [...periods])
    .execute();
}

/** Counts bytes that are stored where no row does it by itself. */
export async function addStoredBytes(queries: Queries, tenantId: string, delta: number): Promise<void> {
  await sql`select skerry.add_stored_bytes(${tenantId}, ${delta})`.execute(queries);
}

/** What a tenant stores in all, as this transaction leaves it, and what the transaction added. */
export interface StoredBytes {
  readonly used: number;
  readonly growth: number;
}

export async function readStoredBytes(queries: Queries, tenantId: string): Promise<StoredBytes | undefined> {
  return await queries
    .selectFrom("quota_counters")
    .select([
      sql<number>`used::float8`.as("used"),
      sql<number>`coalesce(nullif(current_setting('skerry.stored_growth', true), ''), '0')::float8`.as(
        "growth",
      ),
    ])
    .where("tenant_id", "=", tenantId)
    .where("kind", "=", "storedBytes")
    .where("period", "=", new Date(0))
    .executeTakeFirst();
}

/** What was used of one quota on one day. */
export interface UsageDayRow {
  /** As `2026-11-22`. */
  readonly day: string;
  readonly kind: string;
  readonly used: number;
}

/** Both days inclusive, oldest first. */
export async function listUsageDays(
  queries: Queries,
  tenantId: string,
  from: string,
  to: string,
): Promise<UsageDayRow[]> {
  return await queries
    .selectFrom("usage_days")
    .select([sql<string>`day::text`.as("day"), "kind", sql<number>`used::float8`.as("used")])
    .where("tenant_id", "=", tenantId)
    .where("day", ">=", sql<Date>`${from}::date`)
    .where("day", "<=", sql<Date>`${to}::date`)
    .orderBy("day")
    .execute();
}
