import type { ErrorRow } from "../problems/error-row.ts";

/** Every code about requests that are sent again, in one place. */
export const IDEMPOTENCY_ERRORS = {
  IDEMPOTENCY_IN_PROGRESS: {
    status: 409,
    kind: "user",
    title: "The first request is still being answered",
    help: "Another request with this `Idempotency-Key` has not ended. Retry after the seconds in `Retry-After`.",
  },
  IDEMPOTENCY_ANSWER_NOT_KEPT: {
    status: 409,
    kind: "user",
    title: "The first answer is not kept",
    help: "The request with this `Idempotency-Key` was carried out, but its answer held a secret or was too large to keep. The detail names what it made.",
  },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    kind: "user",
    title: "The idempotency key belongs to another request",
    help: "This `Idempotency-Key` was sent with another method, path or body before. Use a new key for every new request.",
  },
} as const satisfies Record<string, ErrorRow>;
