import { eventOf } from "../../events/failure.ts";
import type { EventPublisher } from "../../events/publisher.ts";
import type { QueuedExecutions } from "../../executions/queued.ts";
import type { Metrics } from "./metrics.ts";

/** The publisher, which now tells the metrics of events that it stored. */
export function countPublished(publisher: EventPublisher, metrics: Metrics): EventPublisher {
  return {
    async publish(tenantId, events, origin) {
      const ids = await publisher.publish(tenantId, events, origin);
      metrics.count("skerry_events_published", {}, ids.length);
      return ids;
    },
  };
}

/** What the fan-out puts executions into, which now tells the metrics of them. */
export function countDeliveries(
  queued: Pick<QueuedExecutions, "enqueueMany">,
  metrics: Metrics,
): Pick<QueuedExecutions, "enqueueMany"> {
  return {
    async enqueueMany(queries, orders) {
      const ids = await queued.enqueueMany(queries, orders);
      metrics.count("skerry_event_deliveries", {}, ids.filter((id) => id !== null).length);
      return ids;
    },
  };
}

/** Tells the metrics of events that are given up. */
export function countDeadLetters(queued: Pick<QueuedExecutions, "onFinalFailure">, metrics: Metrics): void {
  queued.onFinalFailure((_queries, failed) => {
    if (eventOf(failed) !== undefined) metrics.count("skerry_dead_letters", {});
    return Promise.resolve();
  });
}
