import { getCookie, setCookie } from "hono/cookie";
import type { Logger } from "pino";
import { SkerryError } from "../../problems/errors.ts";
import type { RestContext } from "../../rest/app.ts";
import { bindRoute } from "../../rest/router.ts";
import type { BoundRoute } from "../../rest/router.ts";
import { urlOf } from "../../rest/site-address.ts";
import type { SiteAddress } from "../../rest/site-address.ts";
import { ownPath } from "../../web/own-path.ts";
import { describeCookie, writeSessionCookie } from "../sessions/cookie.ts";
import type { SessionService, VouchedUser } from "../sessions/service.ts";
import { concludeProviderSignIn, startProviderSignIn } from "./contract.ts";
import { createFlowSeal, FLOW_SECONDS } from "./flow.ts";
import type { Flow } from "./flow.ts";
import { createIdentityProvider } from "./provider.ts";
import type { IdentityProvider, OidcOptions } from "./provider.ts";

export interface OidcRoutesOptions {
  /** Absent where there is no identity provider. */
  readonly oidc: OidcOptions | undefined;
  readonly sessions: SessionService;
  readonly site: SiteAddress;
  readonly logger: Logger;
}

const FLOW_COOKIE = "skerry_oidc";
const CALLBACK_PATH = "/api/v1/session/oidc/callback";
const SEE_OTHER = 303;

/**
 * `/session/oidc`: signing in by the authorization code flow of OpenID Connect, with state, nonce and PKCE.
 *
 * @throws StartError `CONFIG_INVALID`.
 */
export function createOidcRoutes({ oidc, sessions, site, logger }: OidcRoutesOptions): BoundRoute[] {
  const provider = oidc && createIdentityProvider(oidc);
  const seal = oidc && createFlowSeal(oidc.clientSecret);

  /** The address that the provider knows us by. */
  function callbackOf({ req }: RestContext): URL {
    return new URL(urlOf(site, req.url) + CALLBACK_PATH);
  }

  async function readFlow(context: RestContext): Promise<Flow> {
    const flow = await seal?.open(getCookie(context, FLOW_COOKIE) ?? "");
    if (flow === undefined) throw refuse("No sign-in was begun in this browser within the last ten minutes.");
    return flow;
  }

  async function conclude(
    provider: IdentityProvider,
    context: RestContext,
    flow: Flow,
  ): Promise<VouchedUser> {
    const callback = callbackOf(context);
    callback.search = new URL(context.req.url).search;
    try {
      return await provider.conclude(callback, flow);
    } catch (error) {
      if (error instanceof SkerryError) throw error;
      logger.warn({ err: error, tenant: flow.tenant }, "answer of the identity provider refused");
      throw refuse("The identity provider's answer is not accepted.");
    }
  }

  return [
    bindRoute(startProviderSignIn, async ({ query, context }) => {
      if (provider === undefined || seal === undefined) throw refuseUnconfigured();
      const { address, secrets } = await provider.begin(callbackOf(context).href);
      const flow = {
        ...secrets,
        tenant: query.tenant ?? null,
        returnPath: ownPath(query.return ?? "", site),
      };
      const sealed = await seal.seal(flow);
      setCookie(context, FLOW_COOKIE, sealed, describeCookie(context, site, FLOW_SECONDS));
      return context.redirect(address.href, SEE_OTHER);
    }),

    bindRoute(concludeProviderSignIn, async ({ operator: { origin }, context }) => {
      if (provider === undefined) throw refuseUnconfigured();
      const flow = await readFlow(context);
      const vouched = await conclude(provider, context, flow);
      const { token } = await sessions.signInByProvider(origin, flow.tenant, vouched);
      setCookie(context, FLOW_COOKIE, "", describeCookie(context, site, 0));
      writeSessionCookie(context, site, token);
      return context.redirect(flow.returnPath, SEE_OTHER);
    }),
  ];
}

function refuse(reason: string): SkerryError {
  return new SkerryError("OIDC_FAILED", `The sign-in failed. ${reason}`);
}

function refuseUnconfigured(): SkerryError {
  return new SkerryError("OIDC_NOT_CONFIGURED", "This installation has no identity provider.");
}
