import { randomBytes } from "node:crypto";
import { requireOperator } from "../auth/principal.ts";
import type { Operator } from "../auth/principal.ts";
import type { ApiKeyService } from "../auth/service.ts";
import type { Database } from "../db/open.ts";
import { withPlatform } from "../db/tenant-scope.ts";
import { SkerryError } from "../problems/errors.ts";
import { createPage } from "../rest/paging.ts";
import type { Page, PageRequest } from "../rest/paging.ts";
import {
  countTenants,
  deleteTenant,
  findTenant,
  insertTenant,
  listTenants,
  updateTenant,
} from "./repository.ts";
import type { TenantRow } from "./repository.ts";
import { isTenantId } from "./tenant.ts";
import type { Tenant, TenantChange, TenantInput } from "./tenant.ts";

/** A new tenant and, this once, the text of its first API key. */
export interface CreatedTenant {
  readonly tenant: Tenant;
  readonly apiKey: string;
}

/** The tenants of this installation; every method but `count` is the operator's. */
export interface TenantService {
  /** @throws SkerryError `TENANT_EXISTS`. */
  create(operator: Operator, input: TenantInput): Promise<CreatedTenant>;
  list(operator: Operator, page: PageRequest): Promise<Page<Tenant>>;
  /** @throws SkerryError `TENANT_NOT_FOUND`. */
  get(operator: Operator, id: string): Promise<Tenant>;
  /** @throws SkerryError `TENANT_NOT_FOUND`. */
  update(operator: Operator, id: string, change: TenantChange): Promise<Tenant>;
  /** Removes the tenant with its scripts, history and keys. @throws SkerryError `TENANT_NOT_FOUND`. */
  delete(operator: Operator, id: string): Promise<void>;
  /** How many there are. */
  count(): Promise<number>;
}

export interface TenantServiceOptions {
  readonly database: Database;
  readonly apiKeys: ApiKeyService;
  /** Told after a tenant's status changed or the tenant was deleted. */
  readonly onChange: (tenantId: string) => void;
}

const MAX_SLUG_LENGTH = 40;
const SUFFIX_BYTES = 3;

export function createTenantService({ database, apiKeys, onChange }: TenantServiceOptions): TenantService {
  function announce(id: string): void {
    apiKeys.forgetTenant(id);
    onChange(id);
  }

  return {
    async create(operator, { name, plan, id = createTenantId(name) }) {
      requireOperator(operator);
      return await withPlatform(database, async (queries) => {
        const row = await insertTenant(queries, { id, name, plan });
        if (row === undefined) throw new SkerryError("TENANT_EXISTS", `There is a tenant ${id} already.`);
        return { tenant: toTenant(row), apiKey: await apiKeys.createFirst(queries, id) };
      });
    },

    async list(operator, page) {
      requireOperator(operator);
      const rows = await withPlatform(database, (queries) => listTenants(queries, page));
      return createPage(rows, page, ({ id }) => id, toTenant);
    },

    async get(operator, id) {
      requireOperator(operator);
      requireTenantId(id);
      return toTenant(found(id, await withPlatform(database, (queries) => findTenant(queries, id))));
    },

    async update(operator, id, change) {
      requireOperator(operator);
      requireTenantId(id);
      const row = found(id, await withPlatform(database, (queries) => updateTenant(queries, id, change)));
      announce(id);
      return toTenant(row);
    },

    async delete(operator, id) {
      requireOperator(operator);
      requireTenantId(id);
      const deleted = await withPlatform(database, (queries) => deleteTenant(queries, id));
      if (!deleted) throw refuseUnknown(id);
      announce(id);
    },

    count: () => withPlatform(database, countTenants),
  };
}

/** A readable id that nobody else is likely to have. */
function createTenantId(name: string): string {
  const slug = name
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, MAX_SLUG_LENGTH)
    .replaceAll(/^-+|-+$/g, "");
  return `${slug === "" ? "tenant" : slug}-${randomBytes(SUFFIX_BYTES).toString("hex")}`;
}

function requireTenantId(id: string): void {
  if (!isTenantId(id)) throw refuseUnknown(id);
}

function found(id: string, row: TenantRow | undefined): TenantRow {
  if (row === undefined) throw refuseUnknown(id);
  return row;
}

function refuseUnknown(id: string): SkerryError {
  return new SkerryError("TENANT_NOT_FOUND", `There is no tenant ${JSON.stringify(id.slice(0, 80))}.`);
}

function toTenant({ id, name, status, plan, created_at: createdAt }: TenantRow): Tenant {
  return { id, name, status, plan, createdAt };
}
