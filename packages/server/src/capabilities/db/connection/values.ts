import type { JsonValue } from "@skerry/sandbox";
import type { FieldDef } from "pg";
import pg from "pg";
import type { RawResult } from "./exchange.ts";

/** A result as it crosses to the guest. Bytes travel beside it, one value after the other, so no value can pass for them. */
export interface DbResult {
  /** By column; of columns of one name the last. Where there are bytes: how many. */
  readonly rows: readonly { readonly [column: string]: JsonValue }[];
  /** Which columns hold bytes, in their order. */
  readonly byteColumns: readonly string[];
}

type Read = (text: string) => JsonValue;

const asText: Read = (text) => text;
/** Beyond 2^53 as text, so that no digit is lost. */
const asInteger: Read = (text) => (Number.isSafeInteger(Number(text)) ? Number(text) : text);
/** JSON has no NaN and no infinities: these stay text. */
const asFloat: Read = (text) => (Number.isFinite(Number(text)) ? Number(text) : text);
const asBoolean: Read = (text) => text === "t";
const asJson: Read = (text) => JSON.parse(text) as JsonValue;
/** `2026-01-02 03:04:05.6` becomes `2026-01-02T03:04:05.6`. */
const asTimestamp: Read = (text) => text.replace(" ", "T");
/** Sessions run in UTC: what is there is `+00`. */
const asTimestampWithZone: Read = (text) => text.replace(" ", "T").replace(/\+00$/, "Z");

const BYTEA = 17;
const TEXT_ARRAY = 1009;

/** By the id of the type (`pg_type.dat`), and of its arrays. All others are text. */
const READERS: ReadonlyMap<number, Read> = new Map([
  ...reader(16, 1000, asBoolean),
  ...reader(20, 1016, asInteger),
  ...reader(21, 1005, asInteger),
  ...reader(23, 1007, asInteger),
  ...reader(26, 1028, asInteger),
  ...reader(700, 1021, asFloat),
  ...reader(701, 1022, asFloat),
  ...reader(114, 199, asJson),
  ...reader(3802, 3807, asJson),
  ...reader(1114, 1115, asTimestamp),
  ...reader(1184, 1185, asTimestampWithZone),
  // numeric, text, varchar, char, name, uuid, date, time, timetz, interval, bytea
  ...[1231, 1009, 1015, 1014, 1003, 2951, 1182, 1183, 1270, 1187, 1001].map(
    (list) => [list, readArray(asText)] as const,
  ),
]);

function reader(type: number, arrayType: number, read: Read): readonly (readonly [number, Read])[] {
  return [
    [type, read],
    [arrayType, readArray(read)],
  ];
}

/** An array of PostgreSQL as lists of texts, within one another for each dimension. */
const parseTextArray = pg.types.getTypeParser(TEXT_ARRAY as never) as (text: string) => TextArray;

type TextArray = readonly (string | null | TextArray)[];

function readArray(read: Read): Read {
  const readItems = (items: TextArray): JsonValue[] =>
    items.map((item) => {
      if (item === null) return null;
      return typeof item === "string" ? read(item) : readItems(item);
    });
  return (text) => readItems(parseTextArray(text));
}

/** Turns texts of PostgreSQL into what scripts get. */
export function readResult({ fields, rows }: RawResult): { value: DbResult; body?: Buffer } {
  const bytes: Buffer[] = [];
  const readBytes: Read = (text) => {
    // `\x` and hexadecimal digits
    const value = Buffer.from(text.slice(2), "hex");
    bytes.push(value);
    return value.byteLength;
  };
  const columns = lastOfEachName(fields).map(({ name, dataTypeID, index }) => ({
    name,
    index,
    read: dataTypeID === BYTEA ? readBytes : (READERS.get(dataTypeID) ?? asText),
  }));
  const readRow = (row: readonly (string | null)[]): DbResult["rows"][number] =>
    // Also a column named __proto__ becomes a property of its own.
    Object.fromEntries(
      columns.map(({ name, index, read }) => {
        const text = row[index] ?? null;
        return [name, text === null ? null : read(text)];
      }),
    );
  const byteColumns = columns.flatMap(({ name, read }) => (read === readBytes ? [name] : []));
  const value = { rows: rows.map(readRow), byteColumns };
  return byteColumns.length === 0 ? { value } : { value, body: Buffer.concat(bytes) };
}

function lastOfEachName(fields: RawResult["fields"]): readonly (FieldDef & { readonly index: number })[] {
  const byName = new Map(fields.map((field, index) => [field.name, { ...field, index }]));
  return [...byName.values()];
}
