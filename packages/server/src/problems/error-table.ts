import { AUTH_ERRORS } from "../auth/errors.ts";
import { CALL_ERRORS } from "../calls/errors.ts";
import { ENDPOINT_ERRORS } from "../endpoints/errors.ts";
import { EVENT_ERRORS } from "../events/errors.ts";
import { EXECUTION_ERRORS } from "../executions/errors.ts";
import { EXPRESSION_PROBLEMS } from "../expressions/problems.ts";
import { IDEMPOTENCY_ERRORS } from "../idempotency/errors.ts";
import { MODULE_ERRORS } from "../modules/errors.ts";
import { QUOTA_ERRORS } from "../quotas/errors.ts";
import { REST_ERRORS } from "../rest/errors.ts";
import { SCRIPT_ERRORS } from "../scripts/errors.ts";
import { SECRET_ERRORS } from "../secrets/errors.ts";
import { SERVICE_ERRORS } from "../services/errors.ts";
import { TABLE_ERRORS } from "../tables/errors.ts";
import { TENANT_ERRORS } from "../tenants/errors.ts";
import { TRANSFER_ERRORS } from "../transfer/errors.ts";
import { USER_ERRORS } from "../users/errors.ts";

/** Every code that the platform's routes can answer, beside those of the sandbox: the tables of the features together. */
export const SERVER_ERRORS = {
  ...REST_ERRORS,
  ...AUTH_ERRORS,
  ...USER_ERRORS,
  ...TENANT_ERRORS,
  ...QUOTA_ERRORS,
  ...SCRIPT_ERRORS,
  ...MODULE_ERRORS,
  ...TRANSFER_ERRORS,
  ...EXECUTION_ERRORS,
  ...CALL_ERRORS,
  ...EXPRESSION_PROBLEMS,
  ...ENDPOINT_ERRORS,
  ...EVENT_ERRORS,
  ...SECRET_ERRORS,
  ...TABLE_ERRORS,
  ...SERVICE_ERRORS,
  ...IDEMPOTENCY_ERRORS,
} as const;

/** A stable code of {@link SERVER_ERRORS}. */
export type ServerErrorCode = keyof typeof SERVER_ERRORS;
