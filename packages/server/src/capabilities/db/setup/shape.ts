import { StartError } from "../../../main/errors.ts";
import type { ExposedTable, TableOperation } from "../exposed-table.ts";
import type { ColumnFacts, RelationFacts } from "./facts.ts";

/** A table as scripts may use it. */
export interface OpenTable {
  readonly schema: string;
  readonly name: string;
  readonly operations: readonly TableOperation[];
  /** `pg_type.typname` by column. */
  readonly readable: ReadonlyMap<string, string>;
  readonly writable: ReadonlyMap<string, string>;
}

/** An exposed table as it is in the database. */
export interface TableShape extends OpenTable {
  readonly tenantColumn: string;
  /** What a tenant's id is cast to; null where none is needed. */
  readonly tenantCast: string | null;
}

/** Types of tenant columns, and what a tenant's id becomes for them. */
const TENANT_TYPES: ReadonlyMap<string, string | null> = new Map([
  ["text", null],
  ["varchar", null],
  ["uuid", "uuid"],
  ["int2", "int8"],
  ["int4", "int8"],
  ["int8", "int8"],
]);

/** What else than an ordinary table can have the name. */
const KINDS: Readonly<Record<string, string>> = {
  v: "a view",
  m: "a materialized view, which has no row-level security",
  f: "a foreign table, which has no row-level security",
  p: "a partitioned table",
  S: "a sequence",
  i: "an index",
  c: "a type",
  t: "a TOAST table",
  I: "an index",
};

/**
 * Joins what the host declared with what is there.
 *
 * @throws StartError `TABLE_INVALID` when that does not fit.
 */
export function shapeTable(table: ExposedTable, relation: RelationFacts | undefined): TableShape {
  const { schema, name, tenantColumn, operations, read, write } = table;
  const refuse = (reason: string): never => {
    throw new StartError("TABLE_INVALID", `The table ${schema}.${name} cannot be exposed: ${reason}.`);
  };
  if (relation === undefined) return refuse("there is no such table");
  if (relation.kind !== "r") return refuse(`it is ${KINDS[relation.kind] ?? "no ordinary table"}`);
  if (relation.isPartition) return refuse("it is a partition of another table");
  if (schema === "skerry") return refuse("it is a table of the platform itself");

  const byName = new Map(relation.columns.map((column) => [column.name, column]));
  const find = (column: string): ColumnFacts =>
    byName.get(column) ?? refuse(`it has no column ${JSON.stringify(column)}`);
  const tenantCast = TENANT_TYPES.get(find(tenantColumn).type);
  if (tenantCast === undefined) {
    return refuse(
      `the tenant column ${tenantColumn} is of the type ${find(tenantColumn).type}; it has to be text, varchar, uuid or an integer`,
    );
  }
  const typesOf = (columns: readonly ColumnFacts[]): ReadonlyMap<string, string> =>
    new Map(columns.map((column) => [column.name, column.type]));
  const readable = read?.map(find) ?? relation.columns;
  const writable = (write?.map(find) ?? relation.columns).filter((column) => column.name !== tenantColumn);
  const generated = write?.map(find).find(({ isGenerated }) => isGenerated);
  if (generated !== undefined) return refuse(`PostgreSQL makes the values of ${generated.name} itself`);
  return {
    schema,
    name,
    tenantColumn,
    tenantCast,
    operations,
    readable: typesOf(readable),
    writable: typesOf(writable.filter(({ isGenerated }) => !isGenerated)),
  };
}
