import { randomUUIDv7 } from "node:crypto";
import { LRUCache } from "lru-cache";
import { recordChange } from "../audit/recorder.ts";
import type { Database } from "../db/open.ts";
import { withPlatform, withTenant } from "../db/tenant-scope.ts";
import type { Queries } from "../db/tenant-scope.ts";
import { SkerryError } from "../problems/errors.ts";
import { isUuid } from "../rest/ids.ts";
import { createPage } from "../rest/paging.ts";
import type { Page, PageRequest } from "../rest/paging.ts";
import { announceAccessChange } from "./access-news.ts";
import type { ApiKey, ApiKeyInput } from "./api-key.ts";
import { refuseCredential } from "./bearer.ts";
import { createKey, hashKey } from "./key.ts";
import { ALL_PERMISSIONS, readPermissions } from "./permission.ts";
import { EVERY_PERMISSION, requirePermission } from "./principal.ts";
import type { Caller, Principal } from "./principal.ts";
import { insertApiKey, listApiKeys, revokeApiKey, useApiKey } from "./repository.ts";
import type { ApiKeyRow, KnownKey } from "./repository.ts";
import { refuseSuspended } from "./tenant-status.ts";

/** A key and, this once, its text. */
export interface CreatedApiKey {
  readonly apiKey: ApiKey;
  readonly key: string;
}

/** The API keys of tenants, and who a key stands for. */
export interface ApiKeyService {
  /**
   * Who a key stands for. It is remembered for up to 30 s, or until this node hears that it was revoked on another.
   *
   * @throws SkerryError `KEY_INVALID` or `TENANT_SUSPENDED`.
   */
  authenticate(key: string): Promise<Principal>;
  /** Makes a key with every scope inside the transaction that makes its tenant. @returns its text. */
  createFirst(queries: Queries, tenantId: string): Promise<string>;
  /** @throws SkerryError `PERMISSION_DENIED`, also for a scope that the caller's own key lacks. */
  create(caller: Caller, input: ApiKeyInput): Promise<CreatedApiKey>;
  list(caller: Caller, page: PageRequest): Promise<Page<ApiKey>>;
  /** @throws SkerryError `KEY_NOT_FOUND`. */
  revoke(caller: Caller, id: string): Promise<void>;
  /** Forgets what is remembered of a tenant's keys, after its status or one of them changed; undefined: operators'. */
  forgetTenant(tenantId: string | undefined): void;
}

export interface ApiKeyServiceOptions {
  readonly database: Database;
}

const REMEMBER_MS = 30_000;
const REMEMBERED_KEYS = 10_000;

export function createApiKeyService({ database }: ApiKeyServiceOptions): ApiKeyService {
  const remembered = new LRUCache<string, Principal>({ max: REMEMBERED_KEYS, ttl: REMEMBER_MS });
  /** Counts what was forgotten, so that nobody remembers what was looked up before. */
  let changes = 0;

  return {
    async authenticate(key) {
      const hash = hashKey(key);
      const name = hash.toString("hex");
      const known = remembered.get(name);
      if (known !== undefined) return known;

      const changesBefore = changes;
      const found = await withPlatform(database, (queries) => useApiKey(queries, hash));
      if (found === undefined) {
        throw refuseCredential("KEY_INVALID", "The API key is unknown, expired or revoked.");
      }
      const { tenantId, tenantStatus } = found;
      if (tenantId !== null && tenantStatus === "suspended") throw refuseSuspended(tenantId);
      const principal = toPrincipal(found);
      if (changes === changesBefore) remembered.set(name, principal, { ttl: rememberFor(found) });
      return principal;
    },

    async createFirst(queries, tenantId) {
      const { text, prefix, hash } = createKey();
      const id = randomUUIDv7();
      await insertApiKey(queries, {
        id,
        tenantId,
        name: "first key",
        prefix,
        hash,
        scopes: ALL_PERMISSIONS,
        expiresAt: undefined,
      });
      return text;
    },

    async create(caller, { name, scopes = [...caller.principal.permissions], expiresAt }) {
      requirePermission(caller, "tenant.admin");
      for (const scope of scopes) requirePermission(caller, scope);
      const { tenantId } = caller;
      const { text, prefix, hash } = createKey();
      const row = await withTenant(database, tenantId, async (queries) => {
        const id = randomUUIDv7();
        const inserted = await insertApiKey(queries, { id, tenantId, name, prefix, hash, scopes, expiresAt });
        const target = { type: "api-key", id, name };
        await recordChange(queries, caller, { action: "api-key.created", target, after: describe(inserted) });
        return inserted;
      });
      return { apiKey: toApiKey(row), key: text };
    },

    async list(caller, page) {
      requirePermission(caller, "tenant.admin");
      const rows = await withTenant(database, caller.tenantId, (queries) =>
        listApiKeys(queries, caller.tenantId, page),
      );
      return createPage(rows, page, ({ id }) => id, toApiKey);
    },

    async revoke(caller, id) {
      requirePermission(caller, "tenant.admin");
      if (!isUuid(id)) throw refuseUnknown();
      const { hash } = await withTenant(database, caller.tenantId, async (queries) => {
        const revoked = await revokeApiKey(queries, caller.tenantId, id);
        if (revoked === undefined) throw refuseUnknown();
        await announceAccessChange(queries, caller.tenantId);
        const target = { type: "api-key", id: revoked.id, name: revoked.name };
        await recordChange(queries, caller, { action: "api-key.revoked", target, before: describe(revoked) });
        return revoked;
      });
      changes += 1;
      remembered.delete(hash.toString("hex"));
    },

    forgetTenant(tenantId) {
      changes += 1;
      for (const [name, principal] of remembered.entries()) {
        if (principal.tenantId === tenantId) remembered.delete(name);
      }
    },
  };
}

function toPrincipal({ id, tenantId, scopes }: KnownKey): Principal {
  const kind = tenantId === null ? "operator" : "key";
  const permissions = tenantId === null ? EVERY_PERMISSION : readPermissions(scopes);
  return { kind, tenantId: tenantId ?? undefined, id, permissions };
}

function toApiKey(row: ApiKeyRow): ApiKey {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    scopes: [...readPermissions(row.scopes)],
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
  };
}

/** What the audit log keeps of a key. */
function describe({ prefix, scopes, expires_at: expiresAt }: ApiKeyRow) {
  return { prefix, scopes, expiresAt: expiresAt?.toISOString() ?? null };
}

function refuseUnknown(): SkerryError {
  return new SkerryError("KEY_NOT_FOUND", "The tenant has no such API key.");
}

/** A lookup can cross the moment of expiry by the difference of two clocks; LRUCache takes 0 for "for ever". */
function rememberFor({ expiresAt }: KnownKey): number {
  return expiresAt === null
    ? REMEMBER_MS
    : Math.max(1, Math.min(REMEMBER_MS, expiresAt.getTime() - Date.now()));
}
