import { Hono } from "hono";
import type { Context } from "hono";
import type { Span } from "@opentelemetry/api";
import type { Logger } from "pino";
import type { Caller, Origin, Principal } from "../auth/principal.ts";
import { respondToError, toSkerryError, createProblemResponse } from "../problems/problem.ts";
import { SkerryError } from "../problems/errors.ts";

/** What the REST routes find in their context. */
export interface RestEnvironment {
  Bindings: {
    /** IP address of the client, where the host tells it. */
    remoteAddress?: string;
    /** Who asks, where it is the host's own code in this process that does. */
    principal?: Principal;
    /** Of the request. */
    span?: Span;
  };
  Variables: {
    origin: Origin;
    /** Who calls; on every route that is not public. */
    principal: Principal;
    /** The same, bound to the tenant it acts on; on the routes of a tenant's things. */
    caller: Caller;
    /** The body, where it had to be read before the route. */
    body?: Uint8Array;
    /** Set by a route whose answer holds a secret: what a repetition of the request is told instead. */
    shownOnce?: string;
  };
}

export type RestApp = Hono<RestEnvironment>;
export type RestContext = Context<RestEnvironment>;

/** An empty set of routes of one feature. */
export function createRoutes(): RestApp {
  return new Hono<RestEnvironment>();
}

/** Gives every error and every unknown path its problem details. Unforeseen errors are logged and not shown. */
export function answerErrors(app: RestApp, logger: Logger): void {
  app.onError((error) => respondToFailure(error, logger));
  app.notFound((context) =>
    respondToError(new SkerryError("ROUTE_NOT_FOUND", `There is no ${context.req.path}.`)),
  );
}

/** The response to whatever was thrown; what is the installation's fault is logged. */
export function respondToFailure(thrown: unknown, logger: Logger): Response {
  const error = toSkerryError(thrown);
  if (error.code !== "INTERNAL") {
    if (error.kind === "system") logger.warn({ err: error.cause }, error.message);
    return respondToError(error);
  }
  const instance = `urn:uuid:${crypto.randomUUID()}`;
  logger.error({ err: error.cause, instance }, "request failed");
  return createProblemResponse({ status: error.status, code: error.code, detail: error.message, instance });
}

/** Answers 405 with `Allow` where a path exists but not with the method asked for. Call it after the last route. */
export function refuseOtherMethods(app: RestApp): void {
  const methodsByPath = new Map<string, Set<string>>();
  for (const { path, method } of app.routes) {
    if (method === "ALL") continue;
    const methods = methodsByPath.get(path) ?? new Set();
    methodsByPath.set(path, methods.add(method));
  }
  for (const [path, methods] of methodsByPath) {
    const allow = [...methods].sort().join(", ");
    app.all(path, ({ req }) => {
      throw new SkerryError("METHOD_NOT_ALLOWED", `${req.path} takes ${allow}.`, { headers: { allow } });
    });
  }
}
