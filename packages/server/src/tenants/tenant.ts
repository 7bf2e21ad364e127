import { z } from "zod";
import { TENANT_STATUSES } from "../db/schema.ts";
import { TENANT_ID_PATTERN } from "../db/tenant-scope.ts";
import { overridesChange, tenantOverrides } from "../plans/overrides.ts";
import { DEFAULT_PLAN, planName } from "../plans/plan.ts";
import { displayName } from "../rest/input.ts";
import { moment } from "../rest/route.ts";

/** A customer of the host. */
export const tenant = z
  .object({
    id: z.string(),
    name: z.string(),
    status: z.enum(TENANT_STATUSES),
    plan: z.string(),
    ...tenantOverrides,
    createdAt: moment(),
  })
  .meta({ id: "Tenant" });
export type Tenant = Readonly<z.output<typeof tenant>>;

export function isTenantId(text: string): boolean {
  return TENANT_ID_PATTERN.test(text);
}

const tenantId = z
  .string()
  .regex(TENANT_ID_PATTERN, "must have 1 to 63 characters out of a-z, 0-9 and -, and not begin with -");
const name = displayName(200);

/** Body of `POST /tenants`. Without `id` one is made from the name. */
export const tenantInput = z.strictObject({
  id: tenantId.optional(),
  name,
  plan: planName.default(DEFAULT_PLAN),
});
export type TenantInput = z.output<typeof tenantInput>;

/** Body of `PATCH /tenants/{id}`. Limits, quotas and retention come before the plan's; null gives the plan's back. */
export const tenantChange = z.strictObject({
  name: name.optional(),
  plan: planName.optional(),
  status: z.enum(TENANT_STATUSES).optional(),
  ...overridesChange,
});
export type TenantChange = z.output<typeof tenantChange>;
