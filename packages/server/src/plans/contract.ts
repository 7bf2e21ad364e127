import { z } from "zod";
import { defineRoute } from "../rest/route.ts";
import { plan } from "./plan.ts";

export const listPlans = defineRoute({
  operation: "plans.list",
  method: "GET",
  path: "/plans",
  summary: "Lists the plans that tenants can have: the host defines them.",
  access: "operator",
  answers: { 200: z.object({ items: z.array(plan).readonly() }) },
});

export const PLAN_ROUTES = [listPlans] as const;
