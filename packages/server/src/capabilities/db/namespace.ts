import type { JsonValue } from "@skerry/sandbox";
import { z } from "zod";
import { defineNamespace } from "../namespace.ts";
import { DB_ERRORS } from "./errors.ts";
import { DEFAULT_DB_LIMITS } from "./limits.ts";
import { deleteInput, findInput, insertInput, updateInput } from "./tables/input.ts";

const MAX_INPUT_BYTES = 4 * 1024 * 1024;
const MAX_PARAMETERS = 10_000;

const statementInput = z.strictObject({
  sql: z.string(),
  params: z
    // Arguments come from JSON text: whatever is there is JSON.
    .array(z.custom<JsonValue>((value) => value !== undefined, "is missing"))
    .max(MAX_PARAMETERS)
    .default([]),
  /** Which parameters are bytes, and how many; they lie beside the arguments in this order. */
  bytes: z.array(z.tuple([z.int().min(0), z.int().min(0)])).optional(),
  transaction: z.int().optional(),
});
export type StatementInput = z.output<typeof statementInput>;

const { statementMs, transactionMs, rows, bytes, connectionsPerTenant } = DEFAULT_DB_LIMITS;

const STATEMENT_ERRORS = [
  "DB_SQL_INVALID",
  "DB_SQL_REFUSED",
  "DB_TABLE_UNKNOWN",
  "DB_NOT_ALLOWED",
  "DB_VALUE_INVALID",
  "DB_UNIQUE",
  "DB_FOREIGN_KEY",
  "DB_NOT_NULL",
  "DB_CHECK",
  "DB_QUOTA",
  "DB_CONFLICT",
  "DB_TIMEOUT",
  "DB_RESULT_LIMIT",
  "DB_BUSY",
  "DB_TRANSACTION_OVER",
  "DB_UNAVAILABLE",
  "DB_FAILED",
];
const TABLE_ERRORS = [...STATEMENT_ERRORS.filter((code) => !code.startsWith("DB_SQL")), "DB_COLUMN_UNKNOWN"];

