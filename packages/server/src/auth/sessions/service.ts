import { LRUCache } from "lru-cache";
import type { Logger } from "pino";
import { recordChange } from "../../audit/recorder.ts";
import type { Database } from "../../db/open.ts";
import { withPlatform } from "../../db/tenant-scope.ts";
import type { Queries } from "../../db/tenant-scope.ts";
import { SkerryError } from "../../problems/errors.ts";
import { findTenant } from "../../tenants/repository.ts";
import type { PasswordHasher } from "../../users/password.ts";
import { findUser, findUserByEmail, noteSignIn, presentUser } from "../../users/repository.ts";
import type { UserRow } from "../../users/repository.ts";
import { withUsers } from "../../users/scope.ts";
import type { UserScope } from "../../users/scope.ts";
import { announceAccessChange } from "../access-news.ts";
import { refuseCredential } from "../bearer.ts";
import { createSecret, hashKey } from "../key.ts";
import { ROLE_PERMISSIONS } from "../permission.ts";
import type { Role } from "../permission.ts";
import type { Operator, Origin, Principal } from "../principal.ts";
import { refuseSuspended } from "../tenant-status.ts";
import {
  deleteAccess,
  deleteSession,
  findIdentity,
  findLinkOwner,
  insertIdentity,
  insertLink,
  insertSession,
  takeLink,
  useSession,
} from "./repository.ts";
import type { ProviderSubject } from "./repository.ts";
import type { PasswordInput, PresentIdentity, StartedSession } from "./session.ts";
import { createSignInThrottle } from "./throttle.ts";

/** Session tokens begin with it. */
export const SESSION_PREFIX = "ss_";
const LINK_PREFIX = "sl_";

/** Somebody whom an identity provider vouches for. */
export interface VouchedUser extends ProviderSubject {
  /** Undefined unless the provider says that it was verified. */
  readonly verifiedEmail: string | undefined;
}

/** A one-time link and when it expires. */
export interface NewLink {
  readonly link: string;
  readonly expiresAt: Date;
}

/** Who is signed in, and how one does. */
export interface SessionService {
  /**
   * Who a session's token stands for. It is remembered for up to 30 s; a session ended on another node works there
   * until then.
   *
   * @throws SkerryError `SESSION_INVALID` or `TENANT_SUSPENDED`.
   */
  authenticate(token: string): Promise<Principal>;
  /**
   * Says nothing about why, and takes the same time, whoever and whatever is wrong.
   *
   * @throws SkerryError `SIGN_IN_FAILED`, `SIGN_IN_THROTTLED`, `CONCURRENCY_LIMIT` or, with the right password,
   * `TENANT_SUSPENDED`.
   */
  signInByPassword(origin: Origin, input: PasswordInput): Promise<StartedSession>;
  /** Uses a link up. @throws SkerryError as `signInByPassword` does. */
  signInByLink(origin: Origin, link: string): Promise<StartedSession>;
  /**
   * Signs in whom the provider knows; at the first time the active user with the verified e-mail address, whom the
   * provider then must not call something else already.
   *
   * @throws SkerryError `OIDC_USER_UNKNOWN` or `TENANT_SUSPENDED`.
   */
  signInByProvider(origin: Origin, scope: UserScope, vouched: VouchedUser): Promise<StartedSession>;
  /** Ends the session with this token, if it is one of the user. */
  end(operator: Operator, token: string): Promise<void>;
  describe(principal: Principal): Promise<PresentIdentity>;
  /** Makes a link inside a transaction of others. */
  createLink(queries: Queries, user: UserRow): Promise<NewLink>;
  /** Ends all sessions and takes back all links of a user inside a transaction of others. */
  endAll(queries: Queries, user: UserRow): Promise<void>;
  /** The same, but for the session with this token. */
  endOthers(queries: Queries, user: UserRow, token: string): Promise<void>;
  /**
   * Whether this is the password of a user who is signed in. Guesses are counted as those at signing in are.
   *
   * @throws SkerryError `SIGN_IN_THROTTLED` or `CONCURRENCY_LIMIT`.
   */
  verifyPassword(origin: Origin, user: UserRow, password: string): Promise<boolean>;
  /** Forgets what is remembered of a user's sessions, after the user changed. */
  forgetUser(userId: string): void;
  /** Forgets what is remembered of sessions in a tenant, after its status or one of them changed; undefined: operators'. */
  forgetTenant(tenantId: string | undefined): void;
}

