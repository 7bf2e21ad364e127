import { API_KEY_ROUTES } from "../auth/contract.ts";
import { EXECUTION_ROUTES } from "../executions/contract.ts";
import { SCRIPT_ROUTES } from "../scripts/contract.ts";
import { TENANT_ROUTES } from "../tenants/contract.ts";
import type { Route } from "./route.ts";

/** Every operation of the REST API, in the order of the documentation. */
export const API_ROUTES: readonly Route[] = [
  ...TENANT_ROUTES,
  ...API_KEY_ROUTES,
  ...SCRIPT_ROUTES,
  ...EXECUTION_ROUTES,
];
