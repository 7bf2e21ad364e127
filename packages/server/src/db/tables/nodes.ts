import type { ColumnType, Generated } from "kysely";

/** What each node told of itself last. */
export interface NodesTable {
  id: ColumnType<string, string, never>;
  started_at: ColumnType<Date, never, never>;
  seen_at: Generated<Date>;
  /** JSON of the shape that `nodes/node.ts` gives. */
  state: ColumnType<unknown, string, string>;
}
