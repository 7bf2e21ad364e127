import { Hono } from "hono";
import type { Database } from "../db/open.ts";
import type { NodeRole, RequestSender } from "../platform.ts";
import { SkerryError } from "../problems/errors.ts";
import { respondToError } from "../problems/problem.ts";
import type { Assembly } from "./assembly.ts";
import { checkDatabase } from "./readiness.ts";
import { SKERRY_VERSION } from "./version.ts";

type RequestOrigin = Pick<RequestSender, "remoteAddress" | "cut">;

/** Answers every request to one node. */
export type Site = (request: Request, origin?: RequestOrigin) => Response | Promise<Response>;

const PROBES: ReadonlySet<string> = new Set(["/health", "/ready"]);

/** Puts the probes before the platform. A worker node has the probes alone. */
export function createSite({ platform, database }: Assembly, role: NodeRole = "all"): Site {
  const probes = createProbes(database);
  if (role === "worker") return (request) => probes.fetch(request);
  return (request, origin) =>
    PROBES.has(pathOf(request.url)) && request.method === "GET"
      ? probes.fetch(request)
      : platform.fetch(request, origin);
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
