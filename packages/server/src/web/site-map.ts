import { createExecutionPages } from "../executions/pages/routes.tsx";
import { createPlaygroundPages } from "../expressions/pages/routes.tsx";
import type { IsolationReport } from "@skerry/sandbox";
import { createKeyPages } from "../auth/pages/routes.tsx";
import { createSecretPages } from "../secrets/pages/routes.tsx";
import { createAccountPages } from "../users/pages/account-routes.tsx";
import { createUserPages } from "../users/pages/routes.tsx";
import { createAuditPages } from "../audit/pages/routes.tsx";
import { createNodePages } from "../nodes/pages/routes.tsx";
import { createPlanPages } from "../plans/pages/routes.tsx";
import type { Plans } from "../plans/plan.ts";
import { createTenantPages } from "../tenants/pages/routes.tsx";
import { createUsagePages } from "../quotas/pages/routes.tsx";
import type { PlatformServices } from "../platform.ts";
import { createScriptEditorPages } from "../scripts/pages/editor/routes.ts";
import { createScriptPages } from "../scripts/pages/routes.ts";
import { createPalettePages } from "./layout/palette-page.tsx";
import { createEndpointPages } from "../endpoints/pages/routes.tsx";
import { createDeadLetterPages } from "../events/pages/dead-letter-routes.tsx";
import { createEventPages } from "../events/pages/routes.tsx";
import { createSchedulePages } from "../schedules/pages/routes.tsx";
import type { PageRoute } from "./page.ts";

/** What pages of the installation show besides what the services know. */
export interface InstallationFacts {
  readonly isolation: IsolationReport;
  readonly plans: Plans;
}

/** All pages behind the sign-in, by feature. */
export function createPages(
  services: PlatformServices,
  { isolation, plans }: InstallationFacts,
): PageRoute[] {
  return [
    ...createPalettePages(services),
    ...createExecutionPages(services),
    ...createPlaygroundPages(services),
    ...createScriptPages(services),
    ...createScriptEditorPages(services),
    ...createSchedulePages(services),
    ...createEndpointPages(services),
    ...createEventPages(services),
    ...createDeadLetterPages(services),
    ...createSecretPages(services),
    ...createKeyPages(services),
    ...createUserPages(services),
    ...createAccountPages(services),
    ...createUsagePages(services),
    ...createAuditPages(services),
    ...createNodePages(services, isolation),
    ...createTenantPages(services, plans),
    ...createPlanPages(plans),
  ];
}
