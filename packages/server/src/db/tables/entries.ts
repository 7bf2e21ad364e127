import type { ColumnType } from "kysely";

/** What scripts keep for good. Written by `sql` alone. */
export interface StorageEntriesTable {
  tenant_id: ColumnType<string, never, never>;
  key: ColumnType<string, never, never>;
  /** JSON text. */
  value: ColumnType<string, never, never>;
  /** Of key and value in UTF-8. */
  bytes: ColumnType<number, never, never>;
  /** Grows with each write of the key, also over its removal: microseconds since the epoch, or one more than before. */
  version: ColumnType<number, never, never>;
  expires_at: ColumnType<Date | null, never, never>;
  updated_at: ColumnType<Date, never, never>;
}

/** What scripts may lose. Written by `sql` alone. */
export interface CacheEntriesTable {
  tenant_id: ColumnType<string, never, never>;
  /** SHA-256 of the script and the key. */
  id: ColumnType<Buffer, never, never>;
  /** JSON text. */
  value: ColumnType<string, never, never>;
  bytes: ColumnType<number, never, never>;
  expires_at: ColumnType<Date | null, never, never>;
  /** The last write, or a later read to the minute. */
  used_at: ColumnType<Date, never, never>;
}
