import { hash, randomUUID } from "node:crypto";
import type { Database } from "../../db/open.ts";
import type { Queries } from "../../db/tenant-scope.ts";
import { ignoreOutOfRange } from "../json-number.ts";
import type { TenantLine } from "../tenant-line.ts";
import { createMemoryCacheStore } from "./memory-store.ts";
import {
  CACHE_CHANNEL,
  deleteCacheEntry,
  evictCacheEntries,
  incrementCacheEntry,
  readCacheEntry,
  saveCacheEntry,
} from "./repository.ts";
import type { CacheEntryName } from "./repository.ts";
import { createCacheRoom } from "./room.ts";
import { nameEntry } from "./store.ts";
import type { CacheCaps, CacheSpace, CacheStore } from "./store.ts";

/** The cache that all nodes share. */
export interface SharedCacheStore extends CacheStore, AsyncDisposable {}

export interface SharedCacheOptions {
  readonly database: Database;
  readonly line: TenantLine;
  readonly capsOf: (tenantId: string) => Promise<CacheCaps>;
}

/** How long a node trusts what it read, should a notification get lost in spite of all. */
const HELD_MS = 10_000;
/** What one node holds of each tenant, and of how many. */
const HELD_BYTES = 1024 * 1024;
const HELD_TENANTS = 250;

/**
 * Keeps entries in an unlogged table, and what this node read lately in its memory. Writes are acknowledged when the
 * database has them; then this node sees them at once, and others as soon as they hear of it. A node that hears
 * nothing, because its connection is lost, holds nothing in memory until it is back.
 */
export async function createSharedCacheStore({
  database,
  line,
  capsOf,
}: SharedCacheOptions): Promise<SharedCacheStore> {
  const nodeId = randomUUID();
  const createHeld = (): CacheStore =>
    createMemoryCacheStore({ bytesPerTenant: HELD_BYTES, tenants: HELD_TENANTS });
  let held = createHeld();
  /** Reads under way. One that is not here when it ends may have read what was changed since. */
  const reads = new Map<string, Promise<string | undefined>>();
  let isHearing = true;

  function forget({ space, name }: Place): void {
    reads.delete(name);
    // It is gone before anything in there is awaited.
    void held.delete(space, name);
  }

  function forgetAll(): void {
    reads.clear();
    held = createHeld();
  }

  const hearing = await database.listen(CACHE_CHANNEL, {
    onNotification(payload) {
      const [sender, tenant, digest] = payload.split(" ");
      if (sender !== nodeId && tenant !== undefined && digest !== undefined) forget(placeOf(tenant, digest));
    },
    onLoss() {
      isHearing = false;
      forgetAll();
    },
    onGap() {
      isHearing = true;
      forgetAll();
    },
  });

  const room = createCacheRoom({
    capsOf,
    evict: (tenantId, caps) =>
      line.run("CACHE", tenantId, (queries) => evictCacheEntries(queries, tenantId, caps)),
  });

  async function read(
    entry: Entry,
    keep: (json: string, ttlMs: number) => void,
  ): Promise<string | undefined> {
    const since = performance.now();
    const found = await run(entry, (queries) => readCacheEntry(queries, entry));
    if (found === undefined) return undefined;
    keep(found.value, Math.min(found.ttlMs ?? HELD_MS, HELD_MS) - (performance.now() - since));
    return found.value;
  }

  /** All who ask for an entry while it is read get the same answer. */
  function share(entry: Entry): Promise<string | undefined> {
    const known = reads.get(entry.name);
    if (known !== undefined) return known;
    const reading = read(entry, (json, ttlMs) => {
      if (isHearing && reads.get(entry.name) === reading)
        void held.set(entry.space, entry.name, json, { ttlMs });
    }).finally(() => {
      if (reads.get(entry.name) === reading) reads.delete(entry.name);
    });
    reads.set(entry.name, reading);
    return reading;
  }

  /** Whatever becomes of the write: what this node remembers may be wrong after it. */
  async function change<Result>(entry: Entry, work: (queries: Queries) => Promise<Result>): Promise<Result> {
    try {
      return await run(entry, work);
    } finally {
      forget(entry);
    }
  }

  function run<Result>({ tenantId }: Entry, work: (queries: Queries) => Promise<Result>): Promise<Result> {
    return line.run("CACHE", tenantId, work);
  }

  return {
    async get(space, key) {
      const entry = identify(nodeId, space, key);
      return (await held.get(entry.space, entry.name)) ?? (await share(entry));
    },

    async set(space, key, json, { ttlMs }) {
      const entry = identify(nodeId, space, key);
      await room.make(space.tenant, Buffer.byteLength(json));
      await change(entry, (queries) => saveCacheEntry(queries, entry, { json, ttlMs }));
    },

    async delete(space, key) {
      const entry = identify(nodeId, space, key);
      return await change(entry, (queries) => deleteCacheEntry(queries, entry));
    },

    async increment(space, key, by, { ttlMs }) {
      const entry = identify(nodeId, space, key);
      await room.make(space.tenant, 0);
      const work = (queries: Queries) => incrementCacheEntry(queries, entry, { by, ttlMs });
      return await change(entry, work).catch(ignoreOutOfRange);
    },

    [Symbol.asyncDispose]: () => hearing[Symbol.asyncDispose](),
  };
}

/** Where this node holds an entry in its memory. */
interface Place {
  readonly space: CacheSpace;
  /** The tenant and the digest of script and key. */
  readonly name: string;
}

interface Entry extends Place, CacheEntryName {}

function identify(nodeId: string, space: CacheSpace, key: string): Entry {
  const id = hash("sha256", nameEntry(space, key), "buffer");
  const place = placeOf(space.tenant, id.toString("base64url"));
  return { ...place, tenantId: space.tenant, id, notice: `${nodeId} ${place.name}` };
}

function placeOf(tenant: string, digest: string): Place {
  return { space: { tenant, script: "" }, name: `${tenant} ${digest}` };
}
