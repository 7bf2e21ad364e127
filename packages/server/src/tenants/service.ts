import { randomBytes } from "node:crypto";
import { recordChange } from "../audit/recorder.ts";
import { announceAccessChange } from "../auth/access-news.ts";
import { requireOperator } from "../auth/principal.ts";
import type { Operator } from "../auth/principal.ts";
import type { ApiKeyService } from "../auth/service.ts";
import type { Database } from "../db/open.ts";
import { withPlatform } from "../db/tenant-scope.ts";
import type { Queries } from "../db/tenant-scope.ts";
import { mergeOverrides } from "../plans/overrides.ts";
import type { Plans } from "../plans/plan.ts";
import { notifyTermsChanged } from "../plans/repository.ts";
import { SkerryError } from "../problems/errors.ts";
import { createPage } from "../rest/paging.ts";
import type { Page, PageRequest } from "../rest/paging.ts";
import { dropTenantSchema } from "../tables/repository.ts";
import {
  countTenants,
  deleteTenant,
  findTenant,
  insertTenant,
  listTenants,
  lockTenant,
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

/**
 * The tenants of this installation; every method but `count` and `nameOf` is the operator's. What changes a tenant is audited with
 * it, what makes or removes one with the installation.
 */
export interface TenantService {
  /** @throws SkerryError `TENANT_EXISTS` or `PLAN_UNKNOWN`. */
  create(operator: Operator, input: TenantInput): Promise<CreatedTenant>;
  list(operator: Operator, page: PageRequest): Promise<Page<Tenant>>;
  /** @throws SkerryError `TENANT_NOT_FOUND`. */
  get(operator: Operator, id: string): Promise<Tenant>;
  /** @throws SkerryError `TENANT_NOT_FOUND` or `PLAN_UNKNOWN`. */
  update(operator: Operator, id: string, change: TenantChange): Promise<Tenant>;
  /** Removes the tenant with its scripts, history and keys. @throws SkerryError `TENANT_NOT_FOUND`. */
  delete(operator: Operator, id: string): Promise<void>;
  /** How many there are. */
  count(): Promise<number>;
  /** What people call a tenant; undefined where there is none of that id. For those who belong to it. */
  nameOf(id: string): Promise<string | undefined>;
}

export interface TenantServiceOptions {
  readonly database: Database;
  readonly apiKeys: ApiKeyService;
  /** Those that tenants can have. */
  readonly plans: Plans;
  /** Told after a tenant's status changed or the tenant was deleted. */
  readonly onChange: (tenantId: string) => void;
}

const MAX_SLUG_LENGTH = 40;
const SUFFIX_BYTES = 3;

export function createTenantService(options: TenantServiceOptions): TenantService {
  const { database, apiKeys, plans, onChange } = options;

  function requirePlan(name: string): void {
    if (plans.has(name)) return;
    throw new SkerryError(
      "PLAN_UNKNOWN",
      `There is no plan ${name}; there are: ${[...plans.keys()].join(", ")}.`,
    );
  }

  return {
    async create(operator, { name, plan, id = createTenantId(name) }) {
      requireOperator(operator);
      requirePlan(plan);
      return await withPlatform(database, async (queries) => {
        const row = await insertTenant(queries, { id, name, plan });
        if (row === undefined) throw new SkerryError("TENANT_EXISTS", `There is a tenant ${id} already.`);
        const apiKey = await apiKeys.createFirst(queries, id);
        const target = { type: "tenant", id, name };
        await recordChange(queries, operator, { action: "tenant.created", target, after: describe(row) });
        return { tenant: toTenant(row), apiKey };
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
      if (change.plan !== undefined) requirePlan(change.plan);
      const row = await withPlatform(database, async (queries) => {
        const before = await requireTenant(queries, id);
        const after = await updateTenant(queries, id, planUpdate(before, change));
        await notifyTermsChanged(queries, id);
        await announceAccessChange(queries, id);
        const actor = { ...operator, tenantId: id };
        await recordChange(queries, actor, {
          action: "tenant.updated",
          target: { type: "tenant", id, name: after.name },
          before: describe(before),
          after: describe(after),
        });
        return after;
      });
      onChange(id);
      return toTenant(row);
    },

    async delete(operator, id) {
      requireOperator(operator);
      requireTenantId(id);
      await withPlatform(database, async (queries) => {
        const before = await requireTenant(queries, id);
        await dropTenantSchema(queries, id);
        await deleteTenant(queries, id);
        await announceAccessChange(queries, id);
        const target = { type: "tenant", id, name: before.name };
        await recordChange(queries, operator, { action: "tenant.deleted", target, before: describe(before) });
      });
      onChange(id);
    },

    count: () => withPlatform(database, countTenants),

    async nameOf(id) {
      if (!isTenantId(id)) return undefined;
      return (await withPlatform(database, (queries) => findTenant(queries, id)))?.name;
    },
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

/** The tenant as it is, and stays until the transaction ends. */
async function requireTenant(queries: Queries, id: string): Promise<TenantRow> {
  return found(id, await lockTenant(queries, id));
}

/** What the audit log keeps of a tenant. */
function describe({ id: _id, created_at: _at, retention_days: retentionDays, ...rest }: TenantRow) {
  return { ...rest, retentionDays };
}

/** What the row holds after the change. */
function planUpdate(row: TenantRow, { name, plan, status, ...overrides }: TenantChange) {
  return {
    name: name ?? row.name,
    plan: plan ?? row.plan,
    status: status ?? row.status,
    ...mergeOverrides(row, overrides),
  };
}

function found(id: string, row: TenantRow | undefined): TenantRow {
  if (row === undefined) throw refuseUnknown(id);
  return row;
}

function refuseUnknown(id: string): SkerryError {
  return new SkerryError("TENANT_NOT_FOUND", `There is no tenant ${JSON.stringify(id.slice(0, 80))}.`);
}

function toTenant(row: TenantRow): Tenant {
  const { retention_days: retentionDays, created_at: createdAt, ...rest } = row;
  return { ...rest, retentionDays, createdAt };
}
