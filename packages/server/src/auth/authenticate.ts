import type { RestContext } from "../rest/app.ts";
import { readBearer, refuseCredential, refuseNothing } from "./bearer.ts";
import { askHost } from "./identity.ts";
import type { HostIdentityOptions } from "./identity.ts";
import { hashKey } from "./key.ts";
import { EVERY_PERMISSION } from "./principal.ts";
import type { Principal } from "./principal.ts";
import { refuseCrossOrigin, requireSameOrigin } from "./same-origin.ts";
import type { ApiKeyService } from "./service.ts";
import { readSessionCookie } from "./sessions/cookie.ts";
import { SESSION_PREFIX } from "./sessions/service.ts";
import type { SessionService } from "./sessions/service.ts";
import type { TokenVerifier } from "./token.ts";

/**
 * Tells who sends a request, by the shape of its credential: the operator's key, a session, a token of the host, or an
 * API key in `Authorization`; without that header, what the host says, or a session's cookie.
 *
 * @throws SkerryError `KEY_MISSING`, `KEY_INVALID`, `SESSION_INVALID`, `TOKEN_INVALID`, `IDENTITY_INVALID`,
 * `TENANT_SUSPENDED`, `TOKEN_KEYS_UNAVAILABLE`, or `CROSS_ORIGIN` for what a browser sent by itself.
 */
export type Authenticator = (context: RestContext) => Promise<Principal>;

export interface AuthenticatorOptions {
  /** Stands for the operator without a row in the database. */
  readonly operatorKey: string | undefined;
  readonly apiKeys: ApiKeyService;
  readonly sessions: SessionService;
  /** Absent where the host signs none. */
  readonly tokens: TokenVerifier | undefined;
  /** Absent where the host has no say. */
  readonly host: HostIdentityOptions | undefined;
  readonly baseUrl: string;
}

/** Header, claims and signature of a JWS in its compact form (RFC 7515, section 3.1). */
const TOKEN_PATTERN = /^[\w-]+\.[\w-]+\.[\w-]*$/;

const CONFIGURED_OPERATOR: Principal = {
  kind: "operator",
  tenantId: undefined,
  id: undefined,
  permissions: EVERY_PERMISSION,
};

export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  const { operatorKey, apiKeys, sessions, tokens, host, baseUrl } = options;
  const operatorHash = operatorKey === undefined ? undefined : hashKey(operatorKey);

  async function byCredential(credential: string): Promise<Principal> {
    if (operatorHash?.equals(hashKey(credential)) === true) return CONFIGURED_OPERATOR;
    if (credential.startsWith(SESSION_PREFIX)) return await sessions.authenticate(credential);
    if (!TOKEN_PATTERN.test(credential)) return await apiKeys.authenticate(credential);
    if (tokens === undefined) throw refuseCredential("TOKEN_INVALID", "This installation takes no tokens.");
    return await tokens.authenticate(credential);
  }

  async function byHost(request: Request): Promise<Principal | undefined> {
    const principal = host && (await askHost(host, request));
    // The host may know its user by a cookie, too.
    if (principal !== undefined) refuseCrossOrigin(request, baseUrl);
    return principal;
  }

  async function byCookie(context: RestContext): Promise<Principal> {
    const token = readSessionCookie(context);
    if (token === undefined) throw refuseNothing();
    const principal = await sessions.authenticate(token);
    requireSameOrigin(context.req.raw, baseUrl);
    return principal;
  }

  return async (context) => {
    const authorization = context.req.header("authorization");
    if (authorization !== undefined) return await byCredential(readBearer(authorization));
    return (await byHost(context.req.raw)) ?? (await byCookie(context));
  };
}
