import type { ErrorRow } from "../problems/error-row.ts";

/** Every code about users, in one place. */
export const USER_ERRORS = {
  USER_NOT_FOUND: {
    status: 404,
    kind: "user",
    title: "No such user",
    help: "The tenant, or for `/operators` the installation, has no user with this id.",
  },
  USER_EXISTS: {
    status: 409,
    kind: "user",
    title: "The e-mail address is taken",
    help: "Another user of the tenant has this e-mail address; upper and lower case are the same.",
  },
  USER_DISABLED: {
    status: 409,
    kind: "user",
    title: "The user is disabled",
    help: 'A disabled user cannot sign in. Enable the user with `status: "active"` first.',
  },
  LAST_ADMIN: {
    status: 409,
    kind: "user",
    title: "The tenant would have no admin",
    help: "The user is the tenant's only active admin. Make another one first.",
  },
} as const satisfies Record<string, ErrorRow>;
