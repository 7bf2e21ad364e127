import { LRUCache } from "lru-cache";
import type { CacheCaps } from "./store.ts";

/** Sees to it that what tenants write into the shared cache stays near their caps. */
export interface CacheRoom {
  /**
   * To be called before each write: after a quarter of a cap was written by this node it waits until the tenant's
   * entries were brought back to their caps. So a tenant takes a quarter more for each node at most.
   */
  make(tenantId: string, bytes: number): Promise<void>;
}

export interface CacheRoomOptions {
  readonly capsOf: (tenantId: string) => Promise<CacheCaps>;
  readonly evict: (tenantId: string, caps: CacheCaps) => Promise<unknown>;
}

interface Written {
  bytes: number;
  entries: number;
  evicting: Promise<unknown> | undefined;
}

const MAX_TENANTS = 10_000;

export function createCacheRoom({ capsOf, evict }: CacheRoomOptions): CacheRoom {
  const tenants = new LRUCache<string, Written>({ max: MAX_TENANTS });

  function open(tenantId: string): Written {
    const known = tenants.get(tenantId);
    if (known !== undefined) return known;
    const written: Written = { bytes: 0, entries: 0, evicting: undefined };
    tenants.set(tenantId, written);
    return written;
  }

  return {
    async make(tenantId, bytes) {
      const caps = await capsOf(tenantId);
      const written = open(tenantId);
      await written.evicting;
      written.bytes += bytes;
      written.entries += 1;
      if (written.bytes <= caps.bytes / 4 && written.entries <= caps.entries / 4) return;
      written.bytes = 0;
      written.entries = 0;
      written.evicting = evict(tenantId, caps).finally(() => (written.evicting = undefined));
      await written.evicting;
    },
  };
}
