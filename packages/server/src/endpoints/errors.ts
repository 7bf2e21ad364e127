import type { ErrorRow } from "../problems/error-row.ts";

/** Every code about endpoints, in one place. */
export const ENDPOINT_ERRORS = {
  REQUEST_UNPROVEN: {
    status: 401,
    kind: "user",
    title: "The request proves nothing",
    help: "The endpoint asks for a signature or a token, and the request has none that fits. The detail says why. Check the secret, the signed bytes and the clock of the sender.",
  },
  ENDPOINT_NOT_FOUND: {
    status: 404,
    kind: "user",
    title: "No such endpoint",
    help: "No active `http` script of this tenant has this path.",
  },
  ENDPOINT_CONFLICT: {
    status: 409,
    kind: "user",
    title: "The endpoint is taken",
    help: "Another script of the tenant answers this method and path. The detail names both scripts.",
  },
  ENDPOINT_SECRET_UNUSABLE: {
    status: 503,
    kind: "user",
    title: "The endpoint's secret cannot be used",
    help: "The setting `auth` of the script names a secret that is not there, cannot be decrypted, or is no key of the kind it needs. Set it with `PUT /api/v1/secrets/{name}`.",
  },
  RESPONSE_INVALID: {
    status: 500,
    kind: "user",
    title: "The script's response is not valid",
    help: "An `http` script answered with a status, header or body that HTTP cannot carry. The execution has the detail.",
  },
} as const satisfies Record<string, ErrorRow>;
