import { z } from "zod";
import { createRoutes } from "../rest/app.ts";
import type { RestApp } from "../rest/app.ts";
import { readInput, readQuery } from "../rest/input.ts";
import { createPageQuery } from "../rest/paging.ts";
import type { TenantService } from "./service.ts";
import { isTenantId, tenantChange, tenantInput } from "./tenant.ts";

const listQuery = z.strictObject(createPageQuery(isTenantId));

/** `/tenants`, for operators. */
export function createTenantRoutes(tenants: TenantService, bodyBytes: number): RestApp {
  return createRoutes()
    .get("/", async (context) =>
      context.json(await tenants.list(context.var.principal, readQuery(context, listQuery))),
    )
    .post("/", async (context) => {
      const input = await readInput(context, tenantInput, bodyBytes);
      const created = await tenants.create(context.var.principal, input);
      const mend = "Make an API key for it with POST /api/v1/api-keys and the header Skerry-Tenant.";
      context.set("shownOnce", `It made the tenant ${created.tenant.id}. ${mend}`);
      return context.json(created, 201);
    })
    .get("/:id", async (context) =>
      context.json(await tenants.get(context.var.principal, context.req.param("id"))),
    )
    .patch("/:id", async (context) => {
      const change = await readInput(context, tenantChange, bodyBytes);
      return context.json(await tenants.update(context.var.principal, context.req.param("id"), change));
    })
    .delete("/:id", async (context) => {
      await tenants.delete(context.var.principal, context.req.param("id"));
      return context.body(null, 204);
    });
}
