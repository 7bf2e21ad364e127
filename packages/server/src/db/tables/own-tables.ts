import type { JsonObject } from "@skerry/sandbox";
import type { ColumnType, Generated } from "kysely";

/** Tables that tenants declared. */
export interface OwnTablesTable {
  tenant_id: ColumnType<string, string, never>;
  name: ColumnType<string, string, never>;
  /** `TableDefinition` of the feature `tables`. */
  definition: ColumnType<JsonObject, string, string>;
  /** Of all rows; kept by triggers. */
  bytes: ColumnType<number, never, number>;
  created_at: Generated<Date>;
  updated_at: ColumnType<Date, never, Date>;
}
