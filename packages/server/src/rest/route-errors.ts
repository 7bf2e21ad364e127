import type { ServerErrorCode } from "../problems/error-table.ts";
import { isAboutTenant } from "./route.ts";
import type { Route } from "./route.ts";

/** Every code that a route can answer: its own, and what can refuse or fail any request of its kind. */
export function errorsOf(route: Route): readonly ServerErrorCode[] {
  return [...new Set([...listGuardErrors(route), ...listInputErrors(route), ...route.errors, ...FAILURES])];
}

const FAILURES = ["INTERNAL", "STORAGE_UNAVAILABLE", "SHUTTING_DOWN"] as const satisfies ServerErrorCode[];

const CREDENTIALS = [
  "KEY_MISSING",
  "KEY_INVALID",
  "SESSION_INVALID",
  "TOKEN_INVALID",
  "TOKEN_KEYS_UNAVAILABLE",
  "IDENTITY_INVALID",
  "PERMISSION_DENIED",
  "TENANT_SUSPENDED",
  "QUOTA_EXCEEDED",
] as const satisfies ServerErrorCode[];

function listGuardErrors({ access, method }: Route): readonly ServerErrorCode[] {
  if (access === "public") return [];
  const tenant: ServerErrorCode[] = isAboutTenant(access) ? ["TENANT_REQUIRED", "TENANT_NOT_FOUND"] : [];
  const repetition: ServerErrorCode[] =
    method === "GET"
      ? []
      : [
          "CROSS_ORIGIN",
          "IDEMPOTENCY_IN_PROGRESS",
          "IDEMPOTENCY_ANSWER_NOT_KEPT",
          "IDEMPOTENCY_KEY_REUSED",
          "BODY_LIMIT",
        ];
  return [...CREDENTIALS, ...tenant, ...repetition];
}

/** The query of every `GET` is checked, and the `Idempotency-Key` of every other request. */
function listInputErrors({ body }: Route): readonly ServerErrorCode[] {
  return body === undefined
    ? ["INPUT_INVALID"]
    : ["INPUT_INVALID", "BODY_INVALID", "BODY_LIMIT", "BODY_TYPE"];
}
