import { DEFAULT_LIMITS } from "@skerry/sandbox";
import { z } from "zod";
import { grants } from "./grants.ts";
import { ALL_HOSTS, hostLists, hostListsDefinition } from "./host-lists.ts";
import type { HostLists } from "./host-lists.ts";
import { LIMIT_NAMES, MAX_LIMITS, MIN_LIMITS } from "./limits.ts";
import type { LimitName, LimitTerms } from "./limits.ts";

/** What a tenant may use in all; those per period begin anew with the month or minute, in UTC. */
export const QUOTA_NAMES = [
  "executionsPerMonth",
  "cpuSecondsPerMonth",
  "concurrentExecutions",
  "requestsPerMinute",
  "storedBytes",
  "logBytesPerMonth",
  "outboundCallsPerMonth",
  "serviceCallsPerMonth",
] as const;
export type QuotaName = (typeof QUOTA_NAMES)[number];

const limitTerms = z.object({
  default: z.int().describe("What scripts get that ask for nothing."),
  max: z.int().describe("The most that scripts may ask for."),
});

/** The shape of {@link Terms} in answers. */
export const terms = z.object({
  limits: z.object(mapNames(LIMIT_NAMES, () => limitTerms)),
  quotas: z.object(mapNames(QUOTA_NAMES, () => z.int())),
  retentionDays: z.int().describe("How long executions and their logs are kept."),
  capabilities: grants.describe("What scripts may call: `*`, `http`, `db.*`, `services.orders.*`."),
  grants: grants.describe("The permissions for services of the host that scripts have: `orders.*`."),
  http: hostLists.describe("Where scripts may send requests."),
});

/** What a plan says of each limit and quota, or what holds for a tenant once all is put together. */
export interface Terms {
  readonly limits: Readonly<Record<LimitName, LimitTerms>>;
  readonly quotas: Readonly<Record<QuotaName, number>>;
  readonly retentionDays: number;
  /** Patterns of the names of capabilities. */
  readonly capabilities: readonly string[];
  /** Patterns of the permissions that services of the host ask for. */
  readonly grants: readonly string[];
  readonly http: HostLists;
}

/** The largest quota: a thousand times the milliseconds of a month, and exact in JSON whatever the unit. */
const MAX_QUOTA = 1e12;
const MAX_RETENTION_DAYS = 3_650;

export const quotaAmount = z.int().min(0).max(MAX_QUOTA);
export const retentionDays = z.int().min(1).max(MAX_RETENTION_DAYS);

/** A limit as plans may set it. */
export function limitAmount(name: LimitName) {
  return z.int().min(MIN_LIMITS[name]).max(MAX_LIMITS[name]);
}

/** An object with these names. */
export function mapNames<Name extends string, Value>(names: readonly Name[], map: (name: Name) => Value) {
  return Object.fromEntries(names.map((name) => [name, map(name)])) as Record<Name, Value>;
}

/** A host's plan as it is written down: what it leaves out is as in the plan `default`. */
export const planDefinition = z.strictObject({
  limits: z
    .strictObject(
      mapNames(LIMIT_NAMES, (name) =>
        z.strictObject({ default: limitAmount(name), max: limitAmount(name) }).partial(),
      ),
    )
    .partial()
    .optional(),
  quotas: z
    .strictObject(mapNames(QUOTA_NAMES, () => quotaAmount))
    .partial()
    .optional(),
  retentionDays: retentionDays.optional(),
  capabilities: grants.optional(),
  grants: grants.optional(),
  http: hostListsDefinition.optional(),
});
export type PlanDefinition = z.output<typeof planDefinition>;

/** The form of a plan's name. */
export const planName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "must have 1 to 63 characters out of a-z, 0-9 and -");

/** Plans by name, as `createSkerry` and the file of `SKERRY_PLANS` take them. */
export const planDefinitions = z.record(planName, planDefinition);
export type PlanDefinitions = Readonly<z.output<typeof planDefinitions>>;

/** A plan as the API shows it. */
export const plan = terms.extend({ name: z.string() }).meta({ id: "Plan" });
export type Plan = Readonly<z.output<typeof plan>>;

/** The plan of tenants that have no other: enough for anything but abuse. */
const BUILT_IN: Terms = {
  limits: mapNames(LIMIT_NAMES, (name) => ({ default: DEFAULT_LIMITS[name], max: MAX_LIMITS[name] })),
  quotas: {
    executionsPerMonth: 100_000_000,
    cpuSecondsPerMonth: 10_000_000,
    concurrentExecutions: 1_000,
    requestsPerMinute: 1_000_000,
    storedBytes: 10 * 1024 ** 3,
    logBytesPerMonth: 100 * 1024 ** 3,
    outboundCallsPerMonth: 100_000_000,
    serviceCallsPerMonth: 100_000_000,
  },
  retentionDays: 30,
  capabilities: ["*"],
  grants: [],
  http: ALL_HOSTS,
};

export const DEFAULT_PLAN = "default";

/** The plans of an installation by name. `default` is always among them. */
export type Plans = ReadonlyMap<string, Terms>;

/** Fills in what the definitions leave out. */
export function createPlans(definitions: PlanDefinitions = {}): Plans {
  const base = applyOverrides(BUILT_IN, definitions[DEFAULT_PLAN] ?? {});
  const named = Object.entries(definitions).map(
    ([name, definition]) => [name, applyOverrides(base, definition)] as const,
  );
  return new Map([[DEFAULT_PLAN, base], ...named]);
}

/** The plan with this name; where the host does not define it (any more), the default one. */
export function findPlan(plans: Plans, name: string): Terms {
  return plans.get(name) ?? plans.get(DEFAULT_PLAN) ?? BUILT_IN;
}

/** What holds when `overrides` come before `base`. A default above the maximum becomes the maximum. */
export function applyOverrides(base: Terms, overrides: PlanDefinition): Terms {
  return {
    limits: mapNames(LIMIT_NAMES, (name) => {
      const wished = overrides.limits?.[name] ?? {};
      const max = wished.max ?? base.limits[name].max;
      return { default: Math.min(wished.default ?? base.limits[name].default, max), max };
    }),
    quotas: mapNames(QUOTA_NAMES, (name) => overrides.quotas?.[name] ?? base.quotas[name]),
    retentionDays: overrides.retentionDays ?? base.retentionDays,
    capabilities: overrides.capabilities ?? base.capabilities,
    grants: overrides.grants ?? base.grants,
    http: {
      // Null says more than nothing: all hosts.
      allow: overrides.http?.allow === undefined ? base.http.allow : overrides.http.allow,
      deny: overrides.http?.deny ?? base.http.deny,
    },
  };
}
