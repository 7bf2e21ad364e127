import { z } from "zod";
import { StartError } from "../../main/errors.ts";

/** What scripts can be allowed to do with a table. */
export const TABLE_OPERATIONS = ["select", "insert", "update", "delete"] as const;
export type TableOperation = (typeof TABLE_OPERATIONS)[number];

/** An identifier as PostgreSQL keeps it. */
const identifier = z
  .string()
  .min(1)
  .refine((text) => Buffer.byteLength(text) <= 63, "must be at most 63 bytes")
  // oxlint-disable-next-line no-control-regex -- what no identifier may hold
  .refine((text) => !/[\u0000-\u001f]/.test(text), "must not hold control characters");
const columnList = z.array(identifier).min(1);

const optionsSchema = z.strictObject({
  schema: identifier.default("public"),
  tenantColumn: identifier,
  operations: z
    .array(z.enum(TABLE_OPERATIONS))
    .min(1)
    .refine(
      (operations) =>
        operations.includes("select") || operations.every((operation) => operation === "insert"),
      "update and delete go with select: they have to find their rows",
    ),
  columns: z
    .union([columnList, z.strictObject({ read: columnList.optional(), write: columnList.optional() })])
    .optional(),
});

/** Options of {@link exposeTable}. */
export interface ExposeTableOptions {
  /** Default `public`. */
  readonly schema?: string;
  /** Holds the tenant's id. Scripts cannot write it: rows that they add get their own tenant's. */
  readonly tenantColumn: string;
  readonly operations: readonly TableOperation[];
  /** Columns that scripts may read and write. Default: all of the table; the tenant column only to read. */
  readonly columns?:
    readonly string[] | { readonly read?: readonly string[]; readonly write?: readonly string[] };
}

/** A table of the host that scripts may use, each tenant its own rows. Made by {@link exposeTable}. */
export interface ExposedTable {
  readonly name: string;
  readonly schema: string;
  readonly tenantColumn: string;
  readonly operations: readonly TableOperation[];
  /** Undefined: all columns. */
  readonly read: readonly string[] | undefined;
  readonly write: readonly string[] | undefined;
}

/**
 * Opens a table of the host to scripts: `createSkerry({ tables: [exposeTable("orders", { tenantColumn: "tenant_id",
 * operations: ["select", "update"] })] })`.
 *
 * @throws StartError `TABLE_INVALID`.
 */
export function exposeTable(name: string, options: ExposeTableOptions): ExposedTable {
  const checked = z.strictObject({ name: identifier, options: optionsSchema }).safeParse({ name, options });
  if (!checked.success) {
    throw new StartError(
      "TABLE_INVALID",
      `The table ${JSON.stringify(name)} cannot be exposed: ${z.prettifyError(checked.error)}`,
    );
  }
  const { schema, tenantColumn, operations, columns } = checked.data.options;
  const { read, write } = Array.isArray(columns) ? { read: columns, write: columns } : (columns ?? {});
  return {
    name: checked.data.name,
    schema,
    tenantColumn,
    operations: TABLE_OPERATIONS.filter((operation) => operations.includes(operation)),
    read,
    write,
  };
}

/** Scripts name tables without their schema, so names differ. @throws StartError `TABLE_INVALID`. */
export function checkTableNames(tables: readonly ExposedTable[]): void {
  const schemas = new Map<string, string>();
  for (const { name, schema } of tables) {
    const other = schemas.get(name);
    if (other !== undefined) {
      throw new StartError(
        "TABLE_INVALID",
        `The table ${JSON.stringify(name)} is exposed twice, of the schemas ${other} and ${schema}; scripts could not tell them apart.`,
      );
    }
    schemas.set(name, schema);
  }
}
