import type { Database } from "../../db/open.ts";
import type { MasterKeys } from "../../secrets/master-keys.ts";
import type { ScriptConnection, ScriptConnections } from "./connection/connections.ts";
import { createScriptConnections } from "./connection/connections.ts";
import type { Parameter, RawResult, Step } from "./connection/exchange.ts";
import { formatSearchPath } from "./connection/script-client.ts";
import { createDbError } from "./errors.ts";
import type { ExposedTable } from "./exposed-table.ts";
import type { Statement } from "./guard/statement.ts";
import type { DbLimits } from "./limits.ts";
import { DEFAULT_DB_LIMITS } from "./limits.ts";
import { readExposedTables } from "./setup/exposed-tables.ts";
import type { OpenTable, TableShape } from "./setup/shape.ts";
import type { TableAccess } from "./setup/setup.ts";
import { setUpTables } from "./setup/setup.ts";
import type { TenantTables, TenantTableSource } from "./tables/tenant-tables.ts";
import { signToken } from "./token.ts";

/** A statement with its values. */
export interface BoundStatement extends Statement {
  readonly values: readonly Parameter[];
}

/** Several statements that are kept together or not at all. */
export interface ScriptTransaction {
  /** One after the other. After one that fails, nothing of the transaction can be kept. */
  run(statement: BoundStatement): Promise<RawResult>;
  /** @throws CapabilityError `DB_TRANSACTION_OVER` when one of its statements failed. */
  commit(): Promise<void>;
  rollback(): Promise<void>;
}

/**
 * The database as scripts have it. Whatever a statement says, PostgreSQL runs it as a role that owns nothing, sees the
 * tables that were opened and the rows of `tenant` alone, and answers within the limits: nothing here relies on what the
 * guard let through.
 */
export interface ScriptDatabase extends AsyncDisposable {
  /** The host's, which all tenants have. */
  readonly tables: readonly TableShape[];
  readonly limits: DbLimits;
  /** The host's and the tenant's own. */
  tablesOf(tenant: string): Promise<readonly OpenTable[]>;
  /**
   * Sees to it that scripts can log in, for tables that are about to be made.
   *
   * @returns the name of their role.
   * @throws StartError `TABLE_SETUP_NEEDED`.
   */
  prepareRole(): Promise<string>;
  /** To be called after a tenant's own tables were changed. */
  forgetTables(tenant: string): void;
  /** Runs one statement in a transaction of its own. */
  run(tenant: string, statement: BoundStatement, signal: AbortSignal): Promise<RawResult>;
  begin(tenant: string, signal: AbortSignal): Promise<ScriptTransaction>;
}

/** Options of {@link createScriptDatabase}. */
export interface ScriptDatabaseOptions {
  readonly database: Database;
  /** The password of the scripts' role is derived from the current one. */
  readonly keys: MasterKeys;
  /** Default: those that were declared last, by whichever node of the installation. */
  readonly tables?: readonly ExposedTable[] | undefined;
  /** Default: tenants have none of their own. */
  readonly tenantTables?: TenantTableSource;
  readonly limits?: Partial<DbLimits>;
  /** Told each change that was made to tables and roles. */
  readonly onNotice?: (message: string) => void;
}

/**
 * Sets up the tables and opens connections for scripts; where there are none yet, when the first is made.
 *
 * @throws StartError `TABLE_INVALID` or `TABLE_SETUP_NEEDED`.
 */
