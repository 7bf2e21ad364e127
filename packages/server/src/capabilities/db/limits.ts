/** What statements of scripts may use. */
export interface DbLimits {
  /** Connections of this node for scripts. */
  readonly connections: number;
  /** Connections that one tenant may hold at a time. */
  readonly connectionsPerTenant: number;
  /** Statements and transactions of one tenant that may wait for a connection. */
  readonly waitingPerTenant: number;
  /** Longest wait for a connection in ms. */
  readonly waitMs: number;
  readonly statementMs: number;
  /** Longest time from the beginning of a transaction to its end in ms. */
  readonly transactionMs: number;
  /** Rows of one result. */
  readonly rows: number;
  /** Bytes of one result as PostgreSQL sends it. */
  readonly bytes: number;
}

export const DEFAULT_DB_LIMITS: DbLimits = {
  connections: 10,
  connectionsPerTenant: 2,
  waitingPerTenant: 200,
  waitMs: 5_000,
  statementMs: 5_000,
  transactionMs: 30_000,
  rows: 10_000,
  bytes: 5 * 1024 * 1024,
};
