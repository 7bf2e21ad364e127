import type { ErrorRow } from "../problems/error-row.ts";

/** Every code about what a tenant may use, in one place. */
export const QUOTA_ERRORS = {
  CONCURRENCY_LIMIT: {
    status: 429,
    kind: "user",
    title: "Too much at the same time",
    help: "The limit that the detail names is used up. Retry after the seconds in `Retry-After`, or raise it where it is a setting of the script. Where it is the tenant's, `quota` has the numbers.",
  },
  QUOTA_EXCEEDED: {
    status: 429,
    kind: "user",
    title: "A quota is used up",
    help: "The tenant used what its plan gives; `quota` names which quota, its limit, what is used and when it begins anew. Retry after the seconds in `Retry-After`, or have the operator raise it. `GET /api/v1/limits` lists all quotas.",
  },
} as const satisfies Record<string, ErrorRow>;
