import type { IsolationReport } from "@skerry/sandbox";
import type { Logger } from "pino";
import type { People } from "../auth/people.ts";
import type { PlatformServices, RequestSender } from "../platform.ts";
import type { QuotaService } from "../quotas/service.ts";
import { createRoutes, respondToFailure } from "../rest/app.ts";
import type { RestApp } from "../rest/app.ts";
import { createAssets } from "./assets/assets.ts";
import type { Assets } from "./assets/assets.ts";
import { createEmbedPages } from "./embed/embed-pages.tsx";
import { createPublicPages } from "./public-pages.tsx";
import { createPageRouter } from "./router.tsx";
import { createPages } from "./site-map.ts";

/** The web UI: its pages, and the scripts and styles of those. */
export interface Console {
  /** Whether an address is one of the web UI's. */
  has(url: string): boolean;
  /** Never rejects. */
  fetch(request: Request, sender: RequestSender): Promise<Response>;
}

export interface ConsoleOptions {
  readonly services: PlatformServices;
  readonly people: Pick<People, "authenticator" | "sessions" | "hasProvider">;
  readonly quotas: Pick<QuotaService, "take" | "plans">;
  readonly isolation: IsolationReport;
  readonly logger: Logger;
  /** Empty where each request's own address is taken. */
  readonly baseUrl: string;
  /** Whose pages may embed the editor: see `requireEmbedOrigins`. */
  readonly embedOrigins: readonly string[];
}

/** What paths of the web UI begin with; what follows is a slash or nothing. */
const ROOTS: ReadonlySet<string> = new Set([
  "",
  "t",
  "operator",
  "assets",
  "embed",
  "sign-in",
  "sign-out",
  "preferences",
]);

/** Nothing is built before the first page is asked for. */
export function createConsole(options: ConsoleOptions): Console {
  let starting: Promise<{ readonly assets: Assets; readonly app: RestApp }> | undefined;

  async function start() {
    const assets = await createAssets();
    const app = createRoutes();
    app.route("/", createPublicPages({ ...options, assets }));
    app.route("/", createEmbedPages({ assets, logger: options.logger, origins: options.embedOrigins }));
    const { authenticator, sessions } = options.people;
    const { tenants } = options.services;
    const pages = createPages(options.services, {
      isolation: options.isolation,
      plans: options.quotas.plans,
    });
    app.mount("/", createPageRouter(pages, { ...options, assets, authenticator, sessions, tenants }).fetch);
    return { assets, app };
  }

  return {
    has: (url) => ROOTS.has(rootOf(url)),
    async fetch(request, sender) {
      try {
        starting ??= start();
        const { assets, app } = await starting;
        return (await assets.answer(request)) ?? (await app.fetch(request, sender));
      } catch (error) {
        starting = undefined;
        return respondToFailure(error, options.logger);
      }
    },
  };
}

/** The first segment of a URL's path; parsing the URL whole would cost each request more than this. */
function rootOf(url: string): string {
  const start = url.indexOf("/", url.indexOf("//") + 2) + 1;
  if (start === 0) return "";
  const end = url.slice(start).search(/[/?#]/);
  return end === -1 ? url.slice(start) : url.slice(start, start + end);
}
