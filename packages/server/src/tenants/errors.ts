import type { ErrorRow } from "../problems/error-row.ts";

/** Every code about tenants and their plans, in one place. */
export const TENANT_ERRORS = {
  TENANT_SUSPENDED: {
    status: 403,
    kind: "user",
    title: "The tenant is suspended",
    help: "The operator suspended this tenant. Only the operator can change that, with `PATCH /api/v1/tenants/{id}`.",
  },
  TENANT_NOT_FOUND: {
    status: 404,
    kind: "user",
    title: "No such tenant",
    help: "No tenant has this id.",
  },
  TENANT_EXISTS: {
    status: 409,
    kind: "user",
    title: "The tenant exists already",
    help: "Another tenant has this id. Choose another, or leave it out to get one made.",
  },
  PLAN_UNKNOWN: {
    status: 422,
    kind: "user",
    title: "No such plan",
    help: "The host defines no plan with this name. `GET /api/v1/plans` lists those there are.",
  },
} as const satisfies Record<string, ErrorRow>;
