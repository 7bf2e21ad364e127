import type { ColumnType } from "kysely";

/** When each channel last told of a failure of a script. Written by one statement of the alerts. */
export interface AlertWindowsTable {
  tenant_id: ColumnType<string, never, never>;
  script_id: ColumnType<string, never, never>;
  channel: ColumnType<"webhook" | "email", never, never>;
  opened_at: ColumnType<Date, never, Date>;
  /** Failures since then. */
  left_out: ColumnType<number, never, never>;
  /** Failures between the message before and this one. */
  left_out_before: ColumnType<number, never, never>;
}
