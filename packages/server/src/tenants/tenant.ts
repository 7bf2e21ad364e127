import { z } from "zod";
import type { TenantStatus } from "../db/schema.ts";
import { TENANT_ID_PATTERN } from "../db/tenant-scope.ts";
import { displayName } from "../rest/input.ts";

/** A customer of the host. */
export interface Tenant {
  readonly id: string;
  readonly name: string;
  readonly status: TenantStatus;
  readonly plan: string;
  readonly createdAt: Date;
}

export function isTenantId(text: string): boolean {
  return TENANT_ID_PATTERN.test(text);
}

const tenantId = z
  .string()
  .regex(TENANT_ID_PATTERN, "must have 1 to 63 characters out of a-z, 0-9 and -, and not begin with -");
const name = displayName(200);
const plan = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "must have 1 to 63 characters out of a-z, 0-9 and -");

/** Body of `POST /tenants`. Without `id` one is made from the name. */
export const tenantInput = z.strictObject({ id: tenantId.optional(), name, plan: plan.default("default") });
export type TenantInput = z.output<typeof tenantInput>;

/** Body of `PATCH /tenants/{id}`. */
export const tenantChange = z.strictObject({
  name: name.optional(),
  plan: plan.optional(),
  status: z.enum(["active", "suspended"]).optional(),
});
export type TenantChange = z.output<typeof tenantChange>;
