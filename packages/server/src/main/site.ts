import { Hono } from "hono";
import type { Database } from "../db/open.ts";
import type { NodeRole, RequestSender } from "../platform.ts";
import { SkerryError } from "../problems/errors.ts";
import { respondToError } from "../problems/problem.ts";
import { HOME_PAGE_HEADERS, renderHomePage } from "../web/home.tsx";
import { renderSignInPage, SIGN_IN_PAGE_HEADERS } from "../web/sign-in.tsx";
import type { Assembly } from "./assembly.ts";
import { checkDatabase } from "./readiness.ts";
import { SKERRY_VERSION } from "./version.ts";

type RequestOrigin = Pick<RequestSender, "remoteAddress" | "cut">;

/** Answers every request to one node. */
export type Site = (request: Request, origin?: RequestOrigin) => Response | Promise<Response>;

const OWN_PATHS: ReadonlySet<string> = new Set(["/", "/sign-in", "/health", "/ready"]);

/** Puts the pages and the probes before the platform. A worker node has the probes alone. */
export function createSite({ platform, pool, database }: Assembly, role: NodeRole = "all"): Site {
  const probes = createProbes(database);
  if (role === "worker") return (request) => probes.fetch(request);
  const pages = new Hono();

  pages.get("/", (context) => {
    const { origin } = new URL(context.req.url);
    return context.html(
      renderHomePage({ version: SKERRY_VERSION, isolation: pool.isolation, origin }),
      200,
      HOME_PAGE_HEADERS,
    );
  });
  pages.get("/sign-in", (context) => context.html(renderSignInPage(), 200, SIGN_IN_PAGE_HEADERS));
  pages.route("/", probes);

  // Another method on one of these paths gets the platform's own kind of refusal.
  pages.notFound((context) => platform.fetch(context.req.raw));

  return (request, origin) =>
    OWN_PATHS.has(pathOf(request.url)) ? pages.fetch(request) : platform.fetch(request, origin);
}

function createProbes(database: Database): Hono {
  const probes = new Hono();
  probes.get("/health", (context) => context.json({ status: "ok", version: SKERRY_VERSION }));
  probes.get("/ready", async (context) => {
    const reachable = await checkDatabase(database);
    return reachable
      ? context.json({ status: "ready" })
      : context.json({ status: "database-unreachable" }, 503);
  });
  probes.notFound(() =>
    respondToError(new SkerryError("ROUTE_NOT_FOUND", "This node answers GET /health and GET /ready alone.")),
  );
  return probes;
}

/** The path of an absolute URL; parsing it whole would cost more than everything else on the way to a script. */
function pathOf(url: string): string {
  const start = url.indexOf("/", url.indexOf("//") + 2);
  const end = url.indexOf("?", start);
  return start === -1 ? "/" : url.slice(start, end === -1 ? undefined : end);
}
