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
   * Replaces a value in one step that no other write comes between. A new entry gets the time to live of `write`,
   * an existing one keeps its own. Nothing is written when `change` throws.
   */
  update(
    space: CacheSpace,
    key: string,
    change: (json: string | undefined) => string,
    write: CacheWrite,
  ): Promise<string>;
}

/** Bounds of {@link createMemoryCacheStore}. */
export interface MemoryCacheOptions {
  /** Entries of one tenant. Default 10,000. */
  readonly entriesPerTenant?: number;
  /** Bytes of one tenant, keys and values in UTF-8 and a fixed cost per entry. Default 4 MiB. */
  readonly bytesPerTenant?: number;
  /** Tenants held; the one unused longest is forgotten for another. Default 1,000. */
  readonly tenants?: number;
  /** Monotonic clock in ms. Default `performance.now`. */
  readonly now?: () => number;
}

interface Entry {
  readonly json: string;
  readonly bytes: number;
  /** By the store's clock. */
  readonly expiresAt: number;
}

interface TenantEntries {
  /** In the order of last use. */
  readonly entries: Map<string, Entry>;
  bytes: number;
}

/** What the map and the entry's own object cost, roughly. */
const ENTRY_OVERHEAD_BYTES = 128;

/**
 * Keeps entries in this process. When a tenant is over a bound its least recently used entries go, never those of
 * another tenant; only when more tenants than `tenants` use the cache does the idlest one start anew.
 */
export function createMemoryCacheStore(options: MemoryCacheOptions = {}): CacheStore {
  const {
    entriesPerTenant = 10_000,
    bytesPerTenant = 4 * 1024 * 1024,
    tenants: maxTenants = 1_000,
  } = options;
  const now = options.now ?? (() => performance.now());
  const tenants = new Map<string, TenantEntries>();

  function open(tenant: string): TenantEntries {
    const held = tenants.get(tenant) ?? { entries: new Map<string, Entry>(), bytes: 0 };
    tenants.delete(tenant);
    if (tenants.size >= maxTenants) dropOldest(tenants);
    tenants.set(tenant, held);
    return held;
  }

  function read(space: CacheSpace, key: string): Entry | undefined {
    const held = tenants.get(space.tenant);
    const name = nameEntry(space, key);
    const entry = held?.entries.get(name);
    if (held === undefined || entry === undefined) return undefined;
    remove(held, name, entry);
    if (entry.expiresAt <= now()) return undefined;
    insert(open(space.tenant), name, entry);
    return entry;
  }

  function write(space: CacheSpace, key: string, json: string, expiresAt: number): void {
    const held = open(space.tenant);
    const name = nameEntry(space, key);
    const previous = held.entries.get(name);
    if (previous !== undefined) remove(held, name, previous);
    const bytes = Buffer.byteLength(name) + Buffer.byteLength(json) + ENTRY_OVERHEAD_BYTES;
    insert(held, name, { json, bytes, expiresAt });
    for (const [oldest, entry] of held.entries) {
      if (held.entries.size <= entriesPerTenant && held.bytes <= bytesPerTenant) break;
      remove(held, oldest, entry);
    }
  }

  function expiryOf({ ttlMs }: CacheWrite): number {
    return ttlMs === undefined ? Number.POSITIVE_INFINITY : now() + ttlMs;
  }

  return {
    get: async (space, key) => read(space, key)?.json,
    set: async (space, key, json, options) => write(space, key, json, expiryOf(options)),
    async delete(space, key) {
      const entry = read(space, key);
      if (entry !== undefined) remove(open(space.tenant), nameEntry(space, key), entry);
      return entry !== undefined;
    },
    async update(space, key, change, options) {
      const entry = read(space, key);
      const json = change(entry?.json);
      write(space, key, json, entry?.expiresAt ?? expiryOf(options));
      return json;
    },
  };
}

/** Unambiguous whatever the two parts hold: the length tells where the script ends. */
function nameEntry({ script }: CacheSpace, key: string): string {
  return `${script.length}:${script}${key}`;
}

function insert(held: TenantEntries, name: string, entry: Entry): void {
  held.entries.set(name, entry);
  held.bytes += entry.bytes;
}

function remove(held: TenantEntries, name: string, entry: Entry): void {
  held.entries.delete(name);
  held.bytes -= entry.bytes;
}

function dropOldest(tenants: Map<string, TenantEntries>): void {
  for (const tenant of tenants.keys()) {
    tenants.delete(tenant);
    return;
  }
}
