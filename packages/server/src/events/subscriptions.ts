import { LRUCache } from "lru-cache";
import type { Queries } from "../db/tenant-scope.ts";
import type { WishedConcurrency } from "../executions/concurrency.ts";
import { createPatternTable } from "./event-type.ts";
import type { PatternTable } from "./event-type.ts";
import { findSubscriptionHead, listSubscriptions } from "./subscription-repository.ts";
import type { SubscriptionRow } from "./subscription-repository.ts";

/** A script that handles events, and how. */
export interface Subscription {
  readonly scriptId: string;
  readonly retry: { readonly attempts: number; readonly backoffMs: number; readonly maxBackoffMs: number };
  /** Which events it wants of those that fit its patterns; undefined for all. */
  readonly filter: string | undefined;
  readonly concurrency: WishedConcurrency;
}

/** The subscriptions of the tenants that publish, in memory. */
export interface SubscriptionStore {
  /** As they are in the caller's transaction, which tells whether what is remembered still holds. */
  load(queries: Queries, tenantId: string): Promise<PatternTable<Subscription>>;
}

const MAX_TENANTS = 10_000;
const DEFAULT_ATTEMPTS = 5;
const DEFAULT_BACKOFF_MS = 2_000;
const DEFAULT_MAX_BACKOFF_MS = 5 * 60_000;

const NONE = createPatternTable<Subscription>([]);

export function createSubscriptionStore(): SubscriptionStore {
  const known = new LRUCache<string, { readonly head: string; readonly table: PatternTable<Subscription> }>({
    max: MAX_TENANTS,
  });
  return {
    async load(queries, tenantId) {
      // Asked for first, so that what is remembered under it is never older.
      const head = await findSubscriptionHead(queries, tenantId);
      if (head === undefined) return NONE;
      const remembered = known.get(tenantId);
      if (remembered?.head === head) return remembered.table;
      const table = createPatternTable((await listSubscriptions(queries, tenantId)).map(toEntry));
      known.set(tenantId, { head, table });
      return table;
    },
  };
}

function toEntry(row: SubscriptionRow) {
  return { patterns: row.settings.events ?? [], value: toSubscription(row) };
}

/** How a script is to handle events, by its settings. */
export function toSubscription({
  scriptId,
  settings: { retry, concurrency, filter },
}: SubscriptionRow): Subscription {
  const { attempts = DEFAULT_ATTEMPTS, backoffMs = DEFAULT_BACKOFF_MS } = retry ?? {};
  const maxBackoffMs = retry?.maxBackoffMs ?? Math.max(DEFAULT_MAX_BACKOFF_MS, backoffMs);
  return { scriptId, retry: { attempts, backoffMs, maxBackoffMs }, filter, concurrency };
}
