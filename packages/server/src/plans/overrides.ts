import type { JsonObject } from "@skerry/sandbox";
import { z } from "zod";
import { grants } from "./grants.ts";
import { hostListsDefinition } from "./host-lists.ts";
import { LIMIT_NAMES } from "./limits.ts";
import { limitAmount, mapNames, planDefinition, QUOTA_NAMES, quotaAmount, retentionDays } from "./plan.ts";
import type { PlanDefinition } from "./plan.ts";

/** What one tenant has beside its plan. */
export type Overrides = PlanDefinition;

/** What a tenant's row holds of its overrides. */
export interface OverridesRow {
  readonly limits: JsonObject;
  readonly quotas: JsonObject;
  readonly retention_days: number | null;
  readonly capabilities: readonly string[] | null;
  readonly grants: readonly string[] | null;
  readonly http: JsonObject | null;
}

/** The shape of a tenant's overrides in answers. */
export const tenantOverrides = {
  limits: planDefinition.shape.limits.unwrap().describe("Limits that the tenant has instead of its plan's."),
  quotas: planDefinition.shape.quotas.unwrap().describe("Quotas that the tenant has instead of its plan's."),
  retentionDays: z.int().nullable().describe("Null where the plan's holds."),
  capabilities: grants.nullable().describe("Null where the plan's hold."),
  grants: grants.nullable().describe("Null where the plan's hold."),
  http: hostListsDefinition.nullable().describe("Null where the plan's hold."),
};

const limitChange = (name: (typeof LIMIT_NAMES)[number]) =>
  z
    .strictObject({ default: limitAmount(name).nullable(), max: limitAmount(name).nullable() })
    .partial()
    .nullable();

/** A change of a tenant's overrides, merged into those there as RFC 7396 says: null takes an override away. */
export const overridesChange = {
  limits: z.strictObject(mapNames(LIMIT_NAMES, limitChange)).partial().nullable().optional(),
  quotas: z
    .strictObject(mapNames(QUOTA_NAMES, () => quotaAmount.nullable()))
    .partial()
    .nullable()
    .optional(),
  retentionDays: retentionDays.nullable().optional(),
  capabilities: grants.nullable().optional(),
  grants: grants.nullable().optional(),
  http: hostListsDefinition.nullable().optional(),
};
export type OverridesChange = z.output<z.ZodObject<typeof overridesChange>>;

/** The overrides that a tenant's row holds: they were checked when they were written. */
export function readOverrides({ limits, quotas, retention_days, ...lists }: OverridesRow): Overrides {
  return {
    limits,
    quotas,
    retentionDays: retention_days ?? undefined,
    capabilities: lists.capabilities ?? undefined,
    grants: lists.grants ?? undefined,
    http: lists.http ?? undefined,
  };
}

/** What the row holds after a change. */
export function mergeOverrides(row: OverridesRow, change: OverridesChange): OverridesRow {
  return {
    limits: mergePatch(row.limits, change.limits),
    quotas: mergePatch(row.quotas, change.quotas),
    retention_days: change.retentionDays === undefined ? row.retention_days : change.retentionDays,
    capabilities: change.capabilities === undefined ? row.capabilities : change.capabilities,
    grants: change.grants === undefined ? row.grants : change.grants,
    http: change.http === undefined ? row.http : (change.http as JsonObject | null),
  };
}

/** RFC 7396, section 2, of an object; undefined changes nothing, and null empties it. */
function mergePatch(target: JsonObject, patch: object | null | undefined): JsonObject {
  if (patch === undefined) return target;
  if (patch === null) return {};
  const merged: Record<string, JsonObject[string]> = { ...target };
  for (const [name, value] of Object.entries(patch) as [string, JsonObject[string] | object][]) {
    if (value === null) delete merged[name];
    else if (typeof value === "object") merged[name] = mergePatch((target[name] ?? {}) as JsonObject, value);
    else merged[name] = value;
  }
  return merged;
}
