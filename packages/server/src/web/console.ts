import type { IsolationReport } from "@skerry/sandbox";
import type { Logger } from "pino";
import type { People } from "../auth/people.ts";
import type { PlatformServices, RequestSender } from "../platform.ts";
import type { QuotaService } from "../quotas/service.ts";
import { respondToFailure } from "../rest/app.ts";
import { pathOf } from "../rest/site-address.ts";
import type { SiteAddress } from "../rest/site-address.ts";
import type { StartedConsole } from "./started-console.ts";

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
  readonly site: SiteAddress;
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

/** Nothing of the pages is loaded before the first of them is asked for: most nodes and many hosts never show one. */
export function createConsole(options: ConsoleOptions): Console {
  let starting: Promise<StartedConsole> | undefined;

  async function start(): Promise<StartedConsole> {
    const { startConsole } = await import("./started-console.ts");
    return await startConsole(options);
  }

  return {
    has: (url) => ROOTS.has(rootOf(url)),
    async fetch(request, sender) {
      try {
        starting ??= start();
        return await (
          await starting
        )(request, sender);
      } catch (error) {
        starting = undefined;
        return respondToFailure(error, options.logger);
      }
    },
  };
}

/** The first segment of a URL's path. */
function rootOf(url: string): string {
  return pathOf(url).split("/", 2)[1] ?? "";
}
