import { CapabilityError } from "@skerry/sandbox";
import type { Capability, JsonValue } from "@skerry/sandbox";
import { z } from "zod";
import { QUOTA_NAMES } from "../plans/plan.ts";
import { SkerryError } from "../problems/errors.ts";
import type { QuotaService } from "../quotas/service.ts";
import { createNamespaceCapabilities, defineNamespace } from "./namespace.ts";

export const LIMITS = defineNamespace({
  name: "limits",
  summary: "What this execution may use, and what is left of the tenant's quotas.",
  types: `type QuotaName = ${QUOTA_NAMES.map((name) => JSON.stringify(name)).join(" | ")};

interface Quota {
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  /** RFC 3339; null where it never begins anew. */
  readonly resetsAt: string | null;
}`,
  calls: { remaining: { input: z.strictObject({}) } },
  members: {
    cpuMs: describeLimit("Computing time of this execution in ms.", "cpuMs"),
    wallMs: describeLimit("Time from start to end in ms, waiting included.", "wallMs"),
    memoryMb: describeLimit("Memory in MiB.", "memoryMb"),
    capabilityCalls: describeLimit("Capability calls in all.", "capabilityCalls"),
    outputBytes: describeLimit("Bytes of the result as JSON text.", "outputBytes"),
    logBytes: describeLimit("Bytes of log text that are kept.", "logBytes"),
    remaining: {
      signature: "(): Promise<Readonly<Record<QuotaName, Quota>>>",
      summary: "Gives each quota of the tenant by its name, as `GET /api/v1/limits` shows it.",
      calls: ["remaining"],
      errors: [],
      example: `const { outboundCallsPerMonth } = await ctx.limits.remaining();
if (outboundCallsPerMonth.remaining < 100) ctx.log.warn("few requests are left");`,
    },
  },
  limits: [],
  errors: {},
});

function describeLimit(summary: string, name: string) {
  return {
    signature: ": number",
    summary,
    calls: [],
    errors: [],
    example: `const most = ctx.limits.${name};`,
  };
}

/** Each quota of the tenant as `GET /limits` shows it, times as RFC 3339. */
export function createLimitsCapability(quotas: Pick<QuotaService, "remaining">): readonly Capability[] {
  return createNamespaceCapabilities(LIMITS, {
    async remaining(_, { tenant }) {
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
