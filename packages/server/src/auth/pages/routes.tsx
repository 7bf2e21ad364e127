import { z } from "zod";
import type { PlatformServices } from "../../platform.ts";
import { isUuid } from "../../rest/ids.ts";
import { checkInput } from "../../rest/input.ts";
import { createPageQuery } from "../../rest/paging.ts";
import { formErrors } from "../../web/form.ts";
import { definePage } from "../../web/page.ts";
import type { PageRequest, PageRoute } from "../../web/page.ts";
import { apiKeyInput } from "../api-key.ts";
import { CreatedKeyPage } from "./created-key-page.tsx";
import { EXPIRIES } from "./expiries.ts";
import type { Expiry } from "./expiries.ts";
import { KeyList } from "./key-list.tsx";
import type { RefusedKey } from "./key-form.tsx";

const listQuery = z.object(createPageQuery(isUuid));
const typedKey = z.object({
  name: z.string().default(""),
  scopes: z.union([z.string(), z.array(z.string())]).default([]),
  expiry: z.enum(Object.keys(EXPIRIES) as [Expiry, ...Expiry[]]).default("never"),
});
const revokedKey = z.object({ name: z.string().max(200).default("") });

const DAY_MS = 24 * 60 * 60_000;

/** `/keys`: the API keys of a tenant. */
export function createKeyPages({ apiKeys }: Pick<PlatformServices, "apiKeys">): PageRoute[] {
  async function showList(request: PageRequest, refused: RefusedKey | undefined): Promise<Response> {
    const { caller, view } = request;
    const query = refused === undefined ? request.query(listQuery) : listQuery.parse({});
    const page = await apiKeys.list(caller, query);
    const content = <KeyList view={view} query={query} keys={page} refused={refused} />;
    const status = refused === undefined ? 200 : 422;
    return await request.page(content, { title: view.t.keys.title, section: "keys", status });
  }

  return [
    definePage({
      method: "GET",
      path: "/keys",
      access: "tenant.admin",
      handle: (request) => showList(request, undefined),
    }),
    definePage({
      method: "POST",
      path: "/keys",
      access: "tenant.admin",
      async handle(request) {
        const { caller, view } = request;
        const { name, scopes, expiry } = await request.form(typedKey);
        const chosen = [scopes].flat();
        try {
          const input = checkInput(apiKeyInput, {
            name,
            ...(chosen.length > 0 && { scopes: chosen }),
            ...(expiry !== "never" && {
              expiresAt: new Date(Date.now() + EXPIRIES[expiry] * DAY_MS).toISOString(),
            }),
          });
          const created = await apiKeys.create(caller, input);
          const content = <CreatedKeyPage view={view} created={created} />;
          return await request.page(content, { title: view.t.keys.title, section: "keys" });
        } catch (error) {
          return await showList(request, { name, scopes: chosen, expiry, errors: formErrors(error) });
        }
      },
    }),
    definePage({
      method: "POST",
      path: "/keys/{key}/revoke",
      access: "tenant.admin",
      async handle(request) {
        const { caller, view, params } = request;
        const { name } = await request.form(revokedKey);
        await apiKeys.revoke(caller, params["key"] ?? "");
        return request.redirect(view.href("/keys"), view.t.keys.revoked(name));
      },
    }),
  ];
}
