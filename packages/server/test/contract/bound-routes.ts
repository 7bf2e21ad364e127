import { createAuditRoutes } from "../../src/audit/routes.ts";
import { createApiKeyRoutes } from "../../src/auth/routes.ts";
import { createCallRoutes } from "../../src/calls/routes.ts";
import { createCapabilityRoutes } from "../../src/capabilities/routes.ts";
import { createEventRoutes } from "../../src/events/routes.ts";
import { createExecutionRoutes } from "../../src/executions/routes.ts";
import { createExpressionRoutes } from "../../src/expressions/routes.ts";
import { createModuleRoutes } from "../../src/modules/routes.ts";
import type { PlatformServices } from "../../src/platform.ts";
import { createUsageRoutes } from "../../src/quotas/routes.ts";
import type { BoundRoute } from "../../src/rest/router.ts";
import { createScheduleRoutes } from "../../src/schedules/routes.ts";
import { createScriptRoutes } from "../../src/scripts/routes.ts";
import { createSecretRoutes } from "../../src/secrets/routes.ts";
import { createServiceRoutes } from "../../src/services/routes.ts";
import { createTableRoutes } from "../../src/tables/routes.ts";
import { createTransferRoutes } from "../../src/transfer/routes.ts";
import { createUserRoutes } from "../../src/users/routes.ts";

/** The routes that need a permission, with what carries them out, and no router that would ask first. */
export function bindPermittedRoutes(services: PlatformServices): readonly BoundRoute[] {
  return [
    ...createApiKeyRoutes(services.apiKeys),
    ...createUserRoutes(services.users),
    ...createScriptRoutes(services.scripts, services.drafts),
    ...createModuleRoutes(services.modules),
    ...createCapabilityRoutes(services.serviceReports, services.modules),
    ...createTransferRoutes(services.transfer),
    ...createScheduleRoutes(services.schedules),
    ...createExecutionRoutes(services.executions),
    ...createCallRoutes(services.calls),
    ...createExpressionRoutes(services.expressions),
    ...createEventRoutes(services.events, services.deadLetters),
    ...createAuditRoutes(services.audit),
    ...createSecretRoutes(services.secrets),
    ...createTableRoutes(services.tables),
    ...createUsageRoutes(services.usage),
    ...createServiceRoutes(services.serviceReports),
  ];
}
