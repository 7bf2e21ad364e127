import pg from "pg";
import { recordChange } from "../audit/recorder.ts";
import { requirePermission } from "../auth/principal.ts";
import type { Caller } from "../auth/principal.ts";
import type { ScriptDatabase } from "../capabilities/db/script-database.ts";
import type { Database } from "../db/open.ts";
import { withPlatform, withTenant } from "../db/tenant-scope.ts";
import type { Queries } from "../db/tenant-scope.ts";
import { StartError } from "../main/errors.ts";
import { SkerryError } from "../problems/errors.ts";
import { checkInput } from "../rest/input.ts";
import { createPage } from "../rest/paging.ts";
import type { Page, PageRequest } from "../rest/paging.ts";
import {
  dropOwnTable,
  findOwnTable,
  listOwnTables,
  lockOwnTables,
  recountOwnTable,
  saveOwnTable,
} from "./repository.ts";
import type { OwnTableRow } from "./repository.ts";
import { MAX_TABLES, isTableName, namedTable } from "./table.ts";
import type { OwnTable, TableDefinition, TableInput } from "./table.ts";
import { RefusedChange, planChange, planNewTable } from "./table-plan.ts";

/** Tables of the tenant's own. Whoever changes one is audited with it. */
export interface TableService {
  list(caller: Caller, page: PageRequest): Promise<Page<OwnTable>>;
  /** @throws SkerryError `TABLE_NOT_FOUND`. */
  get(caller: Caller, name: string): Promise<OwnTable>;
  /**
   * Makes the table, or changes it to what is declared. Scripts have it so from their next statement.
   *
   * @throws SkerryError `INPUT_INVALID` for the name, `TABLE_NAME_TAKEN`, `TABLE_CHANGE_REFUSED`, `TABLE_LIMIT`,
   * `TABLE_BUSY` or `TABLES_UNAVAILABLE`.
   */
  declare(caller: Caller, name: string, input: TableInput): Promise<OwnTable>;
  /** @throws SkerryError `TABLE_NOT_FOUND` or `TABLE_BUSY`. */
  delete(caller: Caller, name: string): Promise<void>;
}

/** Options of {@link createTableService}. */
export interface TableServiceOptions {
  readonly database: Database;
  /** That scripts have by `ctx.db`. Without it no tables can be declared. */
  readonly scripts: Pick<ScriptDatabase, "tables" | "prepareRole" | "forgetTables"> | undefined;
}

export function createTableService({ database, scripts }: TableServiceOptions): TableService {
  /** Tenants cannot make tables by themselves: their part of the database may not. */
  async function change<Result>(
    tenantId: string,
    work: (queries: Queries) => Promise<Result>,
  ): Promise<Result> {
    try {
      return await withPlatform(database, work);
    } catch (error) {
      throw explainRefusal(error);
    } finally {
      scripts?.forgetTables(tenantId);
    }
  }

  return {
    async list(caller, page) {
      requirePermission(caller, "scripts.read");
      const { tenantId } = caller;
      const rows = await withTenant(database, tenantId, (queries) => listOwnTables(queries, tenantId, page));
      return createPage(rows, page, ({ name }) => name, toTable);
    },

    async get(caller, name) {
      requirePermission(caller, "scripts.read");
      const { tenantId } = caller;
      if (!isTableName(name)) throw refuseUnknown(name);
      const row = await withTenant(database, tenantId, (queries) => findOwnTable(queries, tenantId, name));
      if (row === undefined) throw refuseUnknown(name);
      return toTable(row);
    },

    async declare(caller, wished, input) {
      requirePermission(caller, "tenant.admin");
      const { tenantId } = caller;
      const { name } = checkInput(namedTable, { name: wished });
      requireFreeName(name, scripts);
      const role = await prepareRole(scripts);
      const { dropColumns: _confirmed, ...definition } = input;
      const row = await change(tenantId, async (queries) => {
        const count = await lockOwnTables(queries, tenantId);
        const before = await findOwnTable(queries, tenantId, name);
        if (before === undefined && count >= MAX_TABLES) throw refuseMore();
        const place = { tenantId, name, role };
        const statements =
          before === undefined
            ? planNewTable(place, definition)
            : planChange(place, definitionOf(before), input);
        const after = await saveOwnTable(queries, { tenantId, name, definition }, statements);
        const bytes = before === undefined ? 0 : await recountOwnTable(queries, tenantId, name);
        await recordChange(queries, caller, {
          action: before === undefined ? "table.created" : "table.changed",
          target: { type: "table", id: name },
          ...(before && { before: describe(before) }),
          after: describe(after),
        });
        return { ...after, bytes };
      });
      return toTable(row);
    },

    async delete(caller, name) {
      requirePermission(caller, "tenant.admin");
      const { tenantId } = caller;
      if (!isTableName(name)) throw refuseUnknown(name);
      await change(tenantId, async (queries) => {
        await lockOwnTables(queries, tenantId);
        const before = await dropOwnTable(queries, tenantId, name);
        if (before === undefined) throw refuseUnknown(name);
        const target = { type: "table", id: name };
        await recordChange(queries, caller, { action: "table.deleted", target, before: describe(before) });
      });
    },
  };
}

