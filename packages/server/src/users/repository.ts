import { sql } from "kysely";
import type { Selectable } from "kysely";
import type { Role } from "../auth/permission.ts";
import type { UserStatus, UsersTable } from "../db/schema.ts";
import type { Queries } from "../db/tenant-scope.ts";
import { compareScope } from "./scope.ts";
import type { UserScope } from "./scope.ts";
import type { User, UsersQuery } from "./user.ts";

export type UserRow = Selectable<UsersTable>;

export interface NewUser {
  readonly id: string;
  readonly scope: UserScope;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly passwordHash: string | null;
}

/** @returns undefined when another user of the scope has the e-mail address. */
export async function insertUser(queries: Queries, user: NewUser): Promise<UserRow | undefined> {
  return await queries
    .insertInto("users")
    .values({
      id: user.id,
      tenant_id: user.scope,
      email: user.email,
      name: user.name,
      role: user.role,
      password_hash: user.passwordHash,
    })
    .onConflict((conflict) => conflict.constraint("users_by_email").doNothing())
    .returningAll()
    .executeTakeFirst();
}

/** `lock` holds the row until the transaction ends. */
export async function findUser(
  queries: Queries,
  scope: UserScope,
  id: string,
  { lock = false }: { readonly lock?: boolean } = {},
): Promise<UserRow | undefined> {
  return await queries
    .selectFrom("users")
    .selectAll()
    .where("tenant_id", compareScope(scope), scope)
    .where("id", "=", id)
    .$if(lock, (query) => query.forUpdate())
    .executeTakeFirst();
}

export async function listUserNames(
  queries: Queries,
  tenantId: string,
  ids: readonly string[],
): Promise<Pick<UserRow, "id" | "name" | "email">[]> {
  return await queries
    .selectFrom("users")
    .select(["id", "name", "email"])
    .where("tenant_id", "=", tenantId)
    .where(sql<boolean>`id = any(${ids}::uuid[])`)
    .execute();
}

export async function findUserByEmail(
  queries: Queries,
  scope: UserScope,
  email: string,
): Promise<UserRow | undefined> {
  return await queries
    .selectFrom("users")
    .selectAll()
    .where("tenant_id", compareScope(scope), scope)
    .where("email", "=", email)
    .executeTakeFirst();
}

/** Newest first. */
export async function listUsers(
  queries: Queries,
  scope: UserScope,
  { limit, cursor, email }: UsersQuery,
): Promise<UserRow[]> {
  return await queries
    .selectFrom("users")
    .selectAll()
    .where("tenant_id", compareScope(scope), scope)
    .$if(email !== undefined, (query) => query.where("email", "=", email ?? ""))
    .$if(cursor !== undefined, (query) => query.where("id", "<", cursor ?? ""))
    .orderBy("id", "desc")
    .limit(limit + 1)
    .execute();
}

/** Holds the tenant's active admins until the transaction ends, so that two changes cannot each leave the other's. */
export async function lockAdmins(queries: Queries, tenantId: string): Promise<readonly string[]> {
  const rows = await queries
    .selectFrom("users")
    .select("id")
    .where("tenant_id", "=", tenantId)
    .where("role", "=", "admin")
    .where("status", "=", "active")
    .orderBy("id")
    .forUpdate()
    .execute();
  return rows.map(({ id }) => id);
}

export interface UserUpdate {
  readonly name: string;
  readonly role: Role;
  readonly status: UserStatus;
  readonly password_hash: string | null;
}

export async function updateUser(queries: Queries, user: UserRow, change: UserUpdate): Promise<UserRow> {
  return await queries
    .updateTable("users")
    .set({ ...change, updated_at: sql<Date>`now()` })
    .where("tenant_id", compareScope(user.tenant_id), user.tenant_id)
    .where("id", "=", user.id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function noteSignIn(queries: Queries, user: UserRow): Promise<UserRow> {
  return await queries
    .updateTable("users")
    .set({ last_sign_in_at: sql<Date>`now()` })
    .where("tenant_id", compareScope(user.tenant_id), user.tenant_id)
    .where("id", "=", user.id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Sessions, links and identities go with the user. */
export async function deleteUser(queries: Queries, user: UserRow): Promise<void> {
  await queries
    .deleteFrom("users")
    .where("tenant_id", compareScope(user.tenant_id), user.tenant_id)
    .where("id", "=", user.id)
    .execute();
}

/** The user as admins see it. */
export function presentUser(row: UserRow): User {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    role: row.role,
    status: row.status,
    hasPassword: row.password_hash !== null,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    lastSignInAt: row.last_sign_in_at,
  };
}
