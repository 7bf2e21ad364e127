import { randomUUIDv7 } from "node:crypto";
import type { JsonObject, JsonValue } from "@skerry/sandbox";
import { sql } from "kysely";
import type { Selectable } from "kysely";
import type { DeadLettersTable } from "../db/schema.ts";
import type { Queries } from "../db/tenant-scope.ts";
import { firstIdAt } from "../rest/ids.ts";

export type DeadLetterRow = Selectable<DeadLettersTable>;

/** With the name of the script, which may be deleted. */
export type NamedLetterRow = DeadLetterRow & { readonly script_name: string };

/** A delivery that was given up. */
export interface NewDeadLetter {
  readonly tenantId: string;
  readonly eventId: string;
  readonly type: string;
  readonly scriptId: string;
  readonly payload: JsonValue;
  readonly triggerFields: JsonObject;
  readonly attempts: JsonValue;
}

/** Which dead letters are meant: those that fit all of it. */
export interface DeadLetterFilter {
  readonly scriptId?: string | undefined;
  readonly type?: string | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

export async function insertDeadLetter(queries: Queries, letter: NewDeadLetter): Promise<void> {
  await queries
    .insertInto("dead_letters")
    .values({
      tenant_id: letter.tenantId,
      id: randomUUIDv7(),
      event_id: letter.eventId,
      type: letter.type,
      script_id: letter.scriptId,
      payload: JSON.stringify(letter.payload),
      trigger_fields: JSON.stringify(letter.triggerFields),
      attempts: JSON.stringify(letter.attempts),
    })
    .execute();
}

/** Newest first. */
export async function listDeadLetters(
  queries: Queries,
  tenantId: string,
  {
    limit,
    cursor,
    ...filter
  }: DeadLetterFilter & { readonly limit: number; readonly cursor?: string | undefined },
): Promise<Omit<NamedLetterRow, "payload" | "trigger_fields">[]> {
  return await select(queries, tenantId, filter)
    .select(SCRIPT_NAME)
    .select(["tenant_id", "id", "event_id", "type", "script_id", "attempts", "created_at"])
    .$if(cursor !== undefined, (query) => query.where("id", "<", cursor ?? ""))
    .orderBy("id", "desc")
    .limit(limit + 1)
    .execute();
}

export async function findDeadLetter(
  queries: Queries,
  tenantId: string,
  id: string,
): Promise<NamedLetterRow | undefined> {
  return await select(queries, tenantId, {})
    .selectAll()
    .select(SCRIPT_NAME)
    .where("id", "=", id)
    .executeTakeFirst();
}

/** At most `limit`. */
export async function countDeadLetters(
  queries: Queries,
  tenantId: string,
  filter: DeadLetterFilter,
  limit: number,
): Promise<number> {
  const { count } = await queries
    .selectFrom(select(queries, tenantId, filter).select("id").limit(limit).as("counted"))
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  return count;
}

const SCRIPT_NAME = sql<string>`(
  select name from skerry.scripts script
  where script.tenant_id = dead_letters.tenant_id and script.id = dead_letters.script_id
)`.as("script_name");

/** Oldest first, without those of deleted scripts and those that somebody else replays or deletes just now. */
export async function lockDeadLetters(
  queries: Queries,
  tenantId: string,
  filter: DeadLetterFilter,
  limit: number,
): Promise<DeadLetterRow[]> {
  return await select(queries, tenantId, filter)
    .selectAll()
    .where((row) =>
      row.exists(
        row
          .selectFrom("scripts")
          .select("scripts.id")
          .where("scripts.tenant_id", "=", tenantId)
          .where("scripts.id", "=", row.ref("dead_letters.script_id"))
          .where("scripts.deleted_at", "is", null),
      ),
    )
    .orderBy("id")
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute();
}

function select(queries: Queries, tenantId: string, { scriptId, type, from, to }: DeadLetterFilter) {
  return queries
    .selectFrom("dead_letters")
    .where("tenant_id", "=", tenantId)
    .$if(scriptId !== undefined, (query) => query.where("script_id", "=", scriptId ?? ""))
    .$if(type !== undefined, (query) => query.where("type", "=", type ?? ""))
    .$if(from !== undefined, (query) => query.where("id", ">=", firstIdAt(from as Date)))
    .$if(to !== undefined, (query) => query.where("id", "<", firstIdAt(to as Date)));
}

/** Removes dead letters. @returns those that were there. */
export async function deleteDeadLetters(
  queries: Queries,
  tenantId: string,
  ids: readonly string[],
): Promise<DeadLetterRow[]> {
  return await queries
    .deleteFrom("dead_letters")
    .where("tenant_id", "=", tenantId)
    .where("id", "in", ids)
    .returningAll()
    .execute();
}

/** Removes dead letters that came about before this moment. @returns how many. */
export async function deleteOldDeadLetters(
  queries: Queries,
  tenantId: string,
  { before, limit }: { readonly before: Date; readonly limit: number },
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    with removed as (
      delete from skerry.dead_letters where tenant_id = ${tenantId} and id in (
        select id from skerry.dead_letters
        where tenant_id = ${tenantId} and id < ${firstIdAt(before)} order by id limit ${limit}
      ) returning id
    )
    select count(*) as count from removed`.execute(queries);
  return rows[0]?.count ?? 0;
}
