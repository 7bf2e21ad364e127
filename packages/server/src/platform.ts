import type { RunnerPool } from "@skerry/sandbox";
import type { Logger } from "pino";
import { authenticate, noteOrigin } from "./auth/middleware.ts";
import { createApiKeyRoutes } from "./auth/routes.ts";
import { createApiKeyService } from "./auth/service.ts";
import type { ApiKeyService } from "./auth/service.ts";
import type { Database } from "./db/open.ts";
import { createEndpoints } from "./endpoints/endpoints.ts";
import { readRunPath } from "./endpoints/request.ts";
import { createRouteStore } from "./endpoints/route-store.ts";
import { hearCancellations } from "./executions/cancellation.ts";
import { createHistory } from "./executions/history.ts";
import { createLogFeeds } from "./executions/log-feed.ts";
import { createExecutionNews } from "./executions/news.ts";
import { recoverExecutions } from "./executions/recovery.ts";
import { createExecutionRoutes } from "./executions/routes.ts";
import { createRunningExecutions } from "./executions/running.ts";
import { createExecutionService } from "./executions/service.ts";
import type { ExecutionService } from "./executions/service.ts";
import { createIdempotencyStore } from "./idempotency/store.ts";
import type { IdempotencyStore } from "./idempotency/store.ts";
import { answerErrors, createRoutes, refuseOtherMethods } from "./rest/app.ts";
import type { RestApp } from "./rest/app.ts";
import { createRouter } from "./rest/router.ts";
import { stopCompiler } from "./scripts/compile.ts";
import { createProgramStore } from "./scripts/program-store.ts";
import { createScriptRoutes } from "./scripts/routes.ts";
import { createScriptService } from "./scripts/service.ts";
import type { ScriptService } from "./scripts/service.ts";
import { createTenantRoutes } from "./tenants/routes.ts";
import { createTenantService } from "./tenants/service.ts";
import type { TenantService } from "./tenants/service.ts";

/** How large what comes from outside may be, in bytes. */
export interface PlatformLimits {
  /** Body of a REST request. Default 1 MiB. */
  readonly bodyBytes: number;
  /** Body of a REST request that carries a script's source, which may itself have 1 MiB. Default 2 MiB. */
  readonly scriptBodyBytes: number;
  /** Body of a request to an endpoint. Default 1 MiB. */
  readonly endpointBodyBytes: number;
}

export interface PlatformOptions {
  /** Stays the caller's: it is closed after the platform. */
  readonly database: Database;
  /** Stays the caller's: it is closed after the platform. */
  readonly pool: RunnerPool;
  readonly logger: Logger;
  readonly limits?: Partial<PlatformLimits>;
  /** The API key that acts for the operator, at least 16 characters. Operator keys in the database act too. */
  readonly operatorKey?: string;
  /** Where the platform is reached from outside, without a trailing slash; endpoint addresses begin with it. */
  readonly baseUrl?: string;
}

export interface PlatformServices {
  readonly tenants: TenantService;
  readonly apiKeys: ApiKeyService;
  readonly scripts: ScriptService;
  readonly executions: ExecutionService;
}

/** Scripts, their executions and everything that is asked of them over HTTP, without a port of its own. */
export interface Platform extends AsyncDisposable {
  /** Answers `/api/v1/…` and `/run/…`; everything else gets a 404 problem. Never rejects. */
  fetch(request: Request, info?: { readonly remoteAddress?: string }): Promise<Response>;
  readonly services: PlatformServices;
  /**
   * Takes no new executions, waits up to `deadlineMs` for the running ones, cancels what is left, writes the history
   * that is still in memory and ends the streams of logs.
   */
  drain(deadlineMs: number): Promise<void>;
}

const DEFAULT_LIMITS: PlatformLimits = {
  bodyBytes: 1024 * 1024,
  scriptBodyBytes: 2 * 1024 * 1024,
  endpointBodyBytes: 1024 * 1024,
};

/** Puts the features together. Executions that a crash left unfinished are ended with `NODE_LOST` first. */
export async function createPlatform(options: PlatformOptions): Promise<Platform> {
  const { database, pool, logger, operatorKey, baseUrl = "" } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  await using starting = new AsyncDisposableStack();
  starting.defer(stopCompiler);
  const news = starting.use(createExecutionNews());
  const onWritten = (executionId: string): void => news.announce(executionId);
  const history = starting.use(createHistory({ database, logger, onWritten }));
  starting.use(await recoverExecutions(database, logger));
  const running = createRunningExecutions();
  starting.use(await hearCancellations(database, running));
  const routes = starting.use(await createRouteStore(database));
  const programs = createProgramStore(database);

  const onRoutesChanged = (tenantId: string): void => routes.forget(tenantId);
  const apiKeys = createApiKeyService({ database, operatorKey });
  const tenants = createTenantService({ database, apiKeys, onChange: onRoutesChanged });
  const scripts = createScriptService({ database, baseUrl, onRoutesChanged });
  const executions = createExecutionService({
    database,
    pool,
    logger,
    programs,
    history,
    running,
    logFeeds: createLogFeeds({ database, logger, news }),
  });
  const services = { tenants, apiKeys, scripts, executions };

  const idempotency = starting.use(createIdempotencyStore(database, logger));
  const rest = createRestApi({ services, limits, logger, idempotency });
  const endpoints = createEndpoints({
    pool,
    logger,
    routes,
    programs,
    history,
    running,
    bodyBytes: limits.endpointBodyBytes,
  });

  async function drain(deadlineMs: number): Promise<void> {
    await running.drain(deadlineMs);
    await history.flush();
    news[Symbol.dispose]();
  }
  starting.defer(() => drain(0));

  const parts = starting.move();
  return {
    async fetch(request, info = {}) {
      const path = readRunPath(request.url);
      return path === undefined ? await rest.fetch(request, info) : await endpoints.answer(request, path);
    },
    services,
    drain,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

interface RestOptions {
  readonly services: PlatformServices;
  readonly limits: PlatformLimits;
  readonly logger: Logger;
  readonly idempotency: IdempotencyStore;
}

function createRestApi({ services, limits, logger, idempotency: store }: RestOptions): RestApp {
  const { tenants, apiKeys, scripts, executions } = services;
  const routes = [
    ...createTenantRoutes(tenants),
    ...createApiKeyRoutes(apiKeys),
    ...createScriptRoutes(scripts),
    ...createExecutionRoutes(executions),
  ];
  const app = createRoutes();
  answerErrors(app, logger);
  app.use("/api/v1/*", noteOrigin(), authenticate(apiKeys));
  app.route("/api/v1", createRouter(routes, { ...limits, tenants, idempotency: { store, logger } }));
  refuseOtherMethods(app);
  return app;
}
