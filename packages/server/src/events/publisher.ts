import { randomUUIDv7 } from "node:crypto";
import type { Database } from "../db/open.ts";
import { withTenant } from "../db/tenant-scope.ts";
import { SkerryError } from "../problems/errors.ts";
import { findTenant } from "../tenants/repository.ts";
import type { EventInput } from "./event.ts";
import { insertEvents } from "./repository.ts";
import type { EventOrigin } from "./repository.ts";

/** How many events may lead to one, each handled by the script that published the next. */
export const MAX_EVENT_DEPTH = 8;

/** Stores events, after which they will be delivered whatever becomes of this node. */
export interface EventPublisher {
  /**
   * In one transaction: all or none. An event whose id was published before is left as it is.
   *
   * @returns their ids in order.
   * @throws SkerryError `EVENT_DEPTH`, `TENANT_NOT_FOUND` or `TENANT_SUSPENDED`.
   */
  publish(tenantId: string, events: readonly EventInput[], origin: EventOrigin): Promise<readonly string[]>;
}

export function createEventPublisher(database: Database): EventPublisher {
  return {
    async publish(tenantId, events, origin) {
      requireDepth(events, origin);
      const identified = events.map((event) => ({ ...event, id: event.id ?? randomUUIDv7() }));
      await withTenant(database, tenantId, async (queries) => {
        const tenant = await findTenant(queries, tenantId);
        if (tenant === undefined) {
          throw new SkerryError("TENANT_NOT_FOUND", `There is no tenant ${tenantId}.`);
        }
        if (tenant.status === "suspended") {
          throw new SkerryError(
            "TENANT_SUSPENDED",
            `The tenant ${tenantId} is suspended and publishes nothing.`,
          );
        }
        await insertEvents(queries, tenantId, identified, origin);
      });
      return identified.map(({ id }) => id);
    },
  };
}

function requireDepth(events: readonly EventInput[], { depth }: EventOrigin): void {
  if (depth <= MAX_EVENT_DEPTH) return;
  const types = [...new Set(events.map(({ type }) => type))].slice(0, 3).join(", ");
  throw new SkerryError(
    "EVENT_DEPTH",
    `${types} would be event number ${depth + 1} in a row that scripts published while they handled the one before; ` +
      `${MAX_EVENT_DEPTH + 1} are possible.`,
  );
}
