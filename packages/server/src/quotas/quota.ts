import { z } from "zod";
import { QUOTA_NAMES, terms } from "../plans/plan.ts";
import type { QuotaName } from "../plans/plan.ts";
import { moment } from "../rest/route.ts";

/** What a tenant may use of one thing, and does. */
export const quota = z
  .object({
    limit: z.number(),
    used: z.number(),
    remaining: z.number().describe("Never below 0, also where more was used."),
    resetsAt: moment().nullable().describe("When it begins anew; null where it does not."),
  })
  .meta({ id: "Quota" });
export type Quota = Readonly<z.output<typeof quota>>;

export type Quotas = Readonly<Record<QuotaName, Quota>>;

/** Answer of `GET /limits`. */
export const tenantLimits = z
  .object({
    plan: z.string(),
    limits: terms.shape.limits,
    retentionDays: terms.shape.retentionDays,
    quotas: z.object(
      Object.fromEntries(QUOTA_NAMES.map((name) => [name, quota])) as Record<QuotaName, typeof quota>,
    ),
  })
  .meta({ id: "TenantLimits" });
export type TenantLimits = Readonly<z.output<typeof tenantLimits>>;

/** What was used on one day, in UTC. */
export const usageDay = z
  .object({
    day: z.iso.date(),
    executions: z.int(),
    cpuSeconds: z.number(),
    requests: z.int(),
    logBytes: z.int(),
    outboundCalls: z.int(),
    serviceCalls: z.int(),
  })
  .meta({ id: "UsageDay" });
export type UsageDay = Readonly<z.output<typeof usageDay>>;

/** Answer of `GET /usage`: the days on which something was used, oldest first. */
export const usage = z
  .object({ from: z.iso.date(), to: z.iso.date(), items: z.array(usageDay).readonly() })
  .meta({ id: "Usage" });
export type Usage = Readonly<z.output<typeof usage>>;

/** How many days one answer of `GET /usage` covers at most. */
export const MAX_USAGE_DAYS = 366;

/** Query of `GET /usage`: days in UTC, both inclusive; without them the present month up to today. */
export const usageQuery = z.strictObject({ from: z.iso.date().optional(), to: z.iso.date().optional() });
export type UsageQuery = z.output<typeof usageQuery>;
