import type { Logger } from "pino";
import type { Database } from "../db/open.ts";
import type { BoundRoute } from "../rest/router.ts";
import { rootOf } from "../rest/site-address.ts";
import type { SiteAddress } from "../rest/site-address.ts";
import { createOwnAccountService } from "../users/own-account.ts";
import type { OwnAccountService } from "../users/own-account.ts";
import { createPasswordHasher } from "../users/password.ts";
import { createUserRoutes } from "../users/routes.ts";
import { createUserService } from "../users/service.ts";
import type { UserService } from "../users/service.ts";
import { hearAccessChanges } from "./access-news.ts";
import { createAuthenticator } from "./authenticate.ts";
import type { Authenticator } from "./authenticate.ts";
import type { Identify } from "./identity.ts";
import type { OidcOptions } from "./oidc/provider.ts";
import { createOidcRoutes } from "./oidc/routes.ts";
import { createApiKeyRoutes } from "./routes.ts";
import { createApiKeyService } from "./service.ts";
import type { ApiKeyService } from "./service.ts";
import { createSessionRoutes } from "./sessions/routes.ts";
import { createSessionService } from "./sessions/service.ts";
import type { SessionService } from "./sessions/service.ts";
import { createTenantStatuses } from "./tenant-status.ts";
import { createTokenVerifier } from "./token.ts";
import type { TokenOptions } from "./token.ts";

/** Who may come in, and by what. */
export interface AccessOptions {
  /** The API key that acts for the operator, at least 16 characters. Operator keys in the database act too. */
  readonly operatorKey?: string | undefined;
  /** Keys of the tokens that the host signs for its own users; unset, none is taken. */
  readonly tokens?: TokenOptions | undefined;
  /** The host's own way to tell who sends a request. */
  readonly identify?: Identify | undefined;
  /** An identity provider for users to sign in at. */
  readonly oidc?: OidcOptions | undefined;
}

export interface PeopleOptions extends AccessOptions {
  readonly database: Database;
  readonly logger: Logger;
  readonly site: SiteAddress;
}

/** Users, sessions and API keys, and the one place that tells who sends a request. */
export interface People extends AsyncDisposable {
  readonly apiKeys: ApiKeyService;
  readonly sessions: SessionService;
  readonly users: UserService;
  /** What users do about themselves. */
  readonly ownAccount: OwnAccountService;
  readonly authenticator: Authenticator;
  /** Whether there is an identity provider to sign in at. */
  readonly hasProvider: boolean;
  readonly routes: readonly BoundRoute[];
  /** Forgets what is remembered of a tenant, after its status changed or it was deleted. */
  forgetTenant(tenantId: string): void;
}

/** @throws StartError `CONFIG_INVALID` for keys, files or addresses that cannot be used. */
export async function createPeople(options: PeopleOptions): Promise<People> {
  const { database, logger, site, operatorKey, tokens, identify, oidc } = options;
  const passwords = createPasswordHasher();
  const tenants = createTenantStatuses(database);
  const apiKeys = createApiKeyService({ database });
  const sessions = createSessionService({ database, passwords, logger });
  const users = createUserService({ database, passwords, sessions, baseUrl: rootOf(site) });
  const authenticator = createAuthenticator({
    operatorKey,
    apiKeys,
    sessions,
    tokens: tokens && (await createTokenVerifier(tokens, tenants)),
    host: identify && { identify, tenants, logger },
    baseUrl: site.baseUrl,
  });

  function forget(tenantId: string | undefined): void {
    apiKeys.forgetTenant(tenantId);
    sessions.forgetTenant(tenantId);
    if (tenantId !== undefined) tenants.forget(tenantId);
  }

  const hearing = await hearAccessChanges(database, forget);
  return {
    apiKeys,
    sessions,
    users,
    ownAccount: createOwnAccountService({ database, passwords, sessions }),
    authenticator,
    hasProvider: oidc !== undefined,
    routes: [
      ...createApiKeyRoutes(apiKeys),
      ...createUserRoutes(users),
      ...createSessionRoutes(sessions, site),
      ...createOidcRoutes({ oidc, sessions, site, logger }),
    ],
    forgetTenant: forget,
    [Symbol.asyncDispose]: () => hearing[Symbol.asyncDispose](),
  };
}
