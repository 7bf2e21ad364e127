import type { JsonObject, JsonValue } from "@skerry/sandbox";
import { concurrencyOf } from "../executions/concurrency.ts";
import type { QueuedOrder } from "../executions/queued.ts";
import type { EventRow, WaitingEventRow } from "./repository.ts";
import type { Subscription } from "./subscriptions.ts";

type DescribedEvent = Pick<EventRow, "id" | "type" | "published_at" | "depth">;

/** The order that makes a script handle an event. */
export function createDeliveryOrder(
  tenantId: string,
  event: DescribedEvent & Pick<WaitingEventRow, "trace_context">,
  payload: JsonValue,
  subscription: Subscription,
): QueuedOrder {
  const { id, trace_context: trace } = event;
  const order = createHandlingOrder(tenantId, id, { event: describeEvent(event) }, payload, subscription);
  return trace === null ? order : { ...order, correlation: { ...order.correlation, trace } };
}

/** What `ctx.trigger.event` and filters tell of an event. */
export function describeEvent({ id, type, published_at, depth }: DescribedEvent): JsonObject {
  return { id, type, publishedAt: published_at.toISOString(), depth };
}

/** The same with what `ctx.trigger` told before. */
export function createHandlingOrder(
  tenantId: string,
  eventId: string,
  triggerFields: JsonObject,
  payload: JsonValue,
  subscription: Subscription,
): QueuedOrder {
  const concurrency = concurrencyOf(subscription, payload);
  return {
    tenantId,
    scriptId: subscription.scriptId,
    trigger: "event",
    triggerFields,
    input: payload,
    retry: subscription.retry,
    ...(concurrency && { concurrency }),
    correlation: { eventId },
  };
}