export interface SessionServiceOptions {
  readonly database: Database;
  readonly passwords: PasswordHasher;
  readonly logger: Logger;
}

const REMEMBER_MS = 30_000;
const REMEMBERED_SESSIONS = 10_000;

type Method = "password" | "link" | "provider";

export function createSessionService(options: SessionServiceOptions): SessionService {
  const { database, passwords, logger } = options;
  const remembered = new LRUCache<string, Principal>({ max: REMEMBERED_SESSIONS, ttl: REMEMBER_MS });
  const throttle = createSignInThrottle();

  /** Counts what was forgotten, so that nobody remembers what was looked up before. */
  let changes = 0;

  function forget(matches: (principal: Principal) => boolean): void {
    changes += 1;
    for (const [name, principal] of remembered.entries()) {
      if (matches(principal)) remembered.delete(name);
    }
  }

  /** Begins a session inside a transaction that holds the user's row. */
  async function begin(
    queries: Queries,
    origin: Origin,
    user: UserRow,
    method: Method,
  ): Promise<StartedSession> {
    await requireActiveTenant(queries, user.tenant_id);
    const { text, hash } = createSecret(SESSION_PREFIX);
    const expiresAt = await insertSession(queries, user, hash);
    const signedIn = await noteSignIn(queries, user);
    const actor = { principal: toPrincipal(user.id, user.tenant_id, user.role), origin };
    await recordChange(queries, actorIn(actor, user.tenant_id), {
      action: "session.started",
      target: { type: "user", id: user.id, name: user.email },
      after: { method },
    });
    return { token: text, expiresAt, tenant: user.tenant_id, user: presentUser(signedIn) };
  }

  function refuse(origin: Origin, method: Method, scope?: UserScope): SkerryError {
    logger.warn({ method, tenant: scope, ...origin }, "sign-in refused");
    return new SkerryError("SIGN_IN_FAILED", "The sign-in failed.");
  }

  return {
    async authenticate(token) {
      const hash = hashKey(token);
      const name = hash.toString("hex");
      const known = remembered.get(name);
      if (known !== undefined) return known;
      const changesBefore = changes;
      const found = await withPlatform(database, (queries) => useSession(queries, hash));
      if (found === undefined) {
        throw refuseCredential("SESSION_INVALID", "The session is unknown, has expired or was ended.");
      }
      const { userId, tenantId, role, expiresAt } = found;
      if (tenantId !== null && found.tenantStatus === "suspended") throw refuseSuspended(tenantId);
      const principal = toPrincipal(userId, tenantId, role);
      const ttl = Math.max(1, Math.min(REMEMBER_MS, expiresAt.getTime() - Date.now()));
      if (changes === changesBefore) remembered.set(name, principal, { ttl });
      return principal;
    },

    async signInByPassword(origin, { tenant, email, password }) {
      const scope = tenant ?? null;
      const attempt = throttle.count(`${tenant ?? "*"} ${email}`, origin.address);
      const found = await withUsers(database, scope, (queries) => findUserByEmail(queries, scope, email));
      const right = await passwords.verify(password, found?.password_hash ?? null);
      if (!right || found === undefined) throw refuse(origin, "password", scope);

      const started = await withUsers(database, scope, async (queries) => {
        const user = await findUser(queries, scope, found.id, { lock: true });
        // It may have changed while the password was compared.
        if (user?.status !== "active" || user.password_hash !== found.password_hash) return undefined;
        return await begin(queries, origin, user, "password");
      });
      if (started === undefined) throw refuse(origin, "password", scope);
      attempt.succeed();
      return started;
    },

    async signInByLink(origin, link) {
      const attempt = throttle.count(undefined, origin.address);
      const hash = hashKey(link);
      const started = await withPlatform(database, async (queries) => {
        const owner = await findLinkOwner(queries, hash);
        if (owner === undefined) return undefined;
        const user = await findUser(queries, owner.tenantId, owner.userId, { lock: true });
        if (user?.status !== "active" || !(await takeLink(queries, hash))) return undefined;
        return await begin(queries, origin, user, "link");
      });
      if (started === undefined) throw refuse(origin, "link");
      attempt.succeed();
      return started;
    },

    async signInByProvider(origin, scope, vouched) {
      const started = await withUsers(database, scope, async (queries) => {
        const user = await findVouched(queries, scope, vouched);
        return user && (await begin(queries, origin, user, "provider"));
      });
      if (started !== undefined) return started;
      refuse(origin, "provider", scope);
      throw new SkerryError("OIDC_USER_UNKNOWN", "Nobody here is known by what the provider says.");
    },

    async end({ principal, origin }, token) {
      const { id: userId, tenantId, kind } = principal;
      if (kind !== "user" || userId === undefined) return;
      const hash = hashKey(token);
      const scope = tenantId ?? null;
      await withUsers(database, scope, async (queries) => {
        if (!(await deleteSession(queries, { id: userId, tenant_id: scope }, hash))) return;
        await announceAccessChange(queries, scope);
        await recordChange(queries, actorIn({ principal, origin }, scope), {
          action: "session.ended",
          target: { type: "user", id: userId },
        });
      });
      changes += 1;
      remembered.delete(hash.toString("hex"));
    },

    async describe({ kind, id, tenantId, permissions }) {
      const scope = tenantId ?? null;
      const row =
        kind === "user" && id !== undefined
          ? await withUsers(database, scope, (queries) => findUser(queries, scope, id))
          : undefined;
      const user = row === undefined ? null : presentUser(row);
      return { kind, id: id ?? null, tenant: scope, permissions: [...permissions], user };
    },

    async createLink(queries, user) {
      const { text, hash } = createSecret(LINK_PREFIX);
      return { link: text, expiresAt: await insertLink(queries, user, hash) };
    },

    async endAll(queries, user) {
      await deleteAccess(queries, user);
      await announceAccessChange(queries, user.tenant_id);
    },

    async endOthers(queries, user, token) {
      await deleteAccess(queries, user, hashKey(token));
      await announceAccessChange(queries, user.tenant_id);
    },

    async verifyPassword({ address }, { id, password_hash }, password) {
      const attempt = throttle.count(`own ${id}`, address);
      const right = await passwords.verify(password, password_hash);
      if (right) attempt.succeed();
      return right;
    },

    forgetUser: (userId) => forget(({ id }) => id === userId),
    forgetTenant: (tenantId) => forget((principal) => principal.tenantId === tenantId),
  };
}

