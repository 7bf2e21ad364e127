import { createMiddleware } from "hono/factory";
import { routePath } from "hono/route";
import type { RestEnvironment } from "../../rest/app.ts";
import { OTHER } from "./metric.ts";
import type { AttributesOf } from "./table.ts";
import type { Metrics } from "./metrics.ts";

type RequestAttributes = AttributesOf<"skerry_http_requests">;

/** What stands for a route where a path or method leads to none. */
export const NO_ROUTE = "none";

/** Tells the metrics of a request that `answer` responds to. `route` is a template, never a path. */
export async function measureRequest(
  metrics: Metrics,
  { method }: Pick<Request, "method">,
  route: string,
  answer: () => Promise<Response>,
): Promise<Response> {
  const since = performance.now();
  const response = await answer();
  note(metrics, method, route, response.status, since);
  return response;
}

/** The same for all routes of an app, each under its own template; it goes before them. */
export function measureRoutes(metrics: Metrics) {
  return createMiddleware<RestEnvironment>(async (context, next) => {
    const since = performance.now();
    await next();
    const template = routePath(context, -1);
    const route = template.endsWith("*") ? NO_ROUTE : template.replaceAll(/:(\w+)/g, "{$1}");
    note(metrics, context.req.method, route, context.res.status, since);
  });
}

function note(metrics: Metrics, method: string, route: string, status: number, since: number): void {
  const statusClass = STATUS_CLASSES[Math.floor(status / 100)] ?? OTHER;
  // The gate makes `other` of what these two may be besides.
  const told = { method, route, status: statusClass } as RequestAttributes;
  metrics.count("skerry_http_requests", told);
  metrics.record("skerry_http_request_duration_seconds", (performance.now() - since) / 1_000, { route });
}

const STATUS_CLASSES: Readonly<Record<number, string>> = { 1: "1xx", 2: "2xx", 3: "3xx", 4: "4xx", 5: "5xx" };
