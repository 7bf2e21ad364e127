import type { JsonObject } from "@skerry/sandbox";
import { sql } from "kysely";
import type { Queries } from "../db/tenant-scope.ts";
import { recordedTraceId } from "../observability/trace-context.ts";
import type { QueuedOrder } from "./order.ts";

/** An order as it is written down: its first attempt, which has yet to run. */
export interface PendingOrder extends QueuedOrder {
  /** Of the first attempt and of the job. */
  readonly id: string;
  /** As JSON text that may be kept. */
  readonly keptInput: string;
}

/**
 * Writes the first attempts of orders of any tenants. Their version is the one that is published now, or 0, until they
 * run.
 *
 * @returns the ids of those written: an order whose key was used before is left out.
 */
export async function insertPending(
  queries: Queries,
  orders: readonly PendingOrder[],
): Promise<ReadonlySet<string>> {
  const columnOf = (read: (order: PendingOrder) => unknown) =>
    sql`${orders.map((order) => read(order) ?? null)}`;
  const { rows } = await sql<{ id: string }>`
    insert into skerry.executions (
      tenant_id, id, script_id, version, trigger, status, input, job_id, order_key, start_after,
      replay_of, parent_id, event_id, request_id, actor, trace_id)
    select wish.tenant_id, wish.id, wish.script_id, coalesce(wish.version, script.active_version, 0), wish.trigger,
      'pending', wish.input, wish.id, wish.order_key, wish.start_after,
      wish.replay_of, wish.parent_id, wish.event_id, wish.request_id, wish.actor, wish.trace_id
    from unnest(
      ${columnOf(({ tenantId }) => tenantId)}::text[], ${columnOf(({ id }) => id)}::uuid[],
      ${columnOf(({ scriptId }) => scriptId)}::uuid[], ${columnOf(({ version }) => version)}::integer[],
      ${columnOf(({ trigger }) => trigger)}::text[], ${columnOf(({ keptInput }) => keptInput)}::json[],
      ${columnOf(({ key }) => key)}::text[], ${columnOf(({ startAfter }) => startAfter)}::timestamptz[],
      ${columnOf(({ correlation }) => correlation?.replayOf)}::uuid[],
      ${columnOf(({ correlation }) => correlation?.parentId)}::uuid[],
      ${columnOf(({ correlation }) => correlation?.eventId)}::text[],
      ${columnOf(({ correlation }) => correlation?.requestId)}::text[],
      ${columnOf(({ correlation }) => correlation?.actor)}::text[],
      ${columnOf(({ correlation }) => recordedTraceId(correlation?.trace))}::text[]
    ) with ordinality as wish (
      tenant_id, id, script_id, version, trigger, input, order_key, start_after,
      replay_of, parent_id, event_id, request_id, actor, trace_id, place)
    left join skerry.scripts script on script.tenant_id = wish.tenant_id and script.id = wish.script_id
    order by wish.place
    on conflict (tenant_id, order_key) where order_key is not null do nothing
    returning id
  `.execute(queries);
  return new Set(rows.map(({ id }) => id));
}

/** An attempt of a job. */
export interface AttemptKey {
  readonly tenantId: string;
  readonly jobId: string;
  readonly attempt: number;
}

/** How an attempt ends that nobody saw the end of. */
export interface UnseenEnd {
  readonly status: "failed" | "cancelled";
  /** 0 for what never ran. */
  readonly durationMs: 0 | null;
  readonly error: { readonly code: string; readonly message: string };
}

/**
 * Ends the attempts of a job that are open, up to the one with the number `attempt`.
 *
 * @returns their ids.
 */
export async function endOpenAttempts(
  queries: Queries,
  { tenantId, jobId, attempt }: AttemptKey,
  { status, error, durationMs }: UnseenEnd,
): Promise<readonly string[]> {
  const rows = await queries
    .updateTable("executions")
    .set({ status, error: { ...error }, duration_ms: durationMs, completed_at: sql<Date>`clock_timestamp()` })
    .where("tenant_id", "=", tenantId)
    .where("job_id", "=", jobId)
    .where("attempt", "<=", attempt)
    .where("completed_at", "is", null)
    .returning("id")
    .execute();
  return rows.map(({ id }) => id);
}

/** @returns the id of an attempt that was written down and did not end; undefined when there is none. */
export async function findOpenAttempt(
  queries: Queries,
  { tenantId, jobId, attempt }: AttemptKey,
): Promise<string | undefined> {
  const row = await queries
    .selectFrom("executions")
    .select("id")
    .where("tenant_id", "=", tenantId)
    .where("job_id", "=", jobId)
    .where("attempt", "=", attempt)
    .where("completed_at", "is", null)
    .executeTakeFirst();
  return row?.id;
}

/** One attempt that did not succeed. */
export interface FailedAttempt {
  readonly executionId: string;
  readonly code: string;
  readonly message: string;
  /** RFC 3339. */
  readonly at: string;
}

/** The attempts of a job that failed, oldest first. */
export async function listFailedAttempts(
  queries: Queries,
  tenantId: string,
  jobId: string,
): Promise<readonly FailedAttempt[]> {
  const rows = await queries
    .selectFrom("executions")
    .select(["id", "error", "completed_at", "created_at"])
    .where("tenant_id", "=", tenantId)
    .where("job_id", "=", jobId)
    .where("error", "is not", null)
    .orderBy("id")
    .execute();
  return rows.map(({ id, error, completed_at, created_at }) => {
    const { code, message } = error as JsonObject & UnseenEnd["error"];
    return { executionId: id, code, message, at: (completed_at ?? created_at).toISOString() };
  });
}
