import { randomUUIDv7 } from "node:crypto";
import { sql } from "kysely";
import type { TenantStatus } from "../../db/schema.ts";
import type { Queries } from "../../db/tenant-scope.ts";
import type { UserRow } from "../../users/repository.ts";
import { compareScope } from "../../users/scope.ts";
import type { Role } from "../permission.ts";

/** A session ends when it was not used for this long. */
const SESSION_IDLE_HOURS = 12;
/** And this long after its sign-in at the latest. */
export const SESSION_DAYS_MAX = 7;

const LINK_MINUTES = 15;

/** Who a valid session stands for. */
export interface KnownSession {
  readonly userId: string;
  readonly tenantId: string | null;
  readonly tenantStatus: TenantStatus | null;
  readonly role: Role;
  readonly expiresAt: Date;
}

/** The user that a link is for. */
export interface LinkOwner {
  readonly userId: string;
  readonly tenantId: string | null;
}

/** What an identity provider calls a user. */
export interface ProviderSubject {
  readonly issuer: string;
  readonly subject: string;
}

type Owner = Pick<UserRow, "id" | "tenant_id">;

/** Also removes sessions of the user that have expired. @returns when it expires without use. */
export async function insertSession(queries: Queries, user: Owner, hash: Buffer): Promise<Date> {
  await queries
    .deleteFrom("sessions")
    .where("tenant_id", compareScope(user.tenant_id), user.tenant_id)
    .where("user_id", "=", user.id)
    .where("expires_at", "<", sql<Date>`now()`)
    .execute();
  const { expires_at } = await queries
    .insertInto("sessions")
    .values({
      id: randomUUIDv7(),
      tenant_id: user.tenant_id,
      user_id: user.id,
      token_hash: hash,
      expires_at: sql<Date>`now() + make_interval(hours => ${SESSION_IDLE_HOURS})`,
    })
    .returning("expires_at")
    .executeTakeFirstOrThrow();
  return expires_at;
}

/** Finds a session that has not expired, of an active user, and moves its expiry on in the same statement. */
export async function useSession(queries: Queries, hash: Buffer): Promise<KnownSession | undefined> {
  return await queries
    .updateTable("sessions")
    .from("users")
    .set({
      expires_at: sql<Date>`least(now() + make_interval(hours => ${SESSION_IDLE_HOURS}),
        sessions.created_at + make_interval(days => ${SESSION_DAYS_MAX}))`,
    })
    .where("sessions.token_hash", "=", hash)
    .where("sessions.expires_at", ">", sql<Date>`now()`)
    .whereRef("users.id", "=", "sessions.user_id")
    .where("users.status", "=", "active")
    .returning((row) => [
      "users.id as userId",
      "users.tenant_id as tenantId",
      "users.role",
      "sessions.expires_at as expiresAt",
      row
        .selectFrom("tenants")
        .select("tenants.status")
        .whereRef("tenants.id", "=", "users.tenant_id")
        .as("tenantStatus"),
    ])
    .executeTakeFirst();
}

/** @returns whether there was such a session. */
export async function deleteSession(queries: Queries, user: Owner, hash: Buffer): Promise<boolean> {
  const { numDeletedRows } = await queries
    .deleteFrom("sessions")
    .where("tenant_id", compareScope(user.tenant_id), user.tenant_id)
    .where("user_id", "=", user.id)
    .where("token_hash", "=", hash)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

/** Ends all sessions of a user, but the one with the hash `kept`, and takes back the links. */
export async function deleteAccess(queries: Queries, user: Owner, kept?: Buffer): Promise<void> {
  for (const table of ["sessions", "sign_in_links"] as const) {
    await queries
      .deleteFrom(table)
      .where("tenant_id", compareScope(user.tenant_id), user.tenant_id)
      .where("user_id", "=", user.id)
      .$if(kept !== undefined, (query) => query.where("token_hash", "!=", kept ?? Buffer.of()))
      .execute();
  }
}

/** Also removes links of the user that have expired. @returns when it expires. */
export async function insertLink(queries: Queries, user: Owner, hash: Buffer): Promise<Date> {
  await queries
    .deleteFrom("sign_in_links")
    .where("tenant_id", compareScope(user.tenant_id), user.tenant_id)
    .where("user_id", "=", user.id)
    .where("expires_at", "<", sql<Date>`now()`)
    .execute();
  const { expires_at } = await queries
    .insertInto("sign_in_links")
    .values({
      token_hash: hash,
      tenant_id: user.tenant_id,
      user_id: user.id,
      expires_at: sql<Date>`now() + make_interval(mins => ${LINK_MINUTES})`,
    })
    .returning("expires_at")
    .executeTakeFirstOrThrow();
  return expires_at;
}

export async function findLinkOwner(queries: Queries, hash: Buffer): Promise<LinkOwner | undefined> {
  return await queries
    .selectFrom("sign_in_links")
    .select(["user_id as userId", "tenant_id as tenantId"])
    .where("token_hash", "=", hash)
    .executeTakeFirst();
}

/** Uses a link up. @returns false when it has expired or somebody was faster. */
export async function takeLink(queries: Queries, hash: Buffer): Promise<boolean> {
  const row = await queries
    .deleteFrom("sign_in_links")
    .where("token_hash", "=", hash)
    .returning(sql<boolean>`expires_at > now()`.as("valid"))
    .executeTakeFirst();
  return row?.valid === true;
}

/** @returns the id of the user whom the provider calls so. */
export async function findIdentity(
  queries: Queries,
  tenantId: string | null,
  { issuer, subject }: ProviderSubject,
): Promise<string | undefined> {
  const row = await queries
    .selectFrom("user_identities")
    .select("user_id")
    .where("tenant_id", compareScope(tenantId), tenantId)
    .where("issuer", "=", issuer)
    .where("subject", "=", subject)
    .executeTakeFirst();
  return row?.user_id;
}

/** @returns false when the provider calls the user, or somebody else of the tenant, something already. */
export async function insertIdentity(
  queries: Queries,
  user: Owner,
  { issuer, subject }: ProviderSubject,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await queries
    .insertInto("user_identities")
    .values({ tenant_id: user.tenant_id, user_id: user.id, issuer, subject })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}
