import { createHash } from "node:crypto";
import pg from "pg";
import { COLUMN_TYPES } from "./table.ts";
import type { Column, TableDefinition, TableInput } from "./table.ts";

const { escapeIdentifier: quote, escapeLiteral } = pg;

/** PostgreSQL cuts longer names. */
const MAX_READABLE_CHARS = 40;

/** The schema that holds a tenant's tables. Its id has no `_`, so that no other one's can be the same. */
export function nameTenantSchema(tenantId: string): string {
  if (tenantId.length <= MAX_READABLE_CHARS) return `skerry_t_${tenantId}`;
  return `skerry_t_${tenantId.slice(0, MAX_READABLE_CHARS - 13)}_${hash(tenantId)}`;
}

/** Whose table it is, and who may use it. */
export interface TablePlace {
  readonly tenantId: string;
  readonly name: string;
  /** The role that scripts log in as. */
  readonly role: string;
}

/** A change that is not made, and why. */
export class RefusedChange extends Error {}

/** The statements that make a table, with everything that keeps other tenants out. */
export function planNewTable(
  { tenantId, name, role }: TablePlace,
  table: TableDefinition,
): readonly string[] {
  const schema = quote(nameTenantSchema(tenantId));
  const target = nameTable(tenantId, name);
  const lines = [...table.columns.map(describeColumn), `primary key (${list(table.primaryKey)})`];
  const isTenants = `(select skerry.script_tenant()) = ${escapeLiteral(tenantId)}`;
  return [
    `create schema if not exists ${schema}`,
    `grant usage on schema ${schema} to ${quote(role)}`,
    `create table ${target} (${lines.join(", ")})`,
    `alter table ${target} enable row level security`,
    `alter table ${target} force row level security`,
    `create policy skerry_owner on ${target} to current_user using (true) with check (true)`,
    `create policy skerry_scripts on ${target} to ${quote(role)} using (${isTenants}) with check (${isTenants})`,
    `grant select, insert, update, delete on ${target} to ${quote(role)}`,
    ...planCounting(target, tenantId),
    ...table.unique.map((columns) => planIndex(tenantId, name, "unique", columns)),
    ...table.indexes.map((columns) => planIndex(tenantId, name, "plain", columns)),
  ];
}

/**
 * The statements that make a table what is declared of it.
 *
 * @throws RefusedChange for what is no addition and was not confirmed.
 */
export function planChange(
  { tenantId, name }: TablePlace,
  before: TableDefinition,
  after: TableInput,
): readonly string[] {
  if (!isSame(before.primaryKey, after.primaryKey))
    throw new RefusedChange("The primary key cannot be changed.");
  const target = nameTable(tenantId, name);
  const present = new Map(before.columns.map((column) => [column.name, column]));
  const wanted = new Set(after.columns.map((column) => column.name));
  const added = after.columns.filter((column) => !present.has(column.name));
  const dropped = before.columns.filter((column) => !wanted.has(column.name)).map((column) => column.name);
  const unconfirmed = dropped.find((column) => !after.dropColumns.includes(column));
  if (unconfirmed !== undefined) {
    throw new RefusedChange(`The column ${unconfirmed} would be lost; name it in dropColumns to say so.`);
  }
  for (const column of after.columns) requireSameColumn(present.get(column.name), column);
  const changes = (["unique", "indexes"] as const).map((kind) => ({
    kind: kind === "unique" ? ("unique" as const) : ("plain" as const),
    gone: without(before[kind], after[kind]),
    new: without(after[kind], before[kind]),
  }));
  return [
    // First, for what is dropped with a column is gone by itself.
    ...changes.flatMap(({ kind, gone }) =>
      gone.map((columns) => planIndexRemoval(tenantId, name, kind, columns)),
    ),
    ...dropped.map((column) => `alter table ${target} drop column ${quote(column)}`),
    ...added.map((column) => `alter table ${target} add column ${describeColumn(column)}`),
    ...changes.flatMap(({ kind, new: added }) =>
      added.map((columns) => planIndex(tenantId, name, kind, columns)),
    ),
  ];
}

/** The table with its schema, as SQL. */
export function nameTable(tenantId: string, name: string): string {
  return `${quote(nameTenantSchema(tenantId))}.${quote(name)}`;
}

function requireSameColumn(before: Column | undefined, after: Column): void {
  if (before === undefined) return;
  const field = (["type", "nullable", "default"] as const).find((name) => !isSame(before[name], after[name]));
  if (field === undefined) return;
  throw new RefusedChange(`The ${field} of the column ${after.name} cannot be changed.`);
}

function describeColumn({ name, type, nullable, default: value }: Column): string {
  const fallback = value === undefined ? "" : ` default ${describeDefault(value, type)}`;
  return `${quote(name)} ${COLUMN_TYPES[type]}${nullable ? "" : " not null"}${fallback}`;
}

function describeDefault(value: NonNullable<Column["default"]>, type: Column["type"]): string {
  if (typeof value === "object") return value.function === "now" ? "now()" : "gen_random_uuid()";
  const text = type === "json" ? JSON.stringify(value) : String(value);
  return `${escapeLiteral(text)}::${COLUMN_TYPES[type]}`;
}

/** Once for each statement: its rows come as a table. */
function planCounting(target: string, tenantId: string): string[] {
  const events = [
    ["insert", "new table as new_rows"],
    ["update", "old table as old_rows new table as new_rows"],
    ["delete", "old table as old_rows"],
  ] as const;
  return events.map(
    ([event, rows]) =>
      `create trigger _skerry_count_${event} after ${event} on ${target} referencing ${rows} ` +
      `for each statement execute function skerry.count_own_rows(${escapeLiteral(tenantId)})`,
  );
}

function planIndex(
  tenantId: string,
  table: string,
  kind: "unique" | "plain",
  columns: readonly string[],
): string {
  const unique = kind === "unique" ? "unique " : "";
  return `create ${unique}index ${quote(nameIndex(table, kind, columns))} on ${nameTable(tenantId, table)} (${list(columns)})`;
}

function planIndexRemoval(
  tenantId: string,
  table: string,
  kind: "unique" | "plain",
  columns: readonly string[],
): string {
  return `drop index if exists ${quote(nameTenantSchema(tenantId))}.${quote(nameIndex(table, kind, columns))}`;
}

/** Readable, for it is in the message about a row that is there already. */
function nameIndex(table: string, kind: "unique" | "plain", columns: readonly string[]): string {
  const readable = [table, ...columns].join("_").slice(0, MAX_READABLE_CHARS);
  return `${readable}_${hash(JSON.stringify([table, kind, columns]))}`;
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}

function list(columns: readonly string[]): string {
  return columns.map((name) => quote(name)).join(", ");
}

function without(
  keys: TableDefinition["unique"],
  others: TableDefinition["unique"],
): TableDefinition["unique"] {
  return keys.filter((columns) => !others.some((other) => isSame(columns, other)));
}

function isSame(first: unknown, second: unknown): boolean {
  return JSON.stringify(first) === JSON.stringify(second);
}
