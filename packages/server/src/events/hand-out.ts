import type { JsonValue } from "@skerry/sandbox";
import type { Queries } from "../db/tenant-scope.ts";
import type { QueuedExecutions, QueuedOrder } from "../executions/queued.ts";
import { createDeliveryOrder, describeEvent } from "./delivery.ts";
import { tryLockFanOut } from "./fan-out-lock.ts";
import type { FilteredEvent, Verdict } from "./filters.ts";
import { endWaiting, listWaitingEvents, readPayloads } from "./repository.ts";
import type { EventRow, WaitingEventRow } from "./repository.ts";
import type { Subscription, SubscriptionStore } from "./subscriptions.ts";

/** What filters said, by filter and then by event. */
export type Verdicts = ReadonlyMap<string, ReadonlyMap<string, Verdict>>;

/** What a filter has to be asked about. */
export interface FilterQuestion {
  readonly filter: string;
  readonly events: readonly (FilteredEvent & { readonly id: string })[];
}

export interface HandedOut {
  /** Whether there may be more to hand out. */
  readonly hasMore: boolean;
  /** What has to be known before the next event can be handed out; none where nothing is missing. */
  readonly questions: readonly FilterQuestion[];
}

export interface HandOutOptions {
  readonly queued: Pick<QueuedExecutions, "enqueueMany">;
  readonly subscriptions: SubscriptionStore;
}

/**
 * Makes executions of a tenant's waiting events, in their order and within the caller's transaction, up to the first
 * event about which a filter has yet to be asked.
 */
export type HandOut = (queries: Queries, tenantId: string, verdicts: Verdicts) => Promise<HandedOut>;

const EVENTS_AT_ONCE = 200;
const DELIVERIES_AT_ONCE = 1_000;
/** Of the payloads that filters are asked about at once, as JSON; one is taken in any case. */
const ASKED_BYTES = 8 * 1024 * 1024;

const NOTHING: HandedOut = { hasMore: false, questions: [] };

/** One event with those whose patterns it fits. */
interface Match {
  readonly event: WaitingEventRow;
  readonly subscriptions: readonly Subscription[];
}

export function createHandOut({ queued, subscriptions }: HandOutOptions): HandOut {
  async function enqueue(
    queries: Queries,
    tenantId: string,
    matches: readonly Match[],
    verdicts: Verdicts,
  ): Promise<void> {
    const wanted = matches.filter((match) => match.subscriptions.length > 0);
    if (wanted.length === 0) return;
    const ids = wanted.map(({ event }) => event.id);
    const payloads = await readPayloads(queries, tenantId, ids, Infinity);
    const orders = wanted.flatMap(({ event, subscriptions: scripts }) =>
      scripts.map((subscription): QueuedOrder => {
        const order = createDeliveryOrder(tenantId, event, payloads.get(event.id) ?? null, subscription);
        const asksFilter = verdictOf(verdicts, event, subscription) === "unclear";
        return asksFilter ? { ...order, asksFilter } : order;
      }),
    );
    await queued.enqueueMany(queries, orders);
  }

  async function ask(
    queries: Queries,
    tenantId: string,
    matches: readonly Match[],
  ): Promise<readonly FilterQuestion[]> {
    const filtered = matches.filter((match) => match.subscriptions.some(hasFilter));
    const ids = filtered.map(({ event }) => event.id);
    const payloads = await readPayloads(queries, tenantId, ids, ASKED_BYTES);
    return writeQuestions(filtered, payloads);
  }

  return async (queries, tenantId, verdicts) => {
    if (!(await tryLockFanOut(queries, tenantId))) return NOTHING;
    const waiting = await listWaitingEvents(queries, tenantId, EVENTS_AT_ONCE);
    if (waiting.length === 0) return NOTHING;
    const table = await subscriptions.load(queries, tenantId);
    const matches = takeFirst(waiting.map((event) => ({ event, subscriptions: table.match(event.type) })));
    const clear = matches.slice(0, countClear(matches, verdicts));
    if (clear.length === 0) return { hasMore: true, questions: await ask(queries, tenantId, matches) };
    const passed = clear.map(({ event, subscriptions: scripts }) => ({
      event,
      subscriptions: scripts.filter((script) => verdictOf(verdicts, event, script) !== "filtered"),
    }));
    await enqueue(queries, tenantId, passed, verdicts);
    await endWaiting(
      queries,
      tenantId,
      clear.map(({ event, subscriptions: { length: matched } }, place) => ({
        id: event.id,
        matched,
        filtered: matched - (passed[place]?.subscriptions.length ?? 0),
      })),
    );
    return { hasMore: clear.length < waiting.length || waiting.length === EVENTS_AT_ONCE, questions: [] };
  };
}

function hasFilter({ filter }: Subscription): boolean {
  return filter !== undefined;
}

/** @returns undefined when the filter has yet to be asked. */
function verdictOf(verdicts: Verdicts, { id }: EventRow, { filter }: Subscription): Verdict | undefined {
  return filter === undefined ? "passed" : verdicts.get(filter)?.get(id);
}

/** @returns how many of the first ones can be handed out. */
function countClear(matches: readonly Match[], verdicts: Verdicts): number {
  const open = matches.findIndex(({ event, subscriptions }) =>
    subscriptions.some((script) => verdictOf(verdicts, event, script) === undefined),
  );
  return open === -1 ? matches.length : open;
}

/** One for each filter, whichever scripts have it. */
function writeQuestions(
  matches: readonly Match[],
  payloads: ReadonlyMap<string, JsonValue>,
): readonly FilterQuestion[] {
  const questions = new Map<string, Map<string, FilteredEvent & { readonly id: string }>>();
  for (const { event, subscriptions } of matches) {
    const payload = payloads.get(event.id);
    if (payload === undefined) continue;
    const asked = { id: event.id, payload, event: describeEvent(event) };
    for (const { filter } of subscriptions) {
      if (filter === undefined) continue;
      const events = questions.get(filter) ?? new Map<string, typeof asked>();
      questions.set(filter, events.set(event.id, asked));
    }
  }
  return [...questions].map(([filter, events]) => ({ filter, events: [...events.values()] }));
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
