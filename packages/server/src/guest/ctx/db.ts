import { call } from "@skerry/sandbox/guest";
import {
  NativeUint8Array,
  appendOwn,
  arrayBufferSlice,
  arrayIsArray,
  bytesSet,
  isView,
  objectCreate,
  objectFreeze,
  objectKeys,
  toText,
  typedArrayTag,
} from "../primordials.ts";
import { freezeNamespace } from "./namespace.ts";

type Row = Record<string, unknown>;

interface Statements {
  query(sql: string, params?: readonly unknown[]): Promise<Row[]>;
  queryOne(sql: string, params?: readonly unknown[]): Promise<Row | null>;
  execute(sql: string, params?: readonly unknown[]): Promise<{ rowCount: number }>;
  find(table: string, options?: Row): Promise<Row[]>;
  insert(table: string, rows: Row | readonly Row[]): Promise<Row | null | Row[]>;
  update(table: string, where: Row, changes: Row, options?: { readonly all?: boolean }): Promise<number>;
  delete(table: string, where: Row, options?: { readonly all?: boolean }): Promise<number>;
}

interface Db extends Statements {
  transaction<Result>(work: (tx: Statements) => Result | Promise<Result>): Promise<Result>;
}

/** `ctx.db`: tables that the host opened to scripts. */
export const DB: Db = freezeNamespace({ ...createStatements(), transaction: runTransaction });

async function runTransaction<Result>(work: (tx: Statements) => Result | Promise<Result>): Promise<Result> {
  const transaction = (await call("db.begin", {})).value as number;
  let result: Result;
  try {
    result = await work(objectFreeze(createStatements(transaction)));
  } catch (error) {
    await rollBack(transaction);
    throw error;
  }
  await call("db.end", { transaction, isKept: true });
  return result;
}

/** Why the work failed matters more than that its transaction may have ended before. */
async function rollBack(transaction: number): Promise<void> {
  try {
    await call("db.end", { transaction, isKept: false });
  } catch {
    // It is gone either way.
  }
}

/** Statements each by itself, or in a transaction. */
function createStatements(transaction?: number): Statements {
  const query: Statements["query"] = async (sql, params) => {
    const { args, body } = splitParams(sql, params, transaction);
    return toRows(await call("db.query", args, body));
  };
  return {
    query,
    queryOne: async (sql, params) => (await query(sql, params))[0] ?? null,
    execute: async (sql, params) => {
      const { args, body } = splitParams(sql, params, transaction);
      return { rowCount: (await call("db.execute", args, body)).value as number };
    },
    find: async (table, options) => {
      // Anything else is for the host to refuse; a long text would be taken apart into its characters here.
      const given = options === undefined || typeof options === "object" ? options : { options };
      const where = plainWhere(given?.["where"]);
      return toRows(await call("db.find", { ...given, where, table, transaction }));
    },
    insert: async (table, rows) => {
      const isList = arrayIsArray(rows);
      const { rows: plain, bytes, body } = splitRows(isList ? rows : [rows]);
      const stored = toRows(await call("db.insert", { table, rows: plain, bytes, transaction }, body));
      return isList ? stored : (stored[0] ?? null);
    },
    update: async (table, where, changes, options) => {
      const { rows, bytes, body } = splitRows([changes]);
      const args = {
        table,
        where: plainWhere(where),
        changes: rows[0],
        bytes,
        all: options?.all,
        transaction,
      };
      return (await call("db.update", args, body)).value as number;
    },
    delete: async (table, where, options) =>
      (await call("db.delete", { table, where: plainWhere(where), all: options?.all, transaction }))
        .value as number,
  };
}

/** Bytes cross beside the arguments; where they belong is told among them. */
interface ByteParts {
  readonly parts: Uint8Array[];
  total: number;
}

