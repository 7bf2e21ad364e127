import { sql } from "kysely";
import type { RawBuilder } from "kysely";
import pg from "pg";

/** SQLSTATE numeric_value_out_of_range: a sum that is not finite. */
const OUT_OF_RANGE = "22003";

/** Whether a column of JSON texts holds a number: no other JSON text begins with a digit or a minus. */
export function isJsonNumber(column: string): RawBuilder<boolean> {
  return sql<boolean>`(${sql.raw(column)} ~ '^[-0-9]')`;
}

/** The JSON text of the number in a column and `by`. PostgreSQL writes doubles as short as they can be read back. */
export function addToJsonNumber(column: string, by: number): RawBuilder<string> {
  return sql<string>`(${sql.raw(column)}::float8 + ${by}::float8)::text`;
}

/** Lets pass what failed for another reason than that a sum would not be finite. */
export function ignoreOutOfRange(error: unknown): undefined {
  if (error instanceof pg.DatabaseError && error.code === OUT_OF_RANGE) return undefined;
  throw error;
}
