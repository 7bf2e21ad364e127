import type { Logger } from "pino";
import { createAuditRoutes } from "./audit/routes.ts";
import { authenticate, noteOrigin } from "./auth/middleware.ts";
import type { People } from "./auth/people.ts";
import { createCallRoutes } from "./calls/routes.ts";
import { createCapabilityRoutes } from "./capabilities/routes.ts";
import { createEventRoutes } from "./events/routes.ts";
import { createExecutionRoutes } from "./executions/routes.ts";
import { createExpressionRoutes } from "./expressions/routes.ts";
import type { IdempotencyStore } from "./idempotency/store.ts";
import { createModuleRoutes } from "./modules/routes.ts";
import type { Metrics } from "./observability/metrics/metrics.ts";
import { measureRoutes } from "./observability/metrics/requests.ts";
import { createPlanRoutes } from "./plans/routes.ts";
import { countRequests } from "./quotas/middleware.ts";
import { createUsageRoutes } from "./quotas/routes.ts";
import type { QuotaService } from "./quotas/service.ts";
import { answerErrors, createRoutes, refuseOtherMethods } from "./rest/app.ts";
import type { RestApp } from "./rest/app.ts";
import { createOpenApiRoutes } from "./rest/openapi-routes.ts";
import { createRouter } from "./rest/router.ts";
import type { SiteAddress } from "./rest/site-address.ts";
import { createScheduleRoutes } from "./schedules/routes.ts";
import { createScriptRoutes } from "./scripts/routes.ts";
import { createSecretRoutes } from "./secrets/routes.ts";
import { createTableRoutes } from "./tables/routes.ts";
import { createServiceRoutes } from "./services/routes.ts";
import { createTenantRoutes } from "./tenants/routes.ts";
import { createTransferRoutes } from "./transfer/routes.ts";
import type { PlatformLimits, PlatformServices } from "./platform.ts";

export interface RestApiOptions {
  readonly services: PlatformServices;
  readonly people: People;
  readonly quotas: QuotaService;
  readonly limits: PlatformLimits;
  readonly logger: Logger;
  readonly idempotency: IdempotencyStore;
  readonly metrics: Metrics;
  readonly site: SiteAddress;
}

/** Answers `/api/v1/…`; everything else gets a 404 problem. */
export function createRestApi(options: RestApiOptions): RestApp {
  const { services, people, quotas, limits, logger, idempotency: store, metrics, site } = options;
  const {
    tenants,
    scripts,
    modules,
    drafts,
    transfer,
    schedules,
    executions,
    calls,
    expressions,
    events,
    deadLetters,
    audit,
    secrets,
    tables,
    usage,
    serviceReports,
  } = services;
  const routes = [
    ...createTenantRoutes(tenants),
    ...createPlanRoutes(quotas.plans),
    ...people.routes,
    ...createScriptRoutes(scripts, drafts),
    ...createModuleRoutes(modules),
    ...createCapabilityRoutes(serviceReports, modules),
    ...createTransferRoutes(transfer),
    ...createScheduleRoutes(schedules),
    ...createExecutionRoutes(executions),
    ...createCallRoutes(calls),
    ...createExpressionRoutes(expressions),
    ...createEventRoutes(events, deadLetters),
    ...createAuditRoutes(audit),
    ...createSecretRoutes(secrets),
    ...createTableRoutes(tables),
    ...createUsageRoutes(usage),
    ...createServiceRoutes(serviceReports),
    ...createOpenApiRoutes(site),
  ];
  const app = createRoutes();
  answerErrors(app, logger);
  app.use("*", measureRoutes(metrics));
  app.use("/api/v1/*", noteOrigin());
  const guards = [authenticate(people.authenticator), countRequests(quotas)];
  app.route("/api/v1", createRouter(routes, { ...limits, tenants, guards, idempotency: { store, logger } }));
  refuseOtherMethods(app);
  return app;
}
