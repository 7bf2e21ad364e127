import type { RequestSender } from "../platform.ts";
import { createRoutes } from "../rest/app.ts";
import { createAssets } from "./assets/assets.ts";
import type { ConsoleOptions } from "./console.ts";
import { createEmbedPages } from "./embed/embed-pages.tsx";
import { createPublicPages } from "./public-pages.tsx";
import { createPageRouter } from "./router.tsx";
import { createPages } from "./site-map.ts";

/** Answers what is asked of the web UI. */
export type StartedConsole = (request: Request, sender: RequestSender) => Promise<Response>;

/** Loads the assets and binds all pages. */
export async function startConsole(options: ConsoleOptions): Promise<StartedConsole> {
  const { services, people, quotas, isolation, logger, site, embedOrigins: origins } = options;
  const assets = await createAssets(site);
  const app = createRoutes();
  app.route("/", createPublicPages({ ...options, assets }));
  app.route("/", createEmbedPages({ assets, logger, origins, site }));
  const pages = createPages(services, { isolation, plans: quotas.plans });
  const { authenticator, sessions } = people;
  const { tenants } = services;
  app.mount("/", createPageRouter(pages, { ...options, assets, authenticator, sessions, tenants }).fetch);
  return async (request, sender) => (await assets.answer(request)) ?? (await app.fetch(request, sender));
}
