import { sql } from "kysely";
import type { Selectable } from "kysely";
import type { AuditHeadsTable, AuditLogTable } from "../db/schema.ts";
import type { Queries } from "../db/tenant-scope.ts";
import type { AuditQuery } from "./record.ts";

export type AuditRow = Omit<Selectable<AuditLogTable>, "tenant_id">;

/** A record before the database gives it number, time and place in its chain. */
export interface NewAuditRecord {
  readonly actor: string;
  readonly action: string;
  readonly targetType: string;
  readonly targetId: string;
  readonly targetName: string | null;
  /** JSON text. */
  readonly before: string | null;
  /** JSON text. */
  readonly after: string | null;
  readonly address: string | null;
  readonly requestId: string | null;
}

/** Appends to the chain, which stays locked until the transaction ends. */
export async function insertRecord(queries: Queries, chain: string, record: NewAuditRecord): Promise<void> {
  await queries
    .insertInto("audit_log")
    .values({
      tenant_id: chain,
      actor: record.actor,
      action: record.action,
      target_type: record.targetType,
      target_id: record.targetId,
      target_name: record.targetName,
      before: record.before,
      after: record.after,
      address: record.address,
      request_id: record.requestId,
    })
    .execute();
}

export interface RecordsQuery extends AuditQuery {
  /** Leaves out what was recorded before the present tenant of this id was made. */
  readonly sinceTenantExists: boolean;
}

/** Newest first. */
export async function listRecords(
  queries: Queries,
  chain: string,
  { limit, cursor, action, actor, target, from, to, sinceTenantExists }: RecordsQuery,
): Promise<AuditRow[]> {
  return await queries
    .selectFrom("audit_log")
    .selectAll()
    .where("tenant_id", "=", chain)
    .$if(cursor !== undefined, (query) => query.where("seq", "<", Number(cursor)))
    .$if(action !== undefined, (query) => query.where("action", "=", action ?? ""))
    .$if(actor !== undefined, (query) => query.where("actor", "=", actor ?? ""))
    .$if(target !== undefined, (query) => query.where("target_id", "=", target ?? ""))
    .$if(from !== undefined, (query) => query.where("at", ">=", from ?? new Date(0)))
    .$if(to !== undefined, (query) => query.where("at", "<", to ?? new Date(0)))
    .$if(sinceTenantExists, (query) =>
      query.where("at", ">=", (row) =>
        row
          .selectFrom("tenants")
          .select(sql<Date>`date_trunc('milliseconds', created_at)`.as("madeAt"))
          .where("id", "=", chain),
      ),
    )
    .orderBy("seq", "desc")
    .limit(limit + 1)
    .execute();
}

/** @returns the chain's last record, or undefined while there is none. */
export async function findHead(
  queries: Queries,
  chain: string,
): Promise<Omit<Selectable<AuditHeadsTable>, "tenant_id"> | undefined> {
  return await queries
    .selectFrom("audit_heads")
    .select(["seq", "hash"])
    .where("tenant_id", "=", chain)
    .executeTakeFirst();
}
