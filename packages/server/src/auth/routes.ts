import { bindRoute } from "../rest/router.ts";
import type { BoundRoute } from "../rest/router.ts";
import { createApiKey, listApiKeys, revokeApiKey } from "./contract.ts";
import type { ApiKeyService } from "./service.ts";

/** `/api-keys`: a key's text is in the answer to its creation and nowhere else. */
export function createApiKeyRoutes(apiKeys: ApiKeyService): BoundRoute[] {
  return [
    bindRoute(listApiKeys, ({ caller, query }) => apiKeys.list(caller, query)),
    bindRoute(createApiKey, async ({ caller, body, context }) => {
      const created = await apiKeys.create(caller, body);
      context.set("shownOnce", `It made the API key ${created.apiKey.id}. Revoke that key and make another.`);
      return created;
    }),
    bindRoute(revokeApiKey, ({ caller, params }) => apiKeys.revoke(caller, params.key)),
  ];
}
