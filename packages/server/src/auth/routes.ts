import { z } from "zod";
import { createRoutes } from "../rest/app.ts";
import type { RestApp } from "../rest/app.ts";
import { isUuid } from "../rest/ids.ts";
import { readInput, readQuery } from "../rest/input.ts";
import { createPageQuery } from "../rest/paging.ts";
import { apiKeyInput } from "./api-key.ts";
import type { ApiKeyService } from "./service.ts";

const listQuery = z.strictObject(createPageQuery(isUuid));

/** `/api-keys`: a key's text is in the answer to its creation and nowhere else. */
export function createApiKeyRoutes(apiKeys: ApiKeyService, bodyBytes: number): RestApp {
  return createRoutes()
    .get("/", async (context) =>
      context.json(await apiKeys.list(context.var.caller, readQuery(context, listQuery))),
    )
    .post("/", async (context) => {
      const input = await readInput(context, apiKeyInput, bodyBytes);
      const created = await apiKeys.create(context.var.caller, input);
      context.set("shownOnce", `It made the API key ${created.apiKey.id}. Revoke that key and make another.`);
      return context.json(created, 201);
    })
    .delete("/:id", async (context) => {
      await apiKeys.revoke(context.var.caller, context.req.param("id"));
      return context.body(null, 204);
    });
}
