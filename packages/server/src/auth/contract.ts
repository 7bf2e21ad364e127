import { z } from "zod";
import { isUuid } from "../rest/ids.ts";
import { createPageQuery } from "../rest/paging.ts";
import { defineRoute, pageOf, pathParameters } from "../rest/route.ts";
import { apiKey, apiKeyInput } from "./api-key.ts";

/** A key and, this once, its text. */
const createdApiKey = z.object({ apiKey, key: z.string() });

export const listApiKeys = defineRoute({
  operation: "apiKeys.list",
  method: "GET",
  path: "/api-keys",
  summary: "Lists the tenant's API keys that are not revoked.",
  access: "tenant.admin",
  query: z.strictObject(createPageQuery(isUuid)),
  answers: { 200: pageOf(apiKey) },
});

export const createApiKey = defineRoute({
  operation: "apiKeys.create",
  method: "POST",
  path: "/api-keys",
  summary: "Makes an API key, whose text is in this answer only.",
  access: "tenant.admin",
  body: apiKeyInput,
  answers: { 201: createdApiKey },
});

export const revokeApiKey = defineRoute({
  operation: "apiKeys.revoke",
  method: "DELETE",
  path: "/api-keys/{key}",
  summary: "Revokes an API key; other nodes hear of it at once.",
  access: "tenant.admin",
  params: pathParameters("key"),
  answers: { 204: null },
  errors: ["KEY_NOT_FOUND"],
});

export const API_KEY_ROUTES = [listApiKeys, createApiKey, revokeApiKey] as const;