function requireFreeName(name: string, scripts: TableServiceOptions["scripts"]): void {
  if (scripts?.tables.some((table) => table.name === name) !== true) return;
  throw new SkerryError("TABLE_NAME_TAKEN", `The host has opened a table ${name} to scripts.`);
}

async function prepareRole(scripts: TableServiceOptions["scripts"]): Promise<string> {
  if (scripts === undefined) throw unavailable();
  try {
    return await scripts.prepareRole();
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    // Its message is the operator's: it names roles and statements.
    throw unavailable(error);
  }
}

/** SQLSTATEs of statements that the rows or the declaration do not allow. Their messages speak of the tenant's own. */
const REFUSED = /^(?:22|23|42(?!501)|54|0A|2BP01)/;
const LOCK_TIMEOUT = "55P03";
const INSUFFICIENT_PRIVILEGE = "42501";

function explainRefusal(error: unknown): unknown {
  if (error instanceof RefusedChange) return new SkerryError("TABLE_CHANGE_REFUSED", error.message);
  if (!(error instanceof pg.DatabaseError)) return error;
  const { code = "", message } = error;
  if (code === LOCK_TIMEOUT) return new SkerryError("TABLE_BUSY", "Scripts hold the table; try again later.");
  if (code === INSUFFICIENT_PRIVILEGE) return unavailable(error);
  if (REFUSED.test(code)) return new SkerryError("TABLE_CHANGE_REFUSED", `PostgreSQL says: ${message}.`);
  return error;
}

function unavailable(cause?: Error): SkerryError {
  return new SkerryError("TABLES_UNAVAILABLE", "The operator has to set up the role of scripts first.", {
    cause,
  });
}

function refuseMore(): SkerryError {
  return new SkerryError("TABLE_LIMIT", `The tenant has ${MAX_TABLES} tables, and more are not possible.`);
}

function refuseUnknown(name: string): SkerryError {
  return new SkerryError("TABLE_NOT_FOUND", `There is no table ${JSON.stringify(name.slice(0, 80))}.`);
}

/** What the audit log keeps of a table. */
function describe(row: OwnTableRow) {
  const { columns, primaryKey } = definitionOf(row);
  return { columns: columns.map(({ name, type }) => `${name} ${type}`), primaryKey: [...primaryKey] };
}

/** As it was checked when it was kept. */
function definitionOf({ definition }: Pick<OwnTableRow, "definition">): TableDefinition {
  return definition as unknown as TableDefinition;
}

function toTable(row: OwnTableRow): OwnTable {
  const { name, bytes, created_at: createdAt, updated_at: updatedAt } = row;
  const { columns, primaryKey, unique, indexes } = definitionOf(row);
  const copy = (keys: TableDefinition["unique"]) => keys.map((columnNames) => [...columnNames]);
  return {
    name,
    columns: columns.map((column) => ({ ...column })),
    primaryKey: [...primaryKey],
    unique: copy(unique),
    indexes: copy(indexes),
    bytes,
    createdAt,
    updatedAt,
  };
}
