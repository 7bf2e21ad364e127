import { z } from "zod";
import { createPageQuery } from "../rest/paging.ts";
import { defineRoute, pageOf, pathParameters } from "../rest/route.ts";
import { isTenantId, tenant, tenantChange, tenantInput } from "./tenant.ts";

const TENANT = pathParameters("tenant");

/** A new tenant and, this once, the text of its first API key. */
const createdTenant = z.object({ tenant, apiKey: z.string() });

export const listTenants = defineRoute({
  operation: "tenants.list",
  method: "GET",
  path: "/tenants",
  summary: "Lists tenants in the order of their ids.",
  access: "operator",
  query: z.strictObject(createPageQuery(isTenantId)),
  answers: { 200: pageOf(tenant) },
});

export const createTenant = defineRoute({
  operation: "tenants.create",
  method: "POST",
  path: "/tenants",
  summary: "Makes a tenant and its first API key, whose text is in this answer only.",
  access: "operator",
  body: tenantInput,
  answers: { 201: createdTenant },
  errors: ["TENANT_EXISTS", "PLAN_UNKNOWN"],
});

export const getTenant = defineRoute({
  operation: "tenants.get",
  method: "GET",
  path: "/tenants/{tenant}",
  summary: "Gives a tenant.",
  access: "operator",
  params: TENANT,
  answers: { 200: tenant },
  errors: ["TENANT_NOT_FOUND"],
});

export const updateTenant = defineRoute({
  operation: "tenants.update",
  method: "PATCH",
  path: "/tenants/{tenant}",
  summary: "Changes a tenant.",
  access: "operator",
  params: TENANT,
  body: tenantChange,
  answers: { 200: tenant },
  errors: ["TENANT_NOT_FOUND", "PLAN_UNKNOWN"],
});

export const deleteTenant = defineRoute({
  operation: "tenants.delete",
  method: "DELETE",
  path: "/tenants/{tenant}",
  summary: "Removes a tenant with its scripts, history and keys.",
  access: "operator",
  params: TENANT,
  answers: { 204: null },
  errors: ["TENANT_NOT_FOUND"],
});

export const TENANT_ROUTES = [listTenants, createTenant, getTenant, updateTenant, deleteTenant] as const;
