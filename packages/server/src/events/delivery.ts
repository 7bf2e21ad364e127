import type { JsonObject, JsonValue } from "@skerry/sandbox";
import type { QueuedOrder } from "../executions/queued.ts";
import type { EventRow } from "./repository.ts";
import { concurrencyOf } from "./subscriptions.ts";
import type { Subscription } from "./subscriptions.ts";

/** The order that makes a script handle an event. */
export function createDeliveryOrder(
  tenantId: string,
  { id, type, published_at, depth }: Pick<EventRow, "id" | "type" | "published_at" | "depth">,
  payload: JsonValue,
  subscription: Subscription,
): QueuedOrder {
  const event: JsonObject = { id, type, publishedAt: published_at.toISOString(), depth };
  return createHandlingOrder(tenantId, id, { event }, payload, subscription);
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
