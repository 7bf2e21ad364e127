import { CapabilityError } from "@skerry/sandbox";
import type { Capability } from "@skerry/sandbox";
import { isGranted } from "../plans/grants.ts";
import type { QuotaService } from "../quotas/service.ts";

/**
 * Lets a call pass only where the tenant's plan gives the capability. What the plan says is in memory.
 *
 * @returns a capability that fails with `CAPABILITY_DENIED` besides.
 */
export function requireGrant(capability: Capability, quotas: Pick<QuotaService, "termsOf">): Capability {
  const { name, handle } = capability;
  return {
    ...capability,
    async handle(input, call) {
      const { capabilities } = await quotas.termsOf(call.tenant);
      if (isGranted(capabilities, name)) return await handle(input, call);
      throw new CapabilityError("CAPABILITY_DENIED", `The plan of this tenant does not give ${name}.`);
    },
  };
}