function splitParams(sql: string, params: readonly unknown[] = [], transaction?: number) {
  const taken: ByteParts = { parts: [], total: 0 };
  const bytes: [number, number][] = [];
  const plain: unknown[] = [];
  if (!arrayIsArray(params)) return { args: { sql, params, transaction }, body: undefined };
  for (let index = 0; index < params.length; index++) {
    const value = params[index] as unknown;
    const isTaken = takeBytes(value, taken);
    if (isTaken) appendOwn(bytes, [index, value.byteLength]);
    appendOwn(plain, isTaken ? null : plainValue(value));
  }
  return { args: { sql, params: plain, bytes, transaction }, body: joinBytes(taken) };
}

function splitRows(rows: readonly unknown[]) {
  const taken: ByteParts = { parts: [], total: 0 };
  const bytes: [number, string, number][] = [];
  const plain: unknown[] = [];
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index];
    if (typeof row !== "object" || row === null) {
      appendOwn(plain, row);
      continue;
    }
    const copy = objectCreate(null) as Row;
    const names = objectKeys(row);
    for (let at = 0; at < names.length; at++) {
      const name = names[at] as string;
      const value = (row as Row)[name];
      if (takeBytes(value, taken)) appendOwn(bytes, [index, name, value.byteLength]);
      else copy[name] = plainValue(value);
    }
    appendOwn(plain, copy);
  }
  return { rows: plain, bytes, body: joinBytes(taken) };
}

function takeBytes(value: unknown, taken: ByteParts): value is Uint8Array {
  if (!isView(value) || typedArrayTag(value) !== "Uint8Array") return false;
  appendOwn(taken.parts, value as Uint8Array);
  taken.total += value.byteLength;
  return true;
}

function joinBytes({ parts, total }: ByteParts): Uint8Array | undefined {
  if (parts.length === 0) return undefined;
  const body = new NativeUint8Array(total);
  let at = 0;
  for (let index = 0; index < parts.length; index++) {
    const part = parts[index] as Uint8Array;
    bytesSet(body, part, at);
    at += part.byteLength;
  }
  return body;
}

/** A BigInt as its digits, also in a list; what else is no data, the crossing refuses. */
function plainValue(value: unknown): unknown {
  if (typeof value === "bigint") return toText(value);
  if (!arrayIsArray(value)) return value;
  const list: unknown[] = [];
  for (let index = 0; index < value.length; index++) appendOwn(list, plainValue(value[index]));
  return list;
}

/** Comparisons hold values one level down. */
function plainWhere(where: unknown): unknown {
  return mapValues(where, (condition) => {
    const isComparison = typeof condition === "object" && condition !== null && !arrayIsArray(condition);
    return isComparison && !hasJson(condition) ? mapValues(condition, plainValue) : plainValue(condition);
  });
}

/** A Date, above all. */
function hasJson(value: object): boolean {
  return typeof (value as { toJSON?: unknown }).toJSON === "function";
}

function mapValues(record: unknown, map: (value: unknown) => unknown): unknown {
  if (typeof record !== "object" || record === null || arrayIsArray(record)) return record;
  const mapped = objectCreate(null) as Row;
  const names = objectKeys(record);
  for (let index = 0; index < names.length; index++) {
    const name = names[index] as string;
    mapped[name] = map((record as Row)[name]);
  }
  return mapped;
}

interface Reply {
  readonly value?: unknown;
  readonly body?: Uint8Array | undefined;
}

/** Puts bytes into their places: a cell of theirs holds how many they are. */
function toRows({ value, body }: Reply): Row[] {
  const { rows, byteColumns } = value as { rows: Row[]; byteColumns: string[] };
  if (byteColumns.length === 0) return rows;
  let at = 0;
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index] as Row;
    for (let column = 0; column < byteColumns.length; column++) {
      const name = byteColumns[column] as string;
      const length = row[name] as number | null;
      if (length === null) continue;
      row[name] = copyBytes(body, at, length);
      at += length;
    }
  }
  return rows;
}

function copyBytes(body: Uint8Array | undefined, at: number, length: number): Uint8Array {
  const { buffer, byteOffset } = body as Uint8Array<ArrayBuffer>;
  return new NativeUint8Array(arrayBufferSlice(buffer, byteOffset + at, byteOffset + at + length));
}
