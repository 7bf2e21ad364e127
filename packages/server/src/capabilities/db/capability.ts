import type { Capability, CapabilityCall, CapabilityReply, JsonValue } from "@skerry/sandbox";
import { createNamespaceCapabilities } from "../namespace.ts";
import { cutBytes } from "./bytes.ts";
import type { RawResult } from "./connection/exchange.ts";
import { encodeParameter } from "./connection/parameters.ts";
import { readResult } from "./connection/values.ts";
import { createDbError } from "./errors.ts";
import { explainFailure } from "./failure.ts";
import { createSqlGuard } from "./guard/guard.ts";
import type { StatementInput } from "./namespace.ts";
import { DB } from "./namespace.ts";
import type { BoundStatement, ScriptDatabase } from "./script-database.ts";
import type { InsertInput, UpdateInput } from "./tables/input.ts";
import type { OpenTables } from "./tables/open-tables.ts";
import { createOpenTables } from "./tables/open-tables.ts";
import type { Row } from "./tables/statements.ts";
import { buildDelete, buildFind, buildInsert, buildUpdate } from "./tables/statements.ts";
import { createOpenTransactions } from "./transactions.ts";

/** Makes `db.*` over the tables of a {@link ScriptDatabase}. They fail with the codes of `DB_ERRORS`. */
export function createDbCapabilities(database: ScriptDatabase): readonly Capability[] {
  const guard = createSqlGuard();
  const tablesOf = async (tenant: string): Promise<OpenTables> =>
    createOpenTables(await database.tablesOf(tenant));
  const transactions = createOpenTransactions(database);

  async function run(
    statement: BoundStatement,
    call: CapabilityCall,
    transaction?: number,
  ): Promise<RawResult> {
    if (transaction !== undefined) return transactions.find(call, transaction).run(statement);
    return database.run(call.tenant, statement, call.signal);
  }

  async function findTable({ table }: { readonly table: string }, { tenant }: CapabilityCall) {
    return (await tablesOf(tenant)).find(table);
  }

  async function bindSql(
    { sql, params, bytes = [] }: StatementInput,
    { body, tenant }: CapabilityCall,
  ): Promise<BoundStatement> {
    const statement = await guard(sql);
    (await tablesOf(tenant)).checkRelations(statement.relations);
    const values = params.map(encodeParameter);
    const buffers = cutBytes(
      body,
      bytes.map(([, length]) => length),
    );
    bytes.forEach(([index], position) => {
      if (index >= values.length)
        throw createDbError("DB_VALUE_INVALID", `There is no parameter ${index + 1}.`);
      values[index] = buffers[position] ?? null;
    });
    return { ...statement, values };
  }

  return createNamespaceCapabilities(DB, {
    query: explained(async (input, call) =>
      replyOf(await run(await bindSql(input, call), call, input.transaction)),
    ),
    execute: explained(async (input, call) =>
      countOf(await run(await bindSql(input, call), call, input.transaction)),
    ),
    find: explained(async (input, call) => {
      const statement = buildFind(await findTable(input, call), input, database.limits.rows);
      return replyOf(await run(statement, call, input.transaction));
    }),
    insert: explained(async (input, call) => {
      const shape = await findTable(input, call);
      const rows = placeBytes(input.rows, input.bytes, call.body);
      if (rows.length === 0) return replyOf({ fields: [], rows: [], rowCount: 0 });
      return replyOf(await run(buildInsert(shape, rows), call, input.transaction));
    }),
    update: explained(async (input, call) => {
      const [changes = {}] = placeBytes([input.changes], input.bytes, call.body);
      return countOf(
        await run(buildUpdate(await findTable(input, call), input, changes), call, input.transaction),
      );
    }),
    delete: explained(async (input, call) =>
      countOf(await run(buildDelete(await findTable(input, call), input), call, input.transaction)),
    ),
    begin: explained(async (_, call) => ({ value: await transactions.begin(call) })),
    end: explained(async ({ transaction, isKept }, call) => {
      await transactions.end(call, transaction, isKept);
      return {};
    }),
  });
}

type Handler<Input> = (input: Input, call: CapabilityCall) => Promise<CapabilityReply>;

/** Whatever PostgreSQL says reaches the script as a code and a message that hide what it may not know. */
function explained<Input>(handle: Handler<Input>): Handler<Input> {
  return async (input, call) => {
    try {
      return await handle(input, call);
    } catch (error) {
      throw call.signal.aborted && error === call.signal.reason ? executionEnded() : explainFailure(error);
    }
  };
}

function executionEnded(): Error {
  return createDbError("DB_TIMEOUT", "The execution ended before the statement did.");
}

/** Rows with the bytes that came beside them in their places. */
function placeBytes(
  rows: InsertInput["rows"] | readonly UpdateInput["changes"][],
  places: InsertInput["bytes"] = [],
  body: Uint8Array | undefined,
): readonly Row[] {
  const buffers = cutBytes(
    body,
    places.map(([, , length]) => length),
  );
  if (places.length === 0) return rows;
  const filled: Record<string, Row[string]>[] = rows.map((row) => ({ ...row }));
  places.forEach(([index, column], position) => {
    const row = filled[index];
    if (row === undefined) throw createDbError("DB_VALUE_INVALID", `There is no row ${index + 1}.`);
    row[column] = buffers[position] ?? null;
  });
  return filled;
}

function replyOf(result: RawResult): CapabilityReply {
  const { value, ...beside } = readResult(result);
  return { value: value as unknown as JsonValue, ...beside };
}

function countOf({ rowCount }: RawResult): CapabilityReply {
  return { value: rowCount };
}
