import { defineRoute } from "../rest/route.ts";
import { tenantLimits, usage, usageQuery } from "./quota.ts";

export const getLimits = defineRoute({
  operation: "limits.get",
  method: "GET",
  path: "/limits",
  summary: "Gives the limits and quotas that hold for the tenant, and what is used of them.",
  access: "usage.read",
  answers: { 200: tenantLimits },
});

export const listUsage = defineRoute({
  operation: "usage.list",
  method: "GET",
  path: "/usage",
  summary: "Lists what the tenant used day by day, oldest first; days without use are left out.",
  access: "usage.read",
  query: usageQuery,
  answers: { 200: usage },
});

export const USAGE_ROUTES = [getLimits, listUsage] as const;
