import { nameOf, requirePermission } from "../auth/principal.ts";
import type { Caller } from "../auth/principal.ts";
import type { Database } from "../db/open.ts";
import { withTenant } from "../db/tenant-scope.ts";
import type { History } from "../executions/history.ts";
import { listExecutions } from "../executions/repository.ts";
import { SkerryError } from "../problems/errors.ts";
import { createPage } from "../rest/paging.ts";
import type { Page } from "../rest/paging.ts";
import type { Event, EventDetail, EventInput, EventsQuery, Published } from "./event.ts";
import type { EventPublisher } from "./publisher.ts";
import { findEvent, listEvents } from "./repository.ts";
import type { EventRow } from "./repository.ts";

/** The events of a tenant. */
export interface EventService {
  /**
   * Stores events, all or none; they are delivered afterwards, to each script that subscribes at least once.
   *
   * @throws SkerryError `TENANT_NOT_FOUND` or `TENANT_SUSPENDED`.
   */
  publish(caller: Caller, events: readonly EventInput[]): Promise<Published>;
  /** Newest first. */
  list(caller: Caller, query: EventsQuery): Promise<Page<Event>>;
  /** @throws SkerryError `EVENT_NOT_FOUND`. */
  get(caller: Caller, id: string): Promise<EventDetail>;
}

export interface EventServiceOptions {
  readonly database: Database;
  readonly publisher: EventPublisher;
  readonly history: Pick<History, "flush">;
}

const MAX_DELIVERIES = 200;

export function createEventService({ database, publisher, history }: EventServiceOptions): EventService {
  return {
    async publish(caller, events) {
      requirePermission(caller, "events.publish");
      const origin = { actor: nameOf(caller.principal), depth: 0, trace: caller.origin.trace };
      const ids = await publisher.publish(caller.tenantId, events, origin);
      return { accepted: ids.length, ids };
    },

    async list(caller, query) {
      requirePermission(caller, "events.read");
      const { tenantId } = caller;
      const rows = await withTenant(database, tenantId, (queries) => listEvents(queries, tenantId, query));
      return createPage(rows, query, ({ seq }) => String(seq), toEvent);
    },

    async get(caller, id) {
      requirePermission(caller, "events.read");
      await history.flush();
      const { tenantId } = caller;
      return await withTenant(database, tenantId, async (queries) => {
        const row = id.includes("\0") ? undefined : await findEvent(queries, tenantId, id);
        if (row === undefined) {
          throw new SkerryError("EVENT_NOT_FOUND", `There is no event ${JSON.stringify(id.slice(0, 80))}.`);
        }
        const filter = { eventId: id, scriptId: undefined, limit: MAX_DELIVERIES };
        const executions = (await listExecutions(queries, tenantId, filter)).slice(0, MAX_DELIVERIES);
        const deliveries = executions.map((execution) => ({
          executionId: execution.id,
          scriptId: execution.scriptId,
          attempt: execution.attempt,
          status: execution.status,
        }));
        return { ...toEvent(row), payload: row.payload, isWaiting: row.is_waiting, deliveries };
      });
    },
  };
}

/** A row as it is shown. */
export function toEvent(row: EventRow): Event {
  const { id, type, depth, actor, matched, filtered, published_at: publishedAt } = row;
  return { id, type, depth, actor, matched, filtered, publishedAt };
}
