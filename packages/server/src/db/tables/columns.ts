import type { JsonValue } from "@skerry/sandbox";
import type { ColumnType } from "kysely";

/** Written as JSON text, read back parsed. */
export type JsonColumn<Value extends JsonValue | null> = ColumnType<Value, string | Extract<Value, null>>;

/** Set once when the row is written, by the database's clock unless given. */
export type CreatedAt = ColumnType<Date, Date | undefined, never>;