/** The active user whom a provider vouches for, with the row held; links the two at the first time. */
async function findVouched(
  queries: Queries,
  scope: UserScope,
  { verifiedEmail, ...subject }: VouchedUser,
): Promise<UserRow | undefined> {
  const known = await findIdentity(queries, scope, subject);
  const id = known ?? (await findIdByEmail(queries, scope, verifiedEmail));
  const user = id === undefined ? undefined : await findUser(queries, scope, id, { lock: true });
  if (user?.status !== "active") return undefined;
  return known !== undefined || (await insertIdentity(queries, user, subject)) ? user : undefined;
}

async function findIdByEmail(
  queries: Queries,
  scope: UserScope,
  email: string | undefined,
): Promise<string | undefined> {
  return email === undefined ? undefined : (await findUserByEmail(queries, scope, email))?.id;
}

async function requireActiveTenant(queries: Queries, tenantId: string | null): Promise<void> {
  if (tenantId === null) return;
  const tenant = await findTenant(queries, tenantId);
  if (tenant?.status !== "active") throw refuseSuspended(tenantId);
}

function toPrincipal(id: string, tenantId: string | null, role: Role): Principal {
  const permissions = new Set(ROLE_PERMISSIONS[role]);
  return { kind: "user", tenantId: tenantId ?? undefined, id, permissions };
}

function actorIn(actor: Operator, tenantId: string | null) {
  return tenantId === null ? actor : { ...actor, tenantId };
}
