import type { ColumnType, Generated } from "kysely";

/** What a tenant used of a quota in one period, and what nodes hold of it; in parts of the quota's unit. */
export interface QuotaCountersTable {
  tenant_id: ColumnType<string, string, never>;
  kind: ColumnType<string, string, never>;
  /** Its beginning; the epoch for a quota without periods. */
  period: ColumnType<Date, Date, never>;
  used: Generated<number>;
  /** The sum of the grants. */
  reserved: Generated<number>;
}

/** What one node holds of one counter. */
export interface QuotaGrantsTable {
  tenant_id: ColumnType<string, string, never>;
  kind: ColumnType<string, string, never>;
  period: ColumnType<Date, Date, never>;
  node_id: ColumnType<string, string, never>;
  amount: number;
  /** How much of a quota that is held is in use just now. */
  in_use: Generated<number>;
}

/** The nodes that may hold grants. */
export interface QuotaNodesTable {
  id: ColumnType<string, string, never>;
  seen_at: Generated<Date>;
}

/** What tenants used day by day, in UTC. */
export interface UsageDaysTable {
  tenant_id: ColumnType<string, string, never>;
  day: ColumnType<Date, string, never>;
  kind: ColumnType<string, string, never>;
  used: Generated<number>;
}
