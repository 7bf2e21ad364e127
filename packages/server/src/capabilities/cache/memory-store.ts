import { nameEntry } from "./store.ts";
import type { CacheSpace, CacheStore, CacheWrite } from "./store.ts";

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
    async increment(space, key, by, options) {
      const entry = read(space, key);
      const sum = addNumber(entry?.json, by);
      if (sum !== undefined) write(space, key, JSON.stringify(sum), entry?.expiresAt ?? expiryOf(options));
      return sum;
    },
  };
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

function addNumber(json: string | undefined, by: number): number | undefined {
  const current: unknown = json === undefined ? 0 : JSON.parse(json);
  const sum = typeof current === "number" ? current + by : Number.NaN;
  return Number.isFinite(sum) ? sum : undefined;
}
