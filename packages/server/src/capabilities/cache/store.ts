/** Where an entry lives. Two spaces share nothing, whatever their names. */
export interface CacheSpace {
  readonly tenant: string;
  readonly script: string;
}

/** What a write may say beside the value. */
export interface CacheWrite {
  /** Time to live in ms; undefined keeps the entry until it is evicted. */
  readonly ttlMs: number | undefined;
}

/** Keeps JSON texts by key. Any entry may be gone at any time: it is a cache. */
export interface CacheStore {
  get(space: CacheSpace, key: string): Promise<string | undefined>;
  set(space: CacheSpace, key: string, json: string, write: CacheWrite): Promise<void>;
  /** Whether there was an entry. */
  delete(space: CacheSpace, key: string): Promise<boolean>;
  /**
   * Adds to a number in one step that no other write comes between; a missing one counts as 0. A new entry gets the
   * time to live of `write`, an existing one keeps its own.
   *
   * @returns the sum; undefined where no number is kept or the sum would not be finite, and then nothing is written.
   */
  increment(space: CacheSpace, key: string, by: number, write: CacheWrite): Promise<number | undefined>;
}

/** What a tenant's entries may take in all. */
export interface CacheCaps {
  readonly entries: number;
  /** Of values, with a fixed cost per entry. */
  readonly bytes: number;
}

/** Names an entry within its tenant. Unambiguous whatever the two parts hold: the length tells where the script ends. */
export function nameEntry({ script }: CacheSpace, key: string): string {
  return `${script.length}:${script}${key}`;
}
