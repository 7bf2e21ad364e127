import { CapabilityError, defineCapability } from "@skerry/sandbox";
import type { Capability } from "@skerry/sandbox";
import type { z } from "zod";
import { EVENT_DEPTH_ATTRIBUTE, eventInput } from "../events/event.ts";
import type { EventPublisher } from "../events/publisher.ts";
import { SkerryError } from "../problems/errors.ts";
import type { QuotaService } from "../quotas/service.ts";

/**
 * Makes `events.publish`, which gives the id of the event when it is stored. What a script publishes while it handles an
 * event is one deeper than that. Each event counts as a request of the tenant. It fails with `EVENT_DEPTH`,
 * `QUOTA_EXCEEDED` or `TENANT_SUSPENDED`.
 */
export function createEventCapability(
  publisher: EventPublisher,
  quotas: Pick<QuotaService, "take">,
): Capability {
  return defineCapability<z.output<typeof eventInput>>({
    name: "events.publish",
    input: eventInput,
    async handle(event, { tenant, attributes }) {
      const { script = "", [EVENT_DEPTH_ATTRIBUTE]: handled } = attributes;
      const origin = { actor: `script:${script}`, depth: handled === undefined ? 0 : Number(handled) + 1 };
      try {
        await quotas.take(tenant, "requestsPerMinute");
        const [id = null] = await publisher.publish(tenant, [event], origin);
        return { value: id };
      } catch (error) {
        if (error instanceof SkerryError) throw new CapabilityError(error.code, error.message);
        throw error;
      }
    },
  });
}
