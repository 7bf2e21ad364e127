import { z } from "zod";
import { createPageQuery } from "../rest/paging.ts";
import { moment } from "../rest/route.ts";

/** Types of columns by their names here, as PostgreSQL calls them. */
export const COLUMN_TYPES = {
  text: "text",
  integer: "int4",
  bigint: "int8",
  numeric: "numeric",
  double: "float8",
  boolean: "bool",
  date: "date",
  timestamp: "timestamptz",
  uuid: "uuid",
  json: "jsonb",
  bytes: "bytea",
} as const;
export type ColumnTypeName = keyof typeof COLUMN_TYPES;
const TYPE_NAMES = Object.keys(COLUMN_TYPES) as [ColumnTypeName, ...ColumnTypeName[]];

/** Of one tenant. */
export const MAX_TABLES = 50;
const MAX_COLUMNS = 50;
const MAX_KEY_COLUMNS = 8;
const MAX_INDEXES = 10;
const MAX_DEFAULT_CHARS = 1_000;
/** Names that PostgreSQL keeps for itself in every table. */
const SYSTEM_COLUMNS: ReadonlySet<string> = new Set(["tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"]);
const NAME_PATTERN = /^[a-z][a-z0-9_]{0,49}$/;
const NAME_RULE = "must have 1 to 50 characters out of a-z, 0-9 and _, and begin with a letter";

/** Its catalogues come first wherever tables are looked up. */
export function isTableName(text: string): boolean {
  return NAME_PATTERN.test(text) && !text.startsWith("pg_");
}

/** The name in the path of `PUT /tables/{name}`. */
export const namedTable = z.object({
  name: z.string().refine(isTableName, `${NAME_RULE}, and not with pg_`),
});

const columnName = z
  .string()
  .regex(NAME_PATTERN, NAME_RULE)
  .refine((name) => !SYSTEM_COLUMNS.has(name), "is a name that every table has already");
const key = z
  .array(columnName)
  .min(1)
  .max(MAX_KEY_COLUMNS)
  .refine((names) => new Set(names).size === names.length, "names a column twice");

const defaultValue = z.union([
  z
    .string()
    .max(MAX_DEFAULT_CHARS)
    .refine((text) => text.isWellFormed() && !text.includes("\0"), "cannot be kept as text"),
  z.number(),
  z.boolean(),
  z.strictObject({ function: z.enum(["now", "uuid"]) }),
]);

const column = z.object({
  name: columnName,
  type: z.enum(TYPE_NAMES),
  nullable: z.boolean().default(false).describe("Whether a row may have no value in it."),
  default: defaultValue
    .optional()
    .describe("The value, as text where JSON has none such, or the current time or a random UUID."),
});
export type Column = Readonly<z.output<typeof column>>;

const definitionFields = {
  columns: z.array(column).min(1).max(MAX_COLUMNS),
  primaryKey: key,
  unique: z.array(key).max(MAX_INDEXES).default([]).describe("Columns that no two rows have the same in."),
  indexes: z.array(key).max(MAX_INDEXES).default([]).describe("Columns by which rows are looked for."),
};

/** What a tenant declares of a table. */
export interface TableDefinition {
  readonly columns: readonly Column[];
  readonly primaryKey: readonly string[];
  readonly unique: readonly (readonly string[])[];
  readonly indexes: readonly (readonly string[])[];
}

/** Body of `PUT /tables/{name}`. */
export const tableInput = z
  .strictObject({
    ...definitionFields,
    columns: z.array(column.strict()).min(1).max(MAX_COLUMNS),
    dropColumns: z
      .array(columnName)
      .max(MAX_COLUMNS)
      .default([])
      .describe("Columns of the table as it is that may be lost with what they hold."),
  })
  .superRefine(({ columns, primaryKey, unique, indexes }, context) => {
    const names = new Set(columns.map(({ name }) => name));
    const complain = (path: (string | number)[], message: string): void =>
      context.addIssue({ code: "custom", path, message });
    if (names.size < columns.length) complain(["columns"], "have a name twice");
    const keys = [
      [["primaryKey"], primaryKey],
      ...unique.map((each, index) => [["unique", index], each] as const),
      ...indexes.map((each, index) => [["indexes", index], each] as const),
    ] as const;
    for (const [path, each] of keys) {
      const unknown = each.find((name) => !names.has(name));
      if (unknown !== undefined) complain([...path], `there is no column ${unknown}`);
    }
    const isNullable = columns.some(({ name, nullable }) => nullable && primaryKey.includes(name));
    if (isNullable) complain(["primaryKey"], "has a column that is nullable");
    if (unique.length + indexes.length > MAX_INDEXES) {
      complain(["indexes"], `are too many: with unique keys at most ${MAX_INDEXES}`);
    }
  });
export type TableInput = z.output<typeof tableInput>;

/** A table of the tenant's own. */
export const ownTable = z
  .object({
    name: z.string(),
    ...definitionFields,
    bytes: z.int().describe("Of its rows as text; they count towards the quota `storedBytes`."),
    createdAt: moment(),
    updatedAt: moment(),
  })
  .meta({ id: "Table" });
export type OwnTable = Readonly<z.output<typeof ownTable>>;

/** Query of `GET /tables`. */
export const tablesQuery = z.strictObject(createPageQuery(isTableName));
