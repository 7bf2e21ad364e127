import type { JsonObject } from "@skerry/sandbox";
import { z } from "zod";
import { SCRIPT_STATUSES } from "../db/schema.ts";
import { isTenantId } from "../tenants/tenant.ts";
import { isUuid } from "../rest/ids.ts";
import { createPageQuery } from "../rest/paging.ts";
import { moment, pageOf } from "../rest/route.ts";

const schema = z.custom<JsonObject>();

const about = {
  path: z
    .string()
    .describe(
      "How scripts call it, below `ctx.services`; version 2 of `orders.refund` is `orders.v2.refund`.",
    ),
  name: z.string(),
  version: z.int(),
  summary: z.string().nullable(),
  permission: z
    .string()
    .nullable()
    .describe("What a tenant's `grants` must hold; null where every tenant may call."),
  deprecated: z.string().nullable().describe("What to use instead; null where it is not deprecated."),
  input: schema.describe("JSON Schema of what scripts give."),
  output: schema.describe("JSON Schema of what they get."),
};

/** A service as operators see it. */
export const hostService = z
  .object({
    ...about,
    rateLimit: z.object({ limit: z.int(), perSeconds: z.number() }).nullable().describe("Per tenant."),
    timeoutMs: z.int(),
    checksum: z.string().describe("SHA-256 of both schemas."),
    uses: z.object({
      tenants: z.int(),
      scripts: z.int(),
      calls: z.int(),
      lastUsedAt: moment().nullable().describe("Null where it was never called."),
    }),
  })
  .meta({ id: "HostService" });
export type HostService = Readonly<z.output<typeof hostService>>;

/** A service as the people of a tenant see it. */
export const grantedService = z
  .object({
    ...about,
    scripts: z
      .array(z.object({ scriptId: z.uuid(), scriptName: z.string(), calls: z.int(), lastUsedAt: moment() }))
      .readonly()
      .describe("The tenant's scripts that called it, the last first; 100 at most."),
  })
  .meta({ id: "GrantedService" });
export type GrantedService = Readonly<z.output<typeof grantedService>>;

const affectedScript = z.object({
  tenantId: z.string(),
  scriptId: z.uuid(),
  scriptName: z.string(),
  status: z.enum(SCRIPT_STATUSES),
  version: z.int().describe("The published one."),
  calls: z.int().nullable().describe("Null where it did not call the service in these days."),
  lastUsedAt: moment().nullable(),
  isNamed: z.boolean().describe("Whether its source names the service, as `orders.refund`."),
});

const breakingChange = z.object({
  where: z.enum(["input", "output"]),
  path: z.string().describe("`lines[].sku`; empty for the whole."),
  message: z.string(),
});

/** What the present schemas of a service break, and whom it concerns. */
export const serviceImpact = pageOf(affectedScript)
  .extend({
    service: z.string(),
    comparedWith: moment()
      .nullable()
      .describe("When the schemas before were declared; null where there were none."),
    changes: z.array(breakingChange).readonly().describe("Those that may break scripts."),
  })
  .meta({ id: "ServiceImpact" });
export type ServiceImpact = Readonly<z.output<typeof serviceImpact>>;

const MAX_DAYS = 365;

/** Query of `GET /services/{service}/impact`. */
export const impactQuery = z.strictObject({
  ...createPageQuery((key) => {
    const [tenantId = "", scriptId = "", ...rest] = key.split("/");
    return isTenantId(tenantId) && isUuid(scriptId) && rest.length === 0;
  }),
  days: z.coerce
    .number()
    .int()
    .min(1)
    .max(MAX_DAYS)
    .default(30)
    .describe("How long ago a script may have called it."),
});
export type ImpactQuery = z.output<typeof impactQuery>;
