import type { JsonValue } from "@skerry/sandbox";
import { z } from "zod";

/** Arguments come from JSON text: whatever is there is JSON. */
const json = z.custom<JsonValue>((value) => value !== undefined, "is missing");
const columnName = z.string().min(1).max(63);
const row = recordOf(json);

/** By column. A record of zod would leave out this one name in silence, and with it a condition. */
function recordOf<Value extends z.ZodType>(value: Value) {
  return z
    .custom<object>(
      (input) => typeof input === "object" && input !== null && !Object.hasOwn(input, "__proto__"),
      "must be an object, without the name __proto__",
    )
    .pipe(z.record(columnName, value));
}

/** How a column can be compared, in SQL. */
export const COMPARISONS = {
  eq: "=",
  ne: "<>",
  lt: "<",
  lte: "<=",
  gt: ">",
  gte: ">=",
  like: "like",
  ilike: "ilike",
} as const;
type Comparison = keyof typeof COMPARISONS | "in";

const comparisons = z
  .strictObject(
    Object.fromEntries([...Object.keys(COMPARISONS), "in"].map((name) => [name, json.optional()])) as Record<
      Comparison,
      z.ZodOptional<typeof json>
    >,
  )
  .refine((value) => Object.keys(value).length > 0, "names no comparison");

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
/** By column: a value that it has, a list of values of which it has one, or comparisons. */
const where = recordOf(z.union([scalar, z.array(scalar), comparisons]));
export type Where = z.output<typeof where>;

const table = z.string().min(1).max(63);
const transaction = z.int().optional();
/** Where bytes belong: each a place and a length, in the order of the bytes beside the arguments. */
const bytes = z.array(z.tuple([z.int().min(0), columnName, z.int().min(0)])).optional();

export const findInput = z.strictObject({
  table,
  where: where.optional(),
  orderBy: recordOf(z.enum(["asc", "desc"])).optional(),
  limit: z.int().min(0).optional(),
  offset: z.int().min(0).optional(),
  columns: z.array(columnName).min(1).optional(),
  transaction,
});
export type FindInput = z.output<typeof findInput>;

export const insertInput = z.strictObject({
  table,
  rows: z.array(row).max(1_000),
  bytes,
  transaction,
});
export type InsertInput = z.output<typeof insertInput>;

export const updateInput = z.strictObject({
  table,
  where,
  changes: row,
  all: z.boolean().optional(),
  bytes,
  transaction,
});
export type UpdateInput = z.output<typeof updateInput>;

export const deleteInput = z.strictObject({ table, where, all: z.boolean().optional(), transaction });
export type DeleteInput = z.output<typeof deleteInput>;
