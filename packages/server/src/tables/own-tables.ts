import type { OpenTable } from "../capabilities/db/setup/shape.ts";
import type { TenantTableSource } from "../capabilities/db/tables/tenant-tables.ts";
import type { Database } from "../db/open.ts";
import { withTenant } from "../db/tenant-scope.ts";
import { createTenantMemory } from "../db/tenant-memory.ts";
import type { QuotaService } from "../quotas/service.ts";
import { OWN_TABLES_CHANNEL, listOwnTables } from "./repository.ts";
import { COLUMN_TYPES, MAX_TABLES } from "./table.ts";
import type { TableDefinition } from "./table.ts";
import { nameTenantSchema } from "./table-plan.ts";

/** The tables of tenants' own, for `ctx.db`. */
export interface OwnTables extends TenantTableSource, AsyncDisposable {}

/** Options of {@link createOwnTables}. */
export interface OwnTablesOptions {
  readonly database: Database;
  readonly quotas: Pick<QuotaService, "termsOf">;
}

export async function createOwnTables({ database, quotas }: OwnTablesOptions): Promise<OwnTables> {
  const memory = await createTenantMemory<readonly OpenTable[]>({ database, channel: OWN_TABLES_CHANNEL });

  async function load(tenantId: string): Promise<readonly OpenTable[]> {
    const rows = await withTenant(database, tenantId, (queries) =>
      listOwnTables(queries, tenantId, { limit: MAX_TABLES }),
    );
    return rows.map(({ name, definition }) =>
      shapeOwnTable(tenantId, name, definition as unknown as TableDefinition),
    );
  }

  return {
    async of(tenantId) {
      const tables = await memory.get(tenantId, () => load(tenantId));
      if (tables.length === 0) return undefined;
      const { storedBytes } = (await quotas.termsOf(tenantId)).quotas;
      return { schema: nameTenantSchema(tenantId), tables, storedLimit: storedBytes };
    },
    forget: (tenantId) => memory.forget(tenantId),
    async exist() {
      const row = await database.kysely.selectFrom("own_tables").select("name").limit(1).executeTakeFirst();
      return row !== undefined;
    },
    [Symbol.asyncDispose]: () => memory[Symbol.asyncDispose](),
  };
}

function shapeOwnTable(tenantId: string, name: string, { columns }: TableDefinition): OpenTable {
  const types = new Map(columns.map((column) => [column.name, COLUMN_TYPES[column.type]]));
  return {
    schema: nameTenantSchema(tenantId),
    name,
    operations: ["select", "insert", "update", "delete"],
    readable: types,
    writable: types,
  };
}
