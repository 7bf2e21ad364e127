import { AUDIT_ROUTES } from "../audit/contract.ts";
import { API_KEY_ROUTES } from "../auth/contract.ts";
import { OIDC_ROUTES } from "../auth/oidc/contract.ts";
import { SESSION_ROUTES } from "../auth/sessions/contract.ts";
import { CALL_ROUTES } from "../calls/contract.ts";
import { CAPABILITY_ROUTES } from "../capabilities/contract.ts";
import { EVENT_ROUTES } from "../events/contract.ts";
import { EXECUTION_ROUTES } from "../executions/contract.ts";
import { EXPRESSION_ROUTES } from "../expressions/contract.ts";
import { MODULE_ROUTES } from "../modules/contract.ts";
import { PLAN_ROUTES } from "../plans/contract.ts";
import { SCHEDULE_ROUTES } from "../schedules/contract.ts";
import { SCRIPT_ROUTES } from "../scripts/contract.ts";
import { SECRET_ROUTES } from "../secrets/contract.ts";
import { TABLE_ROUTES } from "../tables/contract.ts";
import { SERVICE_ROUTES } from "../services/contract.ts";
import { USAGE_ROUTES } from "../quotas/contract.ts";
import { TENANT_ROUTES } from "../tenants/contract.ts";
import { USER_ROUTES } from "../users/contract.ts";
import { OPENAPI_ROUTES } from "./openapi-contract.ts";
import { TRANSFER_ROUTES } from "../transfer/contract.ts";
import type { Route } from "./route.ts";

/** Every operation of the REST API, in the order of the documentation. */
export const API_ROUTES: readonly Route[] = [
  ...TENANT_ROUTES,
  ...PLAN_ROUTES,
  ...API_KEY_ROUTES,
  ...USER_ROUTES,
  ...SESSION_ROUTES,
  ...OIDC_ROUTES,
  ...SCRIPT_ROUTES,
  ...MODULE_ROUTES,
  ...CAPABILITY_ROUTES,
  ...TRANSFER_ROUTES,
  ...SCHEDULE_ROUTES,
  ...EXECUTION_ROUTES,
  ...CALL_ROUTES,
  ...EXPRESSION_ROUTES,
  ...EVENT_ROUTES,
  ...AUDIT_ROUTES,
  ...SECRET_ROUTES,
  ...TABLE_ROUTES,
  ...USAGE_ROUTES,
  ...SERVICE_ROUTES,
  ...OPENAPI_ROUTES,
];
