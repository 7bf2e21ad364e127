import { html } from "hono/html";
import type { Logger } from "pino";
import { z } from "zod";
import { SkerryError } from "../../problems/errors.ts";
import { createRoutes, respondToFailure } from "../../rest/app.ts";
import type { RestApp } from "../../rest/app.ts";
import { isUuid } from "../../rest/ids.ts";
import { readQuery } from "../../rest/input.ts";
import type { SiteAddress } from "../../rest/site-address.ts";
import { isScriptName } from "../../scripts/fields.ts";
import { isTenantId } from "../../tenants/tenant.ts";
import type { Assets } from "../assets/assets.ts";
import { createPageHeaders } from "../headers.ts";
import { LANGUAGES } from "../messages/messages.ts";
import { readLanguage, readTheme } from "../preferences.ts";
import { createView } from "../view.ts";
import { EmbedShell } from "./embed-shell.tsx";

export interface EmbedPagesOptions {
  readonly assets: Pick<Assets, "url">;
  readonly logger: Logger;
  /** Checked; where there are none no page can be embedded. */
  readonly origins: readonly string[];
  readonly site: Pick<SiteAddress, "basePath">;
}

const looks = z.object({
  theme: z.enum(["light", "dark"]).optional(),
  language: z.enum(LANGUAGES).optional(),
});

/**
 * `/embed/t/{tenant}/scripts/{script}`: the editor within the page of a product. It holds nothing of any tenant, and is
 * the same whether tenant and script are there or not: its scripts ask for the editor with the token that the
 * embedding page gives them.
 */
export function createEmbedPages({ assets, origins, logger, site }: EmbedPagesOptions): RestApp {
  const app = createRoutes();
  app.onError((error) => respondToFailure(error, logger));
  const headers = createPageHeaders(origins);
  app.get("/embed/t/:tenant/scripts/:script", (context) => {
    const { tenant, script } = context.req.param();
    if (origins.length === 0 || !isTenantId(tenant) || !(isScriptName(script) || isUuid(script))) {
      throw new SkerryError("ROUTE_NOT_FOUND", `There is no GET ${context.req.path}.`);
    }
    const { theme = readTheme(context), language = readLanguage(context) } = readQuery(context, looks);
    const view = createView({
      language,
      theme,
      tenant: { id: tenant, name: tenant },
      principal: { tenantId: tenant, permissions: new Set() },
      viewerName: "",
      location: "",
      basePath: site.basePath,
    });
    const shell = <EmbedShell view={view} assets={assets} origins={origins} script={script} />;
    return context.html(html`<!doctype html>${shell}`, 200, headers);
  });
  return app;
}
