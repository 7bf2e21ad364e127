import { z } from "zod";
import { defineRoute, pathParameters } from "../rest/route.ts";
import { grantedService, hostService, impactQuery, serviceImpact } from "./report.ts";

export const listServices = defineRoute({
  operation: "services.list",
  method: "GET",
  path: "/services",
  summary: "Lists the services that the host offers to scripts, and how much they are used.",
  access: "operator",
  answers: { 200: z.object({ items: z.array(hostService).readonly() }) },
});

export const getServiceImpact = defineRoute({
  operation: "services.getImpact",
  method: "GET",
  path: "/services/{service}/impact",
  summary:
    "Tells what a service's schemas break that worked with those before, and which published scripts use or name it.",
  access: "operator",
  params: pathParameters("service"),
  query: impactQuery,
  answers: { 200: serviceImpact },
  errors: ["SERVICE_NOT_FOUND"],
});

export const listGrantedServices = defineRoute({
  operation: "services.listGranted",
  method: "GET",
  path: "/services/granted",
  summary: "Lists the services of the host that the tenant's scripts may call, and which of them did.",
  access: "scripts.read",
  answers: { 200: z.object({ items: z.array(grantedService).readonly() }) },
});

export const SERVICE_ROUTES = [listServices, listGrantedServices, getServiceImpact] as const;
