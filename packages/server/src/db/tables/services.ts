import type { JsonObject } from "@skerry/sandbox";
import type { ColumnType, Generated } from "kysely";

/** Which scripts called a service of the host. The service is named as scripts do, so its version is part of the name. */
export interface ServiceUsesTable {
  tenant_id: ColumnType<string, string, never>;
  script_id: ColumnType<string, string, never>;
  service: ColumnType<string, string, never>;
  calls: number;
  first_used_at: Generated<Date>;
  last_used_at: Date;
}

/** Every pair of schemas that a service was declared with. */
export interface ServiceSchemasTable {
  service: ColumnType<string, string, never>;
  /** SHA-256 of both. */
  checksum: ColumnType<Buffer, Buffer, never>;
  input: ColumnType<JsonObject, string, never>;
  output: ColumnType<JsonObject, string, never>;
  /** When it was declared anew, for the last time. */
  declared_at: Generated<Date>;
}
