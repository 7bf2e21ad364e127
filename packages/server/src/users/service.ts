import { randomUUIDv7 } from "node:crypto";
import type { JsonObject } from "@skerry/sandbox";
import { recordChange } from "../audit/recorder.ts";
import { announceAccessChange } from "../auth/access-news.ts";
import { ROLE_PERMISSIONS } from "../auth/permission.ts";
import type { Role } from "../auth/permission.ts";
import { requireOperator, requirePermission } from "../auth/principal.ts";
import type { Caller, Operator } from "../auth/principal.ts";
import type { SessionService } from "../auth/sessions/service.ts";
import type { Database } from "../db/open.ts";
import type { Queries } from "../db/tenant-scope.ts";
import { SkerryError } from "../problems/errors.ts";
import { isUuid } from "../rest/ids.ts";
import { createPage } from "../rest/paging.ts";
import type { Page } from "../rest/paging.ts";
import type { PasswordHasher } from "./password.ts";
import {
  deleteUser,
  findUser,
  insertUser,
  listUsers,
  lockAdmins,
  presentUser,
  updateUser,
} from "./repository.ts";
import type { UserRow, UserUpdate } from "./repository.ts";
import { withUsers } from "./scope.ts";
import type { UserScope } from "./scope.ts";
import type { OperatorInput, SignInLink, User, UserChange, UserInput, UsersQuery } from "./user.ts";

/** A Caller means the users of its tenant, an Operator the superadmins of the installation. */
export type UserAdmin = Caller | Operator;

/** Those who sign in. Nobody gives, changes or takes away a role that may do more than they may themselves. */
export interface UserService {
  /** @throws SkerryError `USER_EXISTS` or `PERMISSION_DENIED`. */
  create(caller: Caller, input: UserInput): Promise<User>;
  /** @throws SkerryError `USER_EXISTS` or `PERMISSION_DENIED`. */
  createOperator(operator: Operator, input: OperatorInput): Promise<User>;
  list(admin: UserAdmin, query: UsersQuery): Promise<Page<User>>;
  /** @throws SkerryError `USER_NOT_FOUND`. */
  get(admin: UserAdmin, id: string): Promise<User>;
  /**
   * Another role, status or password ends the user's sessions and takes back the links.
   *
   * @throws SkerryError `USER_NOT_FOUND`, `LAST_ADMIN` or `PERMISSION_DENIED`.
   */
  update(admin: UserAdmin, id: string, change: UserChange): Promise<User>;
  /** @throws SkerryError `USER_NOT_FOUND`, `LAST_ADMIN` or `PERMISSION_DENIED`. */
  delete(admin: UserAdmin, id: string): Promise<void>;
  /** @throws SkerryError `USER_NOT_FOUND`, `USER_DISABLED` or `PERMISSION_DENIED`. */
  createSignInLink(admin: UserAdmin, id: string): Promise<SignInLink>;
}

export interface UserServiceOptions {
  readonly database: Database;
  readonly passwords: PasswordHasher;
  readonly sessions: SessionService;
  /** Links begin with it; a path, or empty, for links relative to the server. */
  readonly baseUrl: string;
}

