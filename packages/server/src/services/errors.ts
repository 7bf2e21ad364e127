import type { ErrorKind } from "@skerry/sandbox";
import type { ErrorRow } from "../problems/error-row.ts";

/** Every code that routes about services can answer, in one place. */
export const SERVICE_ERRORS = {
  SERVICE_NOT_FOUND: {
    status: 404,
    kind: "user",
    title: "No such service",
    help: "The host declares no service of this name. `GET /api/v1/services` lists all, each by the name that scripts call it by.",
  },
} as const satisfies Record<string, ErrorRow>;

/** Every code that a call of `ctx.services` can give to a script beside those of the service itself, in one place. */
export const SERVICECALL_ERRORS = {
  SERVICE_RATE_LIMITED: {
    kind: "user",
    help: "The tenant called the service more often than the host allows. `retryAfterMs` of the error says when there are calls again.",
  },
  SERVICE_TIMEOUT: {
    kind: "system",
    help: "The service gave no answer within its time-out. Whether it did anything is not known.",
  },
  SERVICE_FAILED: {
    kind: "system",
    help: "The service failed inside the host. The detail is in the host's log only.",
  },
} as const satisfies Record<string, { readonly kind: ErrorKind; readonly help: string }>;

/** A stable code of {@link SERVICECALL_ERRORS}. */
export type ServiceCallErrorCode = keyof typeof SERVICECALL_ERRORS;
