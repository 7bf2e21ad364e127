import { sql } from "kysely";
import type { ExpressionBuilder } from "kysely";
import type { Schema } from "../db/schema.ts";
import type { Queries } from "../db/tenant-scope.ts";
import type { JsonValue } from "@skerry/sandbox";
import type { TraceContext } from "../observability/trace-context.ts";
import type { EventsQuery } from "./event.ts";

/** Where events that were published are told of: the payload is the tenant's id. */
export const EVENT_CHANNEL = "skerry_events";

/** An event to store. */
export interface NewEvent {
  readonly id: string;
  readonly type: string;
  readonly payload: JsonValue;
}

/** Where events come from. */
export interface EventOrigin {
  readonly actor: string;
  readonly depth: number;
  /** Where in a trace they are published. */
  readonly trace?: TraceContext | undefined;
}

/** A stored event without its payload. */
export interface EventRow {
  readonly id: string;
  readonly seq: number;
  readonly type: string;
  readonly depth: number;
  readonly actor: string;
  readonly matched: number | null;
  readonly filtered: number | null;
  readonly published_at: Date;
}

const COLUMNS = ["id", "seq", "type", "depth", "actor", "matched", "filtered", "published_at"] as const;

/** Stores events in their order; those whose id is there already are left out. */
export async function insertEvents(
  queries: Queries,
  tenantId: string,
  events: readonly NewEvent[],
  { actor, depth, trace }: EventOrigin,
): Promise<void> {
  await sql`
    insert into skerry.events (tenant_id, id, type, payload, depth, actor, trace_context)
    select ${tenantId}, id, type, payload::json, ${depth}, ${actor}, ${trace ?? null}::text
    from unnest(
      ${events.map(({ id }) => id)}::text[], ${events.map(({ type }) => type)}::text[],
      ${events.map(({ payload }) => JSON.stringify(payload))}::text[]
    ) with ordinality as event (id, type, payload, place)
    order by place
    on conflict (tenant_id, id) do nothing
  `.execute(queries);
}

export async function findEvent(queries: Queries, tenantId: string, id: string) {
  return await queries
    .selectFrom("events")
    .select([...COLUMNS, "payload", "is_waiting"])
    .where("tenant_id", "=", tenantId)
    .where("id", "=", id)
    .executeTakeFirst();
}

/** Newest first. */
export async function listEvents(
  queries: Queries,
  tenantId: string,
  { limit, cursor, type, from, to }: EventsQuery,
): Promise<EventRow[]> {
  return await queries
    .selectFrom("events")
    .select(COLUMNS)
    .where("tenant_id", "=", tenantId)
    .$if(cursor !== undefined, (query) => query.where("seq", "<", Number(cursor)))
    .$if(type !== undefined, (query) => query.where("type", "=", type ?? ""))
    .where((row) => isWithin(row, "published_at", from, to))
    .orderBy("seq", "desc")
    .limit(limit + 1)
    .execute();
}

/** Tells of a moment that it is within these bounds, of which either may be open. */
function isWithin(
  row: ExpressionBuilder<Schema, "events">,
  column: "published_at",
  from: Date | undefined,
  to: Date | undefined,
) {
  return row.and([
    ...(from === undefined ? [] : [row(column, ">=", from)]),
    ...(to === undefined ? [] : [row(column, "<", to)]),
  ]);
}

/** An event that waits to be handed out. */
export interface WaitingEventRow extends EventRow {
  readonly trace_context: TraceContext | null;
}

/** In the order they were published, to be handed out. */
export async function listWaitingEvents(
  queries: Queries,
  tenantId: string,
  limit: number,
): Promise<WaitingEventRow[]> {
  return await queries
    .selectFrom("events")
    .select([...COLUMNS, "trace_context"])
    .where("tenant_id", "=", tenantId)
    .where("is_waiting", "=", true)
    .orderBy("seq")
    .limit(limit)
    .execute();
}

/** What events say, by their ids: the first in the order of publishing up to `maxBytes` as JSON, one at least. */
export async function readPayloads(
  queries: Queries,
  tenantId: string,
  ids: readonly string[],
  maxBytes: number,
): Promise<ReadonlyMap<string, JsonValue>> {
  const { rows } = await sql<{ id: string; payload: JsonValue }>`
    select id, payload from (
      select id, payload, seq, sum(octet_length(payload::text)) over (order by seq) as bytes,
        row_number() over (order by seq) as place
      from skerry.events where tenant_id = ${tenantId} and id = any(${ids}::text[])
    ) as event where bytes <= ${maxBytes}::float8 or place = 1`.execute(queries);
  return new Map(rows.map(({ id, payload }) => [id, payload]));
}

/** What became of an event. */
export interface EndedWaiting {
  readonly id: string;
  /** Scripts whose patterns fit. */
  readonly matched: number;
  /** Those of them whose filters kept it away. */
  readonly filtered: number;
}

/** Notes that waiting events were handed out. */
export async function endWaiting(
  queries: Queries,
  tenantId: string,
  events: readonly EndedWaiting[],
): Promise<void> {
  await sql`
    update skerry.events event set is_waiting = false, matched = ended.matched, filtered = ended.filtered
    from unnest(
      ${events.map(({ id }) => id)}::text[], ${events.map(({ matched }) => matched)}::integer[],
      ${events.map(({ filtered }) => filtered)}::integer[]
    ) as ended (id, matched, filtered)
    where event.tenant_id = ${tenantId} and event.id = ended.id`.execute(queries);
}

/** Tenants with waiting events, at a cost that grows with those tenants and not with the events. */
export async function listWaitingTenants(queries: Queries, limit: number): Promise<string[]> {
  const { rows } = await sql<{ tenant_id: string }>`
    with recursive waiting as (
      (select tenant_id from skerry.events where is_waiting order by tenant_id limit 1)
      union all
      select (
        select tenant_id from skerry.events
        where is_waiting and tenant_id > waiting.tenant_id order by tenant_id limit 1
      ) from waiting where waiting.tenant_id is not null
    )
    select tenant_id from waiting where tenant_id is not null limit ${limit}`.execute(queries);
  return rows.map(({ tenant_id }) => tenant_id);
}

/** Removes events that were handed out before this moment. @returns how many. */
export async function deleteOldEvents(
  queries: Queries,
  tenantId: string,
  { before, limit }: { readonly before: Date; readonly limit: number },
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    with old as (
      select id from (
        select id, published_at, is_waiting from skerry.events
        where tenant_id = ${tenantId} order by seq limit ${limit}
      ) as oldest
      where published_at < ${before} and not is_waiting
    ), removed as (
      delete from skerry.events event using old
      where event.tenant_id = ${tenantId} and event.id = old.id returning event.id
    )
    select count(*) as count from removed`.execute(queries);
  return rows[0]?.count ?? 0;
}