export async function createScriptDatabase({
  database,
  keys,
  tables,
  tenantTables,
  limits: wished,
  onNotice = () => {},
}: ScriptDatabaseOptions): Promise<ScriptDatabase> {
  const limits = { ...DEFAULT_DB_LIMITS, ...wished };
  let opening: Promise<OpenedDatabase> | undefined;

  /** Tried again where it failed: an administrator may have done his part meanwhile. */
  function open(): Promise<OpenedDatabase> {
    opening ??= openForScripts().catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  }

  async function openForScripts(): Promise<OpenedDatabase> {
    const access = await setUpTables({ database, keys, tables, limits }, onNotice);
    return { ...access, connections: createScriptConnections(access.config, limits) };
  }

  async function scopeOf(tenant: string): Promise<Scope> {
    const own = await tenantTables?.of(tenant);
    if (opening === undefined && own === undefined) {
      throw createDbError("DB_TABLE_UNKNOWN", "The host has opened no tables to scripts.");
    }
    const { connections, tokenKey } = await open();
    return { connections, tokenKey, hostSchemas, own };
  }

  const known = tables?.length ? tables : await readExposedTables(database);
  const isUsed = known.length > 0 || (await tenantTables?.exist()) === true;
  const shapes = isUsed ? (await open()).shapes : [];
  const hostSchemas = [...new Set(shapes.map(({ schema }) => schema))];
  return {
    tables: shapes,
    limits,
    tablesOf: async (tenant) => [...shapes, ...((await tenantTables?.of(tenant))?.tables ?? [])],
    forgetTables: (tenant) => tenantTables?.forget(tenant),
    prepareRole: async () => String((await open()).config.user),
    run: async (tenant, statement, signal) => runAlone(await scopeOf(tenant), tenant, statement, signal),
    begin: async (tenant, signal) => beginTransaction(await scopeOf(tenant), tenant, signal),
    async [Symbol.asyncDispose]() {
      const opened = await opening?.catch(() => undefined);
      await opened?.connections[Symbol.asyncDispose]();
    },
  };
}

interface OpenedDatabase extends TableAccess {
  readonly connections: ScriptConnections;
}

/** What a statement of one tenant needs. */
interface Scope extends Pick<OpenedDatabase, "connections" | "tokenKey"> {
  readonly hostSchemas: readonly string[];
  readonly own: TenantTables | undefined;
}

const BEGIN: Step = { text: "begin", values: [] };
const COMMIT: Step = { text: "commit", values: [] };

/** Makes the transaction the tenant's. The token is a parameter: nobody sees it among the statements that run. */
function enter(scope: Scope, { pid }: ScriptConnection, tenant: string, isReadOnly: boolean): Step {
  const settings = {
    "skerry.script_token": signToken(scope.tokenKey, { tenant, pid }),
    ...(isReadOnly ? { transaction_read_only: "on" } : {}),
    ...describeOwn(scope),
  };
  const calls = Object.keys(settings).map((name, index) => `set_config('${name}', $${index + 1}, true)`);
  return { text: `select ${calls.join(", ")}`, values: Object.values(settings) };
}

/** A tenant's own tables come before those of the host, who may have more than it opens. */
function describeOwn({ own, hostSchemas }: Scope): Readonly<Record<string, string>> {
  if (own === undefined) return {};
  return {
    search_path: formatSearchPath([own.schema, ...hostSchemas]),
    "skerry.stored_limit": String(Math.floor(own.storedLimit)),
  };
}

async function runAlone(
  scope: Scope,
  tenant: string,
  statement: BoundStatement,
  signal: AbortSignal,
): Promise<RawResult> {
  const connection = await scope.connections.acquire(tenant, signal);
  try {
    const steps = [enter(scope, connection, tenant, !statement.writes), statement];
    // What is sent at once is a transaction by itself. Rows that come back may be too many, though, and then nothing
    // may be kept: the end is said once they are here.
    if (!statement.writes || !statement.returnsRows) return await connection.run(steps, signal);
    const result = await connection.run([BEGIN, ...steps], signal);
    await connection.run([COMMIT], signal);
    return result;
  } finally {
    // The script need not wait for it.
    void connection.release();
  }
}

async function beginTransaction(
  scope: Scope,
  tenant: string,
  signal: AbortSignal,
): Promise<ScriptTransaction> {
  const connection = await scope.connections.acquire(tenant, signal);
  try {
    await connection.run([BEGIN, enter(scope, connection, tenant, false)], signal);
  } catch (error) {
    void connection.release();
    throw error;
  }
  let last: Promise<unknown> = Promise.resolve();
  let hasFailed = false;

  /** Statements that a script sends side by side go one after the other. */
  function inTurn(work: () => Promise<RawResult>): Promise<RawResult> {
    const result = last.then(work);
    last = result.catch(() => (hasFailed = true));
    return result;
  }

  return {
    run: (statement) =>
      inTurn(() => {
        if (hasFailed) throw overError();
        return connection.run([statement], signal);
      }),
    async commit() {
      try {
        await inTurn(() => {
          if (hasFailed) throw overError();
          return connection.run([COMMIT], signal);
        });
      } finally {
        void connection.release();
      }
    },
    async rollback() {
      await last;
      await connection.release();
    },
  };
}

function overError(): Error {
  return createDbError(
    "DB_TRANSACTION_OVER",
    "A statement of this transaction failed, so nothing of it is kept.",
  );
}
