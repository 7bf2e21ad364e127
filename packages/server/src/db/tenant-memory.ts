import { LRUCache } from "lru-cache";
import type { Database } from "./open.ts";

/** What was read of tenants and holds until a change is heard of, for 30 s at most. */
export interface TenantMemory<Value> extends AsyncDisposable {
  /** What is remembered of the tenant, else what `load` gives. All who ask while it loads wait for the same. */
  get(tenantId: string, load: () => Promise<Value>): Promise<Value>;
  /** To be called after this node changed what is remembered; other nodes hear of it by themselves. */
  forget(tenantId: string): void;
}

export interface TenantMemoryOptions {
  readonly database: Database;
  /** Carries the ids of tenants of which something changed, on whichever node. */
  readonly channel: string;
  /** Told of each tenant that is forgotten; undefined when all are. */
  readonly onForgotten?: (tenantId: string | undefined) => void;
}

const MAX_TENANTS = 10_000;
/** Should a notification get lost in spite of all, a change shows after this. */
const REMEMBER_MS = 30_000;

export async function createTenantMemory<Value>({
  database,
  channel,
  onForgotten,
}: TenantMemoryOptions): Promise<TenantMemory<Value>> {
  const tenants = new LRUCache<string, Promise<Value>>({ max: MAX_TENANTS, ttl: REMEMBER_MS });
  const hearing = await database.listen(channel, {
    onNotification: forget,
    onGap() {
      tenants.clear();
      onForgotten?.(undefined);
    },
  });

  function forget(tenantId: string): void {
    tenants.delete(tenantId);
    onForgotten?.(tenantId);
  }

  /** Kept while it loads, so that a change that comes meanwhile can take it away. */
  function keep(tenantId: string, loading: Promise<Value>): Promise<Value> {
    tenants.set(tenantId, loading);
    loading.catch(() => {
      if (tenants.peek(tenantId) === loading) tenants.delete(tenantId);
    });
    return loading;
  }

  return {
    get: (tenantId, load) => tenants.get(tenantId) ?? keep(tenantId, load()),
    forget,
    [Symbol.asyncDispose]: () => hearing[Symbol.asyncDispose](),
  };
}
