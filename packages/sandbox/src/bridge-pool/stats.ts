/** What is there now, and counters since the pool was made. */
export interface BridgePoolStats {
  /** Started bridges without an owner. */
  readonly spares: number;
  /** Owners who have a bridge: `leased` and `idle` ones together. */
  readonly owners: number;
  readonly leased: number;
  readonly idle: number;
  /** Acquires that wait for a place. */
  readonly waiting: number;

  /** Acquires served by the owner's own bridge. */
  readonly reuses: number;
  /** Acquires of owners without a bridge that found a started spare. */
  readonly hits: number;
  /** Acquires of owners without a bridge that had to wait for a start. */
  readonly misses: number;
  /** `hits` of `hits` and `misses`, 0 to 1; 1 before the first. */
  readonly hitRate: number;
  /** Starts that worked, and starts that did not. */
  readonly started: number;
  readonly failed: number;
  /** Bridges that were disposed of by somebody else, and replaced when they were needed. */
  readonly lost: number;
  /** Bridges that nobody used for `idleTimeoutMs`, and bridges that made room for other owners. */
  readonly expired: number;
  readonly evicted: number;
}
