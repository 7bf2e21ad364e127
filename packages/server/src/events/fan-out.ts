import type { Logger } from "pino";
import { isDatabaseUnavailable } from "../db/errors.ts";
import type { Database } from "../db/open.ts";
import { withTenant } from "../db/tenant-scope.ts";
import type { Queries } from "../db/tenant-scope.ts";
import type { QueuedExecutions } from "../executions/queued.ts";
import { createDeliveryOrder } from "./delivery.ts";
import { tryLockFanOut } from "./fan-out-lock.ts";
import {
  endWaiting,
  EVENT_CHANNEL,
  listWaitingEvents,
  listWaitingTenants,
  readPayloads,
} from "./repository.ts";
import type { EventRow } from "./repository.ts";
import { createSubscriptionStore } from "./subscriptions.ts";
import type { Subscription } from "./subscriptions.ts";

/** Hands stored events to the scripts that subscribe to them, until disposed. */
export type FanOut = AsyncDisposable;

export interface FanOutOptions {
  readonly database: Database;
  readonly logger: Logger;
  readonly queued: Pick<QueuedExecutions, "enqueueMany">;
}

const EVENTS_AT_ONCE = 200;
const DELIVERIES_AT_ONCE = 1_000;
/** Notifications wake it; this is for those that got lost with the node that heard them. */
const LOOK_AGAIN_MS = 5_000;
const TENANTS_AT_ONCE = 1_000;

/** One event with those that it is for. */
interface Match {
  readonly event: EventRow;
  readonly subscriptions: readonly Subscription[];
}

/** Listens from now on. Every node does; the events of one tenant are handed out by one of them at a time, in order. */
export async function createFanOut({ database, logger, queued }: FanOutOptions): Promise<FanOut> {
  const subscriptions = createSubscriptionStore();
  /** Tenants that may have waiting events, in turn. */
  const due = new Set<string>();
  let isClosed = false;
  let working: Promise<void> | undefined;

  function wake(tenantId: string): void {
    due.add(tenantId);
    if (!isClosed) working ??= work();
  }

  async function work(): Promise<void> {
    for (const tenantId of due) {
      if (isClosed) break;
      due.delete(tenantId);
      // Back to the end of the line, so that a tenant with many events does not keep the others.
      if (await handOutSafely(tenantId)) due.add(tenantId);
    }
    working = undefined;
  }

  async function handOutSafely(tenantId: string): Promise<boolean> {
    try {
      return await withTenant(database, tenantId, (queries) => handOut(queries, tenantId));
    } catch (error) {
      if (!isDatabaseUnavailable(error))
        logger.error({ err: error, tenant: tenantId }, "events are not handed out");
      return false;
    }
  }

  /** Makes executions of waiting events, in one transaction. @returns whether there may be more of them. */
  async function handOut(queries: Queries, tenantId: string): Promise<boolean> {
    if (!(await tryLockFanOut(queries, tenantId))) return false;
    const waiting = await listWaitingEvents(queries, tenantId, EVENTS_AT_ONCE);
    if (waiting.length === 0) return false;
    const table = await subscriptions.load(queries, tenantId);
    const matches = takeFirst(waiting.map((event) => ({ event, subscriptions: table.match(event.type) })));
    const wanted = matches.filter((match) => match.subscriptions.length > 0);
    if (wanted.length > 0) await enqueue(queries, tenantId, wanted);
    await endWaiting(
      queries,
      tenantId,
      matches.map(({ event }) => event.id),
    );
    return matches.length < waiting.length || waiting.length === EVENTS_AT_ONCE;
  }

  async function enqueue(queries: Queries, tenantId: string, matches: readonly Match[]): Promise<void> {
    const ids = matches.map(({ event }) => event.id);
    const payloads = await readPayloads(queries, tenantId, ids);
    const orders = matches.flatMap(({ event, subscriptions: scripts }) =>
      scripts.map((subscription) =>
        createDeliveryOrder(tenantId, event, payloads.get(event.id) ?? null, subscription),
      ),
    );
    await queued.enqueueMany(queries, orders);
  }

  async function lookAround(): Promise<void> {
    try {
      for (const tenantId of await listWaitingTenants(database.kysely, TENANTS_AT_ONCE)) wake(tenantId);
    } catch (error) {
      if (!isDatabaseUnavailable(error)) logger.warn({ err: error }, "waiting events were not looked for");
    }
  }

  const hearing = await database.listen(EVENT_CHANNEL, {
    onNotification: wake,
    onGap: () => void lookAround(),
  });
  let looking = lookAround();
  const timer = setInterval(() => {
    looking = looking.then(lookAround);
  }, LOOK_AGAIN_MS).unref();

  return {
    async [Symbol.asyncDispose]() {
      isClosed = true;
      clearInterval(timer);
      await hearing[Symbol.asyncDispose]();
      await looking;
      await working;
    },
  };
}

/** As many as make a transaction of a bearable size, one at least. */
function takeFirst(matches: readonly Match[]): readonly Match[] {
  let deliveries = 0;
  const end = matches.findIndex(({ subscriptions }, place) => {
    deliveries += subscriptions.length;
    return place > 0 && deliveries > DELIVERIES_AT_ONCE;
  });
  return end === -1 ? matches : matches.slice(0, end);
}
