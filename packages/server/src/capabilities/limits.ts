import { CapabilityError, defineCapability } from "@skerry/sandbox";
import type { Capability, JsonValue } from "@skerry/sandbox";
import { z } from "zod";
import { SkerryError } from "../problems/errors.ts";
import type { QuotaService } from "../quotas/service.ts";

/** Makes `limits.remaining`: each quota of the tenant as `GET /limits` shows it, times as RFC 3339. */
export function createLimitsCapability(quotas: Pick<QuotaService, "remaining">): Capability {
  return defineCapability({
    name: "limits.remaining",
    input: z.strictObject({}),
    async handle(_, { tenant }) {
      const json = JSON.stringify(await quotas.remaining(tenant));
      return { value: JSON.parse(json) as JsonValue };
    },
  });
}

/** Counts one call that a script makes to the world. @throws CapabilityError `QUOTA_EXCEEDED`. */
export async function countOutboundCall(quotas: Pick<QuotaService, "take">, tenant: string): Promise<void> {
  try {
    await quotas.take(tenant, "outboundCallsPerMonth");
  } catch (error) {
    if (!(error instanceof SkerryError) || error.code !== "QUOTA_EXCEEDED") throw error;
    throw new CapabilityError(error.code, error.message);
  }
}
