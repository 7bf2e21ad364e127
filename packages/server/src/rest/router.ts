import type { MiddlewareHandler } from "hono";
import type { z } from "zod";
import { requireOperator, requirePermission } from "../auth/principal.ts";
import type { Caller, Operator } from "../auth/principal.ts";
import { bindTenant } from "../auth/middleware.ts";
import { answerOnce } from "../idempotency/middleware.ts";
import type { IdempotencyOptions } from "../idempotency/middleware.ts";
import type { TenantService } from "../tenants/service.ts";
import { createRoutes } from "./app.ts";
import type { RestApp, RestContext, RestEnvironment } from "./app.ts";
import { readInput, readQuery } from "./input.ts";
import { isAboutTenant } from "./route.ts";
import type { Route } from "./route.ts";

/** A request that passed everything its route declares. */
export interface RouteCall<Params, Query, Body> {
  /** Who acts on which tenant; on routes of a tenant only. */
  readonly caller: Caller;
  /** Who acts, and from where. */
  readonly operator: Operator;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly context: RestContext;
}

/**
 * Answers a call: with the JSON body of the first status that the route declares, unless the context was given another
 * status; undefined for no body; a Response for anything else.
 */
export type RouteHandler<Params, Query, Body> = (call: RouteCall<Params, Query, Body>) => unknown;

/** A route with what carries it out. */
export interface BoundRoute {
  readonly route: Route;
  readonly handle: RouteHandler<never, never, never>;
}

/** Binds a route to its handler, whose arguments have the types that the route declares. */
export function bindRoute<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType>(
  route: Route<Params, Query, Body>,
  handle: RouteHandler<z.output<Params>, z.output<Query>, z.output<Body>>,
): BoundRoute {
  return { route, handle };
}

export interface RouterOptions {
  readonly tenants: TenantService;
  /** What a request passes first, unless its route is public; the first of them tells who calls. */
  readonly guards: readonly MiddlewareHandler<RestEnvironment>[];
  readonly idempotency: Omit<IdempotencyOptions, "bodyBytes" | "tenantOf">;
  /** Largest body, and largest body that carries a source. */
  readonly bodyBytes: number;
  readonly scriptBodyBytes: number;
}

/**
 * Routes below the path that they are mounted at. A request is checked in this order: guards, tenant, permission, key,
 * input. The guards also stand before paths that do not exist.
 */
export function createRouter(routes: readonly BoundRoute[], options: RouterOptions): RestApp {
  const app = createRoutes();
  const { open = [], guarded = [] } = Object.groupBy(routes, ({ route }) =>
    route.access === "public" ? "open" : "guarded",
  );
  for (const bound of open) addRoute(app, bound, options);
  app.use(...options.guards);
  for (const bound of guarded) addRoute(app, bound, options);
  return app;
}

function addRoute(app: RestApp, { route, handle }: BoundRoute, options: RouterOptions): void {
  const { method, access } = route;
  const path = route.path.replaceAll(/\{(\w+)\}/g, ":$1");
  const bodyBytes = route.bodyBytes ?? (route.carriesSource ? options.scriptBodyBytes : options.bodyBytes);
  const isTenants = isAboutTenant(access);
  const tenantOf = ({ var: { caller } }: RestContext): string | null => (isTenants ? caller.tenantId : null);

  if (isTenants) app.on(method, path, bindTenant(options.tenants));
  if (access !== "public") {
    app.on(method, path, async (context, next) => {
      requireAccess(route, context);
      await next();
    });
    if (method !== "GET") {
      app.on(method, path, answerOnce({ ...options.idempotency, bodyBytes, tenantOf }));
    }
  }
  app.on(method, path, async (context) => await answer(context, route, handle as AnyHandler, bodyBytes));
}

function requireAccess({ access }: Route, { var: { caller, principal } }: RestContext): void {
  if (access === "operator") requireOperator({ principal });
  else if (access !== "member" && access !== "known" && access !== "public")
    requirePermission(caller, access);
}

type AnyHandler = RouteHandler<unknown, unknown, unknown>;

async function answer(
  context: RestContext,
  route: Route,
  handle: AnyHandler,
  bodyBytes: number,
): Promise<Response> {
  const query = route.method === "GET" ? readQuery(context, route.query) : {};
  const body = route.body && (await readInput(context, route.body, bodyBytes));
  const { caller, principal, origin } = context.var;
  context.status(firstStatus(route) as 200);
  const operator = { principal, origin };
  const result = await handle({ caller, operator, params: context.req.param(), query, body, context });
  if (result instanceof Response) return result;
  return result === undefined ? context.body(null) : context.json(result);
}

function firstStatus({ answers }: Route): number {
  return Number(Object.keys(answers)[0]);
}