export function createUserService(options: UserServiceOptions): UserService {
  const { database, passwords, sessions, baseUrl } = options;

  async function insert(
    admin: UserAdmin,
    { email, name, role, password }: OperatorInput & { readonly role: Role },
  ): Promise<User> {
    const scope = requireScope(admin);
    requireRole(admin, role);
    const passwordHash = password === undefined ? null : await passwords.hash(password);
    return await withUsers(database, scope, async (queries) => {
      const row = await insertUser(queries, { id: randomUUIDv7(), scope, email, name, role, passwordHash });
      if (row === undefined) throw new SkerryError("USER_EXISTS", `There is a user ${email} already.`);
      const after = summarize(row);
      await recordChange(queries, admin, { action: "user.created", target: targetOf(row), after });
      return presentUser(row);
    });
  }

  return {
    create: insert,
    createOperator: (operator, input) => insert(operator, { ...input, role: "superadmin" }),

    async list(admin, query) {
      const scope = requireScope(admin);
      const rows = await withUsers(database, scope, (queries) => listUsers(queries, scope, query));
      return createPage(rows, query, ({ id }) => id, presentUser);
    },

    async get(admin, id) {
      const scope = requireScope(admin);
      return presentUser(await withUsers(database, scope, (queries) => requireUser(queries, scope, id)));
    },

    async update(admin, id, { password, ...change }) {
      const scope = requireScope(admin);
      if (change.role !== undefined) requireRole(admin, change.role);
      const hash = typeof password === "string" ? await passwords.hash(password) : password;
      const changed = await withUsers(database, scope, async (queries) => {
        const admins = await lockAdminsOf(queries, scope);
        const user = await requireUser(queries, scope, id, { lock: true });
        requireRole(admin, user.role);
        const update = planUpdate(user, change, hash);
        if (update.role !== "admin" || update.status !== "active") refuseLastAdmin(admins, user);
        if (needsNewSignIn(user, update)) await sessions.endAll(queries, user);
        const row = await updateUser(queries, user, update);
        const before = summarize(user);
        const after = { ...summarize(row), ...(hash === undefined ? {} : { password: "changed" }) };
        await recordChange(queries, admin, { action: "user.updated", target: targetOf(row), before, after });
        return row;
      });
      sessions.forgetUser(changed.id);
      return presentUser(changed);
    },

    async delete(admin, id) {
      const scope = requireScope(admin);
      await withUsers(database, scope, async (queries) => {
        const admins = await lockAdminsOf(queries, scope);
        const user = await requireUser(queries, scope, id, { lock: true });
        requireRole(admin, user.role);
        refuseLastAdmin(admins, user);
        await deleteUser(queries, user);
        await announceAccessChange(queries, scope);
        const before = summarize(user);
        await recordChange(queries, admin, { action: "user.deleted", target: targetOf(user), before });
      });
      sessions.forgetUser(id);
    },

    async createSignInLink(admin, id) {
      const scope = requireScope(admin);
      return await withUsers(database, scope, async (queries) => {
        const user = await requireUser(queries, scope, id, { lock: true });
        requireRole(admin, user.role);
        if (user.status !== "active") throw new SkerryError("USER_DISABLED", `${user.email} is disabled.`);
        const { link, expiresAt } = await sessions.createLink(queries, user);
        await recordChange(queries, admin, { action: "user.sign-in-link-created", target: targetOf(user) });
        return { url: `${baseUrl}/sign-in#${link}`, link, expiresAt };
      });
    },
  };
}

/** @throws SkerryError `PERMISSION_DENIED`. */
function requireScope(admin: UserAdmin): UserScope {
  if ("tenantId" in admin) {
    requirePermission(admin, "tenant.admin");
    return admin.tenantId;
  }
  requireOperator(admin);
  return null;
}

/** Whoever manages users with a role could become one of them. @throws SkerryError `PERMISSION_DENIED`. */
function requireRole(admin: UserAdmin, role: Role): void {
  for (const permission of ROLE_PERMISSIONS[role]) requirePermission(admin, permission);
}

async function requireUser(
  queries: Queries,
  scope: UserScope,
  id: string,
  options?: { readonly lock: boolean },
): Promise<UserRow> {
  const row = isUuid(id) ? await findUser(queries, scope, id, options) : undefined;
  if (row === undefined) throw new SkerryError("USER_NOT_FOUND", "There is no such user.");
  return row;
}

/** Taken before the row of a user, so that all changes take their locks in one order. */
async function lockAdminsOf(queries: Queries, scope: UserScope): Promise<readonly string[]> {
  return scope === null ? [] : await lockAdmins(queries, scope);
}

/** @throws SkerryError `LAST_ADMIN`. */
function refuseLastAdmin(admins: readonly string[], { id, email }: UserRow): void {
  if (admins.length !== 1 || admins[0] !== id) return;
  throw new SkerryError("LAST_ADMIN", `${email} is the only active admin. Make another one first.`);
}

function planUpdate(
  user: UserRow,
  { name = user.name, role: wished, status = user.status }: Omit<UserChange, "password">,
  passwordHash: string | null = user.password_hash,
): UserUpdate {
  return { name, role: wished ?? user.role, status, password_hash: passwordHash };
}

function needsNewSignIn(user: UserRow, { role, status, password_hash }: UserUpdate): boolean {
  return role !== user.role || status !== user.status || password_hash !== user.password_hash;
}

function targetOf({ id, email }: UserRow) {
  return { type: "user", id, name: email };
}

/** What the audit log shows of a user. */
function summarize({ name, role, status }: UserRow): JsonObject {
  return { name, role, status };
}
