import type { ColumnType } from "kysely";

/** What versions of scripts were compiled with; rows never change, as versions do not. */
export interface VersionModulesTable {
  tenant_id: ColumnType<string, string, never>;
  script_id: ColumnType<string, string, never>;
  version: ColumnType<number, number, never>;
  /** As imports write it. */
  specifier: ColumnType<string, string, never>;
  /** The script of a library; null for a package. */
  library_id: ColumnType<string | null, string | null, never>;
  module_version: ColumnType<string, string, never>;
  checksum: ColumnType<Buffer, Buffer, never>;
  /** What the host's lockfile said of a package. */
  integrity: ColumnType<string | null, string | null, never>;
  /** Counted as stored for each version that has it. */
  bytes: ColumnType<number, number, never>;
}
