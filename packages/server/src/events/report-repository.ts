import { sql } from "kysely";
import type { ExecutionState } from "../db/schema.ts";
import type { Queries } from "../db/tenant-scope.ts";
import type { EventRow } from "./repository.ts";

/** A stored event with the beginning of its payload. */
export interface SummaryRow extends EventRow {
  readonly payload_start: string;
}

/** Which events are listed. */
export interface SummaryFilter {
  /** Undefined for any. */
  readonly types: readonly string[] | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** The newest of each type first, of which the newest are taken: so the index of types serves patterns too. */
export async function listSummaries(
  queries: Queries,
  tenantId: string,
  { types, from, to, cursor, limit }: SummaryFilter,
): Promise<SummaryRow[]> {
  const columns = sql`
    event.id, event.seq, event.type, event.depth, event.actor, event.matched, event.filtered, event.published_at,
    left(event.payload::text, ${PAYLOAD_START}) as payload_start`;
  const fitting = sql`
    event.tenant_id = ${tenantId} and event.seq < ${Number(cursor ?? Number.MAX_SAFE_INTEGER)}
    and (${from ?? null}::timestamptz is null or event.published_at >= ${from ?? null}::timestamptz)
    and (${to ?? null}::timestamptz is null or event.published_at < ${to ?? null}::timestamptz)`;
  const newest = sql`order by event.seq desc limit ${limit + 1}`;
  const statement =
    types === undefined
      ? sql<SummaryRow>`select ${columns} from skerry.events event where ${fitting} ${newest}`
      : sql<SummaryRow>`
          select event.* from unnest(${types}::text[]) as wanted (type)
          cross join lateral (
            select ${columns} from skerry.events event where ${fitting} and event.type = wanted.type ${newest}
          ) event ${newest}`;
  const { rows } = await statement.execute(queries);
  return rows;
}

const PAYLOAD_START = 200;

/** The types of a tenant's events, in order, at a cost that grows with them and not with the events. */
export async function listTypes(queries: Queries, tenantId: string, limit: number): Promise<string[]> {
  const { rows } = await sql<{ type: string }>`
    with recursive found as (
      (select type, 1 as place from skerry.events where tenant_id = ${tenantId} order by type limit 1)
      union all
      select (
        select type from skerry.events
        where tenant_id = ${tenantId} and type > found.type order by type limit 1
      ), place + 1 from found where found.type is not null and place < ${limit}::integer
    )
    select type from found where type is not null`.execute(queries);
  return rows.map(({ type }) => type);
}

/** How far a script has come with an event, by the newest execution of the script that handles it. */
export interface DeliveryRow {
  readonly event_id: string;
  readonly script_id: string;
  readonly script_name: string;
  readonly status: ExecutionState;
  /** Whether there may be another attempt. */
  readonly has_job: boolean;
  readonly dead_letter_id: string | null;
}

/** By event and script. Of each event only the newest `limit` executions are looked at. */
export async function listDeliveries(
  queries: Queries,
  tenantId: string,
  eventIds: readonly string[],
  limit: number,
): Promise<DeliveryRow[]> {
  const { rows } = await sql<DeliveryRow>`
    with newest as (
      select distinct on (wanted.id, execution.script_id)
        wanted.id as event_id, execution.script_id, execution.status, execution.job_id
      from unnest(${eventIds}::text[]) as wanted (id)
      cross join lateral (
        select id, script_id, status, job_id from skerry.executions
        where tenant_id = ${tenantId} and event_id = wanted.id order by id desc limit ${limit}
      ) execution
      order by wanted.id, execution.script_id, execution.id desc
    )
    select newest.event_id, newest.script_id, script.name as script_name, newest.status,
      exists (
        select from skerry.jobs job where job.tenant_id = ${tenantId} and job.id = newest.job_id
      ) as has_job,
      letter.id as dead_letter_id
    from newest
    join skerry.scripts script on script.tenant_id = ${tenantId} and script.id = newest.script_id
    left join lateral (
      select id from skerry.dead_letters
      where tenant_id = ${tenantId} and event_id = newest.event_id and script_id = newest.script_id
      order by id desc limit 1
    ) letter on true
    order by newest.event_id, script.name`.execute(queries);
  return rows;
}