export const DB = defineNamespace({
  name: "db",
  summary:
    "The tables that the host has opened to scripts, by SQL and by helpers. Whatever a statement says, it sees and changes the rows of its own tenant alone, and rows that it adds are its tenant's: SQL need not name the tenant.",
  types: `type DbValue = string | number | boolean | bigint | null | Date | Uint8Array | readonly DbValue[] | { readonly [key: string]: unknown };

interface DbRow {
  [column: string]: any;
}

interface DbComparison {
  readonly eq?: DbValue;
  readonly ne?: DbValue;
  readonly lt?: DbValue;
  readonly lte?: DbValue;
  readonly gt?: DbValue;
  readonly gte?: DbValue;
  readonly in?: readonly DbValue[];
  readonly like?: string;
  readonly ilike?: string;
}

/** All of it has to be so. A list is "one of these", null is "has no value". */
type DbWhere = { readonly [column: string]: DbValue | DbComparison };

interface DbFindOptions {
  readonly where?: DbWhere;
  /** In the order in which they are named. */
  readonly orderBy?: { readonly [column: string]: "asc" | "desc" };
  readonly limit?: number;
  readonly offset?: number;
  /** Default: all that are open. */
  readonly columns?: readonly string[];
}

interface DbTransaction {
  query<Row = DbRow>(sql: string, params?: readonly DbValue[]): Promise<Row[]>;
  queryOne<Row = DbRow>(sql: string, params?: readonly DbValue[]): Promise<Row | null>;
  execute(sql: string, params?: readonly DbValue[]): Promise<{ rowCount: number }>;
  find<Row = DbRow>(table: string, options?: DbFindOptions): Promise<Row[]>;
  insert<Row = DbRow>(table: string, row: { readonly [column: string]: DbValue }): Promise<Row>;
  insert<Row = DbRow>(table: string, rows: readonly { readonly [column: string]: DbValue }[]): Promise<Row[]>;
  update(table: string, where: DbWhere, changes: { readonly [column: string]: DbValue }, options?: { readonly all?: boolean }): Promise<number>;
  delete(table: string, where: DbWhere, options?: { readonly all?: boolean }): Promise<number>;
}`,
  calls: {
    query: { input: statementInput, maxInputBytes: MAX_INPUT_BYTES },
    execute: { input: statementInput, maxInputBytes: MAX_INPUT_BYTES },
    find: { input: findInput },
    insert: { input: insertInput, maxInputBytes: MAX_INPUT_BYTES },
    update: { input: updateInput, maxInputBytes: MAX_INPUT_BYTES },
    delete: { input: deleteInput },
    begin: { input: z.strictObject({}) },
    end: { input: z.strictObject({ transaction: z.int(), isKept: z.boolean() }) },
  },
  members: {
    query: {
      signature: "<Row = DbRow>(sql: string, params?: readonly DbValue[]): Promise<Row[]>",
      summary:
        "Runs one SELECT, INSERT, UPDATE or DELETE and gives its rows. Values belong into `params`, as `$1`, `$2` … in the SQL.",
      calls: ["query"],
      errors: STATEMENT_ERRORS,
      example: 'const open = await ctx.db.query("select id, total from orders where status = $1", ["open"]);',
    },
    queryOne: {
      signature: "<Row = DbRow>(sql: string, params?: readonly DbValue[]): Promise<Row | null>",
      summary: "Gives the first row, or null where there is none.",
      calls: ["query"],
      errors: STATEMENT_ERRORS,
      example: 'const order = await ctx.db.queryOne("select * from orders where id = $1", [1]);',
    },
    execute: {
      signature: "(sql: string, params?: readonly DbValue[]): Promise<{ rowCount: number }>",
      summary: "Runs one statement and tells how many rows it changed.",
      calls: ["execute"],
      errors: STATEMENT_ERRORS,
      example: `const { rowCount } = await ctx.db.execute("update orders set status = 'paid' where id = $1", [1]);`,
    },
    transaction: {
      signature: "<Result>(work: (tx: DbTransaction) => Result | Promise<Result>): Promise<Result>",
      summary:
        "Keeps all that `work` does with `tx`, or, when it throws, nothing of it. There is one transaction at a time, and none within another. One that lasts too long, or whose execution ends, is rolled back.",
      calls: ["begin", "end", "query", "execute", "find", "insert", "update", "delete"],
      errors: [...STATEMENT_ERRORS, "DB_TRANSACTION_OPEN"],
      example: `const total = await ctx.db.transaction(async (tx) => {
  const order = await tx.queryOne("select total from orders where id = $1 for update", [1]);
  if (order) await tx.update("orders", { id: 1 }, { status: "paid" });
  return order ? order.total : "0";
});`,
    },
    find: {
      signature: "<Row = DbRow>(table: string, options?: DbFindOptions): Promise<Row[]>",
      summary: "Gives rows of one table, without SQL.",
      calls: ["find"],
      errors: TABLE_ERRORS,
      example:
        'const latest = await ctx.db.find("orders", { where: { status: "open" }, orderBy: { id: "desc" }, limit: 10 });',
    },
    insert: {
      signature: `{
  <Row = DbRow>(table: string, row: { readonly [column: string]: DbValue }): Promise<Row>;
  <Row = DbRow>(table: string, rows: readonly { readonly [column: string]: DbValue }[]): Promise<Row[]>;
}`,
      summary:
        "Adds a row, or up to 1,000 of them at once, and gives them as they were stored. Where the table is not open for select, it gives null, or no rows.",
      calls: ["insert"],
      errors: TABLE_ERRORS,
      example: 'const added = await ctx.db.insert("orders", { status: "open", total: "12.50" });',
    },
    update: {
      signature:
        "(table: string, where: DbWhere, changes: { readonly [column: string]: DbValue }, options?: { readonly all?: boolean }): Promise<number>",
      summary:
        "Changes rows and tells how many. An empty `where` is refused unless `{ all: true }` says that every row is meant.",
      calls: ["update"],
      errors: TABLE_ERRORS,
      example: 'const paid = await ctx.db.update("orders", { status: "open" }, { status: "paid" });',
    },
    delete: {
      signature: "(table: string, where: DbWhere, options?: { readonly all?: boolean }): Promise<number>",
      summary: "Removes rows and tells how many. As with `update`, an empty `where` needs `{ all: true }`.",
      calls: ["delete"],
      errors: TABLE_ERRORS,
      example: 'const removed = await ctx.db.delete("orders", { status: ["cancelled", "refused"] });',
    },
  },
  limits: [
    { name: "SQL", value: "32 KiB" },
    { name: "parameters", value: String(MAX_PARAMETERS) },
    { name: "input", value: `${MAX_INPUT_BYTES / 1024 / 1024} MiB` },
    { name: "result", value: `${rows} rows and ${bytes / 1024 / 1024} MiB` },
    { name: "statement", value: `${statementMs} ms` },
    { name: "transaction", value: `${transactionMs} ms, one at a time` },
    { name: "connections", value: `${connectionsPerTenant} of each tenant at a time; more wait` },
  ],
  errors: DB_ERRORS,
});
