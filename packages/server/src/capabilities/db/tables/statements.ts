import type { JsonValue } from "@skerry/sandbox";
import pg from "pg";
import type { Parameter } from "../connection/exchange.ts";
import { encodeParameter } from "../connection/parameters.ts";
import { createDbError } from "../errors.ts";
import type { TableOperation } from "../exposed-table.ts";
import type { BoundStatement } from "../script-database.ts";
import type { OpenTable } from "../setup/shape.ts";
import type { DeleteInput, FindInput, UpdateInput, Where } from "./input.ts";
import { COMPARISONS } from "./input.ts";

const { escapeIdentifier: quote } = pg;

/** The protocol counts them in 16 bits. */
const MAX_PARAMETERS = 65_535;

/** A value of a row: data, or bytes that came beside the arguments. */
export type CellValue = JsonValue | Buffer;
export type Row = Readonly<Record<string, CellValue>>;

/** Builds SQL of names that were looked up in the table's shape, and of parameters. */
export function buildFind(shape: OpenTable, input: FindInput, maxRows: number): BoundStatement {
  const query = createQuery(shape, "select");
  const columns = input.columns ?? [...shape.readable.keys()];
  const list = columns.map((name) => query.name(name, shape.readable)).join(", ");
  const order = Object.entries(input.orderBy ?? {}).map(
    ([name, direction]) => `${query.name(name, shape.readable)} ${direction}`,
  );
  const text = [
    `select ${list} from ${query.target}`,
    query.where(input.where ?? {}),
    order.length === 0 ? "" : `order by ${order.join(", ")}`,
    // One more than may come: who asked for no limit is told of the one that there is.
    `limit ${query.value(input.limit ?? maxRows + 1)} offset ${query.value(input.offset ?? 0)}`,
  ].join(" ");
  return query.bind(text, { writes: false, returnsRows: true });
}

/** Answers with the rows as they were stored, where the table can be read. */
export function buildInsert(shape: OpenTable, rows: readonly Row[]): BoundStatement {
  const query = createQuery(shape, "insert");
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const columns = names.map((name) => query.name(name, shape.writable));
  const tuples = rows.map(
    (row) =>
      `(${names
        .map((name) => (Object.hasOwn(row, name) ? query.cell(name, row[name] as CellValue) : "default"))
        .join(", ")})`,
  );
  const content =
    names.length === 0 ? "default values" : `(${columns.join(", ")}) values ${tuples.join(", ")}`;
  const isReadable = shape.operations.includes("select");
  const returning = [...shape.readable.keys()].map((name) => quote(name)).join(", ");
  return query.bind(`insert into ${query.target} ${content}${isReadable ? ` returning ${returning}` : ""}`, {
    writes: true,
    returnsRows: isReadable,
  });
}

export function buildUpdate(shape: OpenTable, { where, all }: UpdateInput, changes: Row): BoundStatement {
  const query = createQuery(shape, "update");
  const set = Object.entries(changes).map(
    ([name, value]) => `${query.name(name, shape.writable)} = ${query.cell(name, value)}`,
  );
  if (set.length === 0) throw createDbError("DB_VALUE_INVALID", "The changes name no column.");
  const text = `update ${query.target} set ${set.join(", ")} ${query.where(checkWhere(where, all))}`;
  return query.bind(text, { writes: true, returnsRows: false });
}

export function buildDelete(shape: OpenTable, { where, all }: DeleteInput): BoundStatement {
  const query = createQuery(shape, "delete");
  return query.bind(`delete from ${query.target} ${query.where(checkWhere(where, all))}`, {
    writes: true,
    returnsRows: false,
  });
}

function checkWhere(where: Where, all: boolean | undefined): Where {
  if (Object.keys(where).length > 0 || all === true) return where;
  throw createDbError(
    "DB_VALUE_INVALID",
    "The condition is empty, which means every row of the tenant: say so with { all: true }.",
  );
}

/** One statement that is being built, with its parameters so far. */
interface Query {
  readonly target: string;
  /** @throws CapabilityError `DB_COLUMN_UNKNOWN`. */
  name(column: string, columns: ReadonlyMap<string, string>): string;
  value(value: CellValue): string;
  /** A value for a column: JSON columns take lists as JSON too. */
  cell(column: string, value: CellValue): string;
  where(where: Where): string;
  bind(text: string, traits: Pick<BoundStatement, "writes" | "returnsRows">): BoundStatement;
}

/** @throws CapabilityError `DB_NOT_ALLOWED` when the table is not open for the operation. */
function createQuery(shape: OpenTable, operation: TableOperation): Query {
  if (!shape.operations.includes(operation)) {
    throw createDbError(
      "DB_NOT_ALLOWED",
      `The table ${shape.name} is not open for ${operation}; it is for ${shape.operations.join(", ")}.`,
    );
  }
  const values: Parameter[] = [];

  function addParameter(parameter: Parameter): string {
    values.push(parameter);
    return `$${values.length}`;
  }

  function addValue(value: CellValue): string {
    return addParameter(encodeParameter(value));
  }

  function findName(column: string, columns: ReadonlyMap<string, string>): string {
    if (columns.has(column)) return quote(column);
    throw createDbError(
      "DB_COLUMN_UNKNOWN",
      `The table ${shape.name} has no column ${JSON.stringify(column)} that is open for this; open are ${[...columns.keys()].join(", ")}.`,
    );
  }

  function compare(column: string, condition: Where[string]): string[] {
    const name = findName(column, shape.readable);
    if (condition === null) return [`${name} is null`];
    if (Array.isArray(condition)) return [`${name} = any(${addValue(condition)})`];
    if (typeof condition !== "object") return [`${name} = ${addValue(condition)}`];
    return Object.entries(condition).map(([comparison, value = null]) => {
      if (comparison === "in") return `${name} = any(${addValue(value)})`;
      if (value === null) return nullComparison(name, comparison);
      return `${name} ${COMPARISONS[comparison as keyof typeof COMPARISONS]} ${addCell(column, value)}`;
    });
  }

  function addCell(column: string, value: CellValue): string {
    const type = shape.readable.get(column) ?? shape.writable.get(column);
    const isJson = (type === "json" || type === "jsonb") && value !== null && !Buffer.isBuffer(value);
    return addValue(isJson ? JSON.stringify(value) : value);
  }

  return {
    target: `${quote(shape.schema)}.${quote(shape.name)}`,
    name: findName,
    value: addValue,
    cell: addCell,
    where(where) {
      const conditions = Object.entries(where).flatMap(([column, condition]) => compare(column, condition));
      return conditions.length === 0 ? "" : `where ${conditions.join(" and ")}`;
    },
    bind(text, traits) {
      if (values.length <= MAX_PARAMETERS) return { text, ...traits, values };
      throw createDbError(
        "DB_VALUE_INVALID",
        `The statement would have ${values.length} values; at most ${MAX_PARAMETERS} are possible. Send fewer rows at once.`,
      );
    },
  };
}

function nullComparison(name: string, comparison: string): string {
  if (comparison === "eq") return `${name} is null`;
  if (comparison === "ne") return `${name} is not null`;
  throw createDbError("DB_VALUE_INVALID", `Nothing compares with null by ${comparison}; use eq or ne.`);
}
