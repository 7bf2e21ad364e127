import { randomUUIDv7 } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { Database } from "../db/open.ts";
import { withPlatform, withTenant } from "../db/tenant-scope.ts";
import type { Queries } from "../db/tenant-scope.ts";
import { SkerryError } from "../problems/errors.ts";
import { isUuid } from "../rest/ids.ts";
import { createPage } from "../rest/paging.ts";
import type { Page, PageRequest } from "../rest/paging.ts";
import type { ApiKey, ApiKeyInput } from "./api-key.ts";
import { createKey, hashKey } from "./key.ts";
import { ALL_PERMISSIONS } from "./permission.ts";
import type { Permission } from "./permission.ts";
import { EVERY_PERMISSION, requirePermission } from "./principal.ts";
import type { Caller, Principal } from "./principal.ts";
import { insertApiKey, listApiKeys, revokeApiKey, useApiKey } from "./repository.ts";
import type { ApiKeyRow, KnownKey } from "./repository.ts";

/** A key and, this once, its text. */
export interface CreatedApiKey {
  readonly apiKey: ApiKey;
  readonly key: string;
}

/** The API keys of tenants, and who a key stands for. */
export interface ApiKeyService {
  /**
   * Who sends this `Authorization` header. A valid key is remembered for up to 30 s; one revoked on another node
   * works there until then.
   *
   * @throws SkerryError `KEY_MISSING`, `KEY_INVALID` or `TENANT_SUSPENDED`.
   */
  authenticate(authorization: string | undefined): Promise<Principal>;
  /** Makes a key with every scope inside the transaction that makes its tenant. @returns its text. */
  createFirst(queries: Queries, tenantId: string): Promise<string>;
  /** @throws SkerryError `PERMISSION_DENIED`, also for a scope that the caller's own key lacks. */
  create(caller: Caller, input: ApiKeyInput): Promise<CreatedApiKey>;
  list(caller: Caller, page: PageRequest): Promise<Page<ApiKey>>;
  /** @throws SkerryError `KEY_NOT_FOUND`. */
  revoke(caller: Caller, id: string): Promise<void>;
  /** Forgets what is remembered of a tenant's keys, after its status changed. */
  forgetTenant(tenantId: string): void;
}

export interface ApiKeyServiceOptions {
  readonly database: Database;
  /** Stands for the operator without a row in the database. */
  readonly operatorKey: string | undefined;
}

const REMEMBER_MS = 30_000;
const REMEMBERED_KEYS = 10_000;
/** Far more than any key has; hashing megabytes of header is work for nothing. */
const MAX_KEY_LENGTH = 512;

const CONFIGURED_OPERATOR: Principal = {
  kind: "operator",
  tenantId: undefined,
  id: undefined,
  permissions: EVERY_PERMISSION,
};

export function createApiKeyService({ database, operatorKey }: ApiKeyServiceOptions): ApiKeyService {
  const remembered = new LRUCache<string, Principal>({ max: REMEMBERED_KEYS, ttl: REMEMBER_MS });
  const operatorHash = operatorKey === undefined ? undefined : hashKey(operatorKey).toString("hex");

  async function identify(key: string): Promise<Principal> {
    const hash = hashKey(key);
    const name = hash.toString("hex");
    if (name === operatorHash) return CONFIGURED_OPERATOR;
    const known = remembered.get(name);
    if (known !== undefined) return known;

    const found = await withPlatform(database, (queries) => useApiKey(queries, hash));
    if (found === undefined) throw unauthorized("KEY_INVALID", "The API key is unknown, expired or revoked.");
    if (found.tenantStatus === "suspended") {
      throw new SkerryError("TENANT_SUSPENDED", `The tenant ${found.tenantId} is suspended.`);
    }
    const principal = toPrincipal(found);
    remembered.set(name, principal, { ttl: rememberFor(found) });
    return principal;
  }

  return {
    async authenticate(authorization) {
      const key = /^Bearer +(?<key>\S+) *$/i.exec(authorization ?? "")?.groups?.["key"];
      if (key === undefined) throw unauthorized("KEY_MISSING", "Send an API key: Authorization: Bearer KEY.");
      if (key.length > MAX_KEY_LENGTH)
        throw unauthorized("KEY_INVALID", "The API key is longer than any key is.");
      return await identify(key);
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
      const row = await withTenant(database, tenantId, (queries) =>
        insertApiKey(queries, { id: randomUUIDv7(), tenantId, name, prefix, hash, scopes, expiresAt }),
      );
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
      const hash = isUuid(id)
        ? await withTenant(database, caller.tenantId, (queries) => revokeApiKey(queries, caller.tenantId, id))
        : undefined;
      if (hash === undefined) throw new SkerryError("KEY_NOT_FOUND", "The tenant has no such API key.");
      remembered.delete(hash.toString("hex"));
    },

    forgetTenant(tenantId) {
      for (const [name, principal] of remembered.entries()) {
        if (principal.tenantId === tenantId) remembered.delete(name);
      }
    },
  };
}

function toPrincipal({ id, tenantId, scopes }: KnownKey): Principal {
  const kind = tenantId === null ? "operator" : "key";
  const permissions = tenantId === null ? EVERY_PERMISSION : new Set(scopes.filter(isPermission));
  return { kind, tenantId: tenantId ?? undefined, id, permissions };
}

function toApiKey(row: ApiKeyRow): ApiKey {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    scopes: row.scopes.filter(isPermission),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
  };
}

/** Rows may be older than the present list of permissions. */
function isPermission(text: string): text is Permission {
  return (ALL_PERMISSIONS as readonly string[]).includes(text);
}

/** A lookup can cross the moment of expiry by the difference of two clocks; LRUCache takes 0 for "for ever". */
function rememberFor({ expiresAt }: KnownKey): number {
  return expiresAt === null
    ? REMEMBER_MS
    : Math.max(1, Math.min(REMEMBER_MS, expiresAt.getTime() - Date.now()));
}

function unauthorized(code: "KEY_MISSING" | "KEY_INVALID", message: string): SkerryError {
  // RFC 6750, section 3.
  const challenge =
    code === "KEY_MISSING" ? 'Bearer realm="skerry"' : 'Bearer realm="skerry", error="invalid_token"';
  return new SkerryError(code, message, { headers: { "www-authenticate": challenge } });
}
