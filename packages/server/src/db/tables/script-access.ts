import type { JsonObject } from "@skerry/sandbox";
import type { ColumnType } from "kysely";

/** One row: what tokens of scripts' transactions are signed with. */
export interface ScriptAccessTable {
  is_only: ColumnType<boolean, never, never>;
  token_key: ColumnType<Buffer, never, never>;
  /** The master key that the password of the scripts' role is derived from. */
  master_key_id: ColumnType<string | null, never, never>;
}

/** Tables of the host that scripts may use. */
export interface ExposedTablesTable {
  schema_name: string;
  table_name: string;
  /** An `ExposedTable`. */
  definition: ColumnType<JsonObject, string, never>;
}
