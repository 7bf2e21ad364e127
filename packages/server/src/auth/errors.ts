import type { ErrorRow } from "../problems/error-row.ts";

/** Every code about who asks and what they may, in one place. */
export const AUTH_ERRORS = {
  TENANT_REQUIRED: {
    status: 400,
    kind: "user",
    title: "No tenant named",
    help: "An operator key acts on a tenant: name it in the header `Skerry-Tenant`.",
  },
  KEY_MISSING: {
    status: 401,
    kind: "user",
    title: "No API key",
    help: "Send an API key in the header `Authorization: Bearer KEY`, or sign in with `POST /api/v1/session`.",
  },
  KEY_INVALID: {
    status: 401,
    kind: "user",
    title: "The API key is not valid",
    help: "The API key is unknown, expired or revoked. Create another one with `POST /api/v1/api-keys`.",
  },
  SESSION_INVALID: {
    status: 401,
    kind: "user",
    title: "The session is not valid",
    help: "The session has expired or was ended: by signing out, or because the user was disabled or has another role or password. Sign in again.",
  },
  TOKEN_INVALID: {
    status: 401,
    kind: "user",
    title: "The token is not valid",
    help: "The token that the host signed cannot be accepted; the detail says why. The host has to sign another one.",
  },
  IDENTITY_INVALID: {
    status: 401,
    kind: "system",
    title: "The host cannot tell who asks",
    help: "The host's `identify` failed or answered something that is no identity. The server's log has the reason.",
  },
  SIGN_IN_FAILED: {
    status: 401,
    kind: "user",
    title: "The sign-in failed",
    help: "Tenant, e-mail address and password do not fit together, the user is disabled, or the link was used or is older than 15 minutes. Which of them it is, is not told.",
  },
  OIDC_FAILED: {
    status: 401,
    kind: "user",
    title: "The identity provider did not sign the user in",
    help: "The answer of the identity provider is refused, was asked for by another browser, or came later than 10 minutes. Begin again with `GET /api/v1/session/oidc/start`.",
  },
  OIDC_USER_UNKNOWN: {
    status: 403,
    kind: "user",
    title: "The identity provider's user is not known here",
    help: "The tenant has no active user with the e-mail address that the provider verified, or that user is linked with another account there. Ask an admin of the tenant.",
  },
  CROSS_ORIGIN: {
    status: 403,
    kind: "user",
    title: "Another site sent the request",
    help: "A browser that is signed in may change something only for pages of this origin. Programs send `Authorization: Bearer TOKEN` in place of the cookie.",
  },
  PERMISSION_DENIED: {
    status: 403,
    kind: "user",
    title: "Not permitted",
    help: "The API key or user lacks the permission that the detail names. Use one that has it.",
  },
  KEY_NOT_FOUND: {
    status: 404,
    kind: "user",
    title: "No such API key",
    help: "The tenant has no API key with this id, or it is revoked.",
  },
  OIDC_NOT_CONFIGURED: {
    status: 404,
    kind: "user",
    title: "No identity provider",
    help: "This installation has no identity provider. The operator sets `SKERRY_OIDC_ISSUER`, `SKERRY_OIDC_CLIENT_ID` and `SKERRY_OIDC_CLIENT_SECRET`.",
  },
  SIGN_IN_THROTTLED: {
    status: 429,
    kind: "user",
    title: "Too many attempts to sign in",
    help: "Too many attempts failed for this account or from this address. Retry after the seconds in `Retry-After`.",
  },
  OIDC_UNAVAILABLE: {
    status: 503,
    kind: "system",
    title: "The identity provider does not answer",
    help: "The identity provider cannot be reached or its configuration cannot be used; the server's log has the reason. Retry later.",
  },
  TOKEN_KEYS_UNAVAILABLE: {
    status: 503,
    kind: "system",
    title: "The keys of tokens cannot be had",
    help: "The address in `SKERRY_TOKEN_KEYS`, or in `auth.jwksUrl` of the endpoint's script, does not answer with a key set; the server's log has the reason. Retry later.",
  },
} as const satisfies Record<string, ErrorRow>;
