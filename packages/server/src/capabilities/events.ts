import { CapabilityError } from "@skerry/sandbox";
import type { Capability } from "@skerry/sandbox";
import { EVENT_ERRORS } from "../events/errors.ts";
import { EVENT_DEPTH_ATTRIBUTE, eventInput, MAX_PAYLOAD_BYTES } from "../events/event.ts";
import type { EventPublisher } from "../events/publisher.ts";
import { ATTRIBUTES } from "../executions/attributes.ts";
import { SkerryError } from "../problems/errors.ts";
import { QUOTA_ERRORS } from "../quotas/errors.ts";
import type { QuotaService } from "../quotas/service.ts";
import { createNamespaceCapabilities, defineNamespace } from "./namespace.ts";

export const EVENTS = defineNamespace({
  name: "events",
  summary: "Messages from script to script, of one tenant.",
  types: `interface PublishOptions {
  /** An event whose id was published before is accepted and does nothing. Default: a new UUID. */
  readonly id?: string;
}`,
  calls: { publish: { input: eventInput } },
  members: {
    publish: {
      signature: "(type: string, payload?: unknown, options?: PublishOptions): Promise<string>",
      summary:
        "Stores an event for the scripts that subscribe to its type, and gives its id when it is stored. Each event counts as a request of the tenant.",
      calls: ["publish"],
      errors: ["EVENT_DEPTH", "QUOTA_EXCEEDED"],
      example: 'await ctx.events.publish("order.created", { total: 7 }, { id: "order-7-created" });',
    },
  },
  limits: [{ name: "payload", value: `${MAX_PAYLOAD_BYTES / 1024} KiB of JSON text` }],
  errors: { EVENT_DEPTH: EVENT_ERRORS.EVENT_DEPTH, QUOTA_EXCEEDED: QUOTA_ERRORS.QUOTA_EXCEEDED },
});

/**
 * What a script publishes while it handles an event is one deeper than that. Besides its own codes it fails with
 * `TENANT_SUSPENDED`.
 */
export function createEventCapability(
  publisher: EventPublisher,
  quotas: Pick<QuotaService, "take">,
): readonly Capability[] {
  return createNamespaceCapabilities(EVENTS, {
    async publish(event, { tenant, attributes }) {
      const { script = "", [EVENT_DEPTH_ATTRIBUTE]: handled, [ATTRIBUTES.trace]: trace } = attributes;
      const depth = handled === undefined ? 0 : Number(handled) + 1;
      const origin = { actor: `script:${script}`, depth, trace };
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
