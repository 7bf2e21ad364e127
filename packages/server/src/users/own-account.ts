import { recordChange } from "../audit/recorder.ts";
import type { Operator } from "../auth/principal.ts";
import type { SessionService } from "../auth/sessions/service.ts";
import type { Database } from "../db/open.ts";
import type { Queries } from "../db/tenant-scope.ts";
import { SkerryError } from "../problems/errors.ts";
import type { PasswordHasher } from "./password.ts";
import { findUser, presentUser, updateUser } from "./repository.ts";
import type { UserRow, UserUpdate } from "./repository.ts";
import { withUsers } from "./scope.ts";
import type { UserScope } from "./scope.ts";
import type { OwnPassword, User } from "./user.ts";

/** What users do about themselves, whatever their role. Keys, tokens and hosts have no account. */
export interface OwnAccountService {
  /** @throws SkerryError `USER_NOT_FOUND`. */
  get(who: Operator): Promise<User>;
  /** @throws SkerryError `USER_NOT_FOUND`. */
  rename(who: Operator, name: string): Promise<User>;
  /**
   * Whoever has a password proves it first. Ends the user's sessions but the one with this token, and takes back the
   * links.
   *
   * @throws SkerryError `USER_NOT_FOUND`, `INPUT_INVALID` for a wrong current password, `SIGN_IN_THROTTLED` or
   * `CONCURRENCY_LIMIT`.
   */
  setPassword(who: Operator, input: OwnPassword, token: string): Promise<User>;
}

export interface OwnAccountOptions {
  readonly database: Database;
  readonly passwords: PasswordHasher;
  readonly sessions: SessionService;
}

type Change = (queries: Queries, user: UserRow) => Promise<Partial<UserUpdate>>;

export function createOwnAccountService(options: OwnAccountOptions): OwnAccountService {
  const { database, passwords, sessions } = options;

  async function find(who: Operator): Promise<UserRow> {
    const { scope, id } = requireOwner(who);
    return requireFound(await withUsers(database, scope, (queries) => findUser(queries, scope, id)));
  }

  async function change(who: Operator, plan: Change): Promise<User> {
    const { scope, id } = requireOwner(who);
    const { principal, origin } = who;
    const actor = scope === null ? { principal, origin } : { principal, origin, tenantId: scope };
    return await withUsers(database, scope, async (queries) => {
      const user = requireFound(await findUser(queries, scope, id, { lock: true }));
      const { name, role, status, password_hash } = user;
      const changed = await plan(queries, user);
      const row = await updateUser(queries, user, { name, role, status, password_hash, ...changed });
      await recordChange(queries, actor, {
        action: "user.updated",
        target: { type: "user", id, name: user.email },
        before: { name },
        after: { name: row.name, ...("password_hash" in changed && { password: "changed" }) },
      });
      return presentUser(row);
    });
  }

  return {
    get: async (who) => presentUser(await find(who)),
    rename: (who, name) => change(who, () => Promise.resolve({ name })),

    async setPassword(who, { currentPassword = "", password }, token) {
      const known = await find(who);
      const isProven =
        known.password_hash === null || (await sessions.verifyPassword(who.origin, known, currentPassword));
      if (!isProven) throw refusePassword();
      const password_hash = await passwords.hash(password);
      const changed = await change(who, async (queries, user) => {
        // It may have changed while the passwords were hashed.
        if (user.password_hash !== known.password_hash) throw refusePassword();
        await sessions.endOthers(queries, user, token);
        return { password_hash };
      });
      sessions.forgetUser(changed.id);
      return changed;
    },
  };
}

function requireOwner({ principal: { kind, id, tenantId } }: Operator): { scope: UserScope; id: string } {
  if (kind !== "user" || id === undefined) throw refuseUnknown();
  return { scope: tenantId ?? null, id };
}

function requireFound(row: UserRow | undefined): UserRow {
  if (row === undefined) throw refuseUnknown();
  return row;
}

function refuseUnknown(): SkerryError {
  return new SkerryError("USER_NOT_FOUND", "Whoever asks is no user who signed in, and has no account here.");
}

function refusePassword(): SkerryError {
  const message = "is not your current password";
  return new SkerryError("INPUT_INVALID", `currentPassword ${message}.`, {
    details: [{ path: "currentPassword", message }],
  });
}
