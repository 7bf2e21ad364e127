import { afterCommit } from "../../db/tenant-scope.ts";
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

/** What the fan-out puts executions into, which now tells the metrics of those that are there to stay. */
export function countDeliveries(
  queued: Pick<QueuedExecutions, "enqueueMany">,
  metrics: Metrics,
): Pick<QueuedExecutions, "enqueueMany"> {
  return {
    async enqueueMany(queries, orders) {
      const ids = await queued.enqueueMany(queries, orders);
      const deliveries = ids.filter((id) => id !== null).length;
      afterCommit(queries, () => metrics.count("skerry_event_deliveries", {}, deliveries));
      return ids;
    },
  };
}

/** Tells the metrics of events that are given up for good. */
export function countDeadLetters(queued: Pick<QueuedExecutions, "onFinalFailure">, metrics: Metrics): void {
  queued.onFinalFailure((queries, failed) => {
    if (eventOf(failed) !== undefined) afterCommit(queries, () => metrics.count("skerry_dead_letters", {}));
    return Promise.resolve();
  });
}
