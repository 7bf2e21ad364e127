import { Hono } from "hono";
import type { Database } from "../db/open.ts";
import { readHostAddress } from "../endpoints/endpoint-address.ts";
import { answerScrape } from "../observability/metrics/prometheus.ts";
import type { ScrapeOptions } from "../observability/metrics/prometheus.ts";
import type { NodeRole, RequestSender } from "../platform.ts";
import { SkerryError } from "../problems/errors.ts";
import { respondToError } from "../problems/problem.ts";
import { pathOf } from "../rest/site-address.ts";
import type { SiteAddress } from "../rest/site-address.ts";
import type { Assembly } from "./assembly.ts";
import { checkDatabase } from "./readiness.ts";
import { SKERRY_VERSION } from "./version.ts";

type RequestOrigin = Pick<RequestSender, "remoteAddress" | "cut">;

/** Answers every request to one node. */
export type Site = (request: Request, origin?: RequestOrigin) => Response | Promise<Response>;

const PROBES_ALONE = "This node answers GET /health, GET /ready and GET /metrics alone.";

export interface SiteOptions {
  /** Default `all`. */
  readonly role?: NodeRole;
  /** What `GET /metrics` answers with. Default: there is no such address. */
  readonly metrics?: ScrapeOptions;
  /** Whether what a node does when it begins is still being done: it answers, but is not ready. Default never. */
  readonly isStarting?: () => boolean;
  /** Whether the node was told to stop: it is not ready any more, but still answers. Default never. */
  readonly isStopping?: () => boolean;
}

/**
 * Puts the probes and the metrics before the platform. A worker node has nothing else. They are at the root, where who
 * watches a node asks it itself; what the world may know is below the base path as well. Hosts of tenants have none.
 */
export function createSite({ platform, database }: Assembly, options: SiteOptions = {}): Site {
  const { role = "all" } = options;
  const probes = createProbes(database, platform.site, options);
  if (role === "worker") return (request) => probes.fetch(request);
  const paths = new Set(probes.routes.map(({ path }) => path));
  return (request, origin) =>
    request.method === "GET" &&
    paths.has(pathOf(request.url)) &&
    readHostAddress(platform.site, request.url) === undefined
      ? probes.fetch(request)
      : platform.fetch(request, origin);
}

function createProbes(
  database: Database,
  { prefix }: SiteAddress,
  { metrics, isStarting = () => false, isStopping = () => false }: SiteOptions,
): Hono {
  const probes = new Hono();
  const pathsOf = (probe: string): string[] => [...new Set([probe, prefix + probe])];
  probes.on("GET", pathsOf("/health"), (context) => context.json({ status: "ok", version: SKERRY_VERSION }));
  probes.on("GET", pathsOf("/ready"), async (context) => {
    if (isStarting()) return context.json({ status: "starting" }, 503);
    if (isStopping()) return context.json({ status: "stopping" }, 503);
    const reachable = await checkDatabase(database);
    return reachable
      ? context.json({ status: "ready" })
      : context.json({ status: "database-unreachable" }, 503);
  });
  if (metrics !== undefined) probes.get("/metrics", ({ req }) => answerScrape(req.raw, metrics));
  probes.notFound(() => respondToError(new SkerryError("ROUTE_NOT_FOUND", PROBES_ALONE)));
  return probes;
}
