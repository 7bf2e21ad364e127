import type { ErrorRow } from "../problems/error-row.ts";

/** Every code about secrets, in one place. */
export const SECRET_ERRORS = {
  SECRET_NOT_FOUND: {
    status: 404,
    kind: "user",
    title: "No such secret",
    help: "The tenant has no secret with this name. `PUT /api/v1/secrets/{name}` sets one.",
  },
  SECRET_LIMIT: {
    status: 409,
    kind: "user",
    title: "Too many secrets",
    help: "The tenant has 100 secrets, or 256 KiB of values together, and more are not possible. Delete one that is not used.",
  },
  SECRET_KEY_MISSING: {
    status: 503,
    kind: "system",
    title: "The secret cannot be decrypted",
    help: "The secret was encrypted under a master key that is not in `SKERRY_MASTER_KEY`, or under another one of that id. The operator adds the key, or the secret has to be set anew.",
  },
} as const satisfies Record<string, ErrorRow>;
