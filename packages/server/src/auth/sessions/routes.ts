import { bindRoute } from "../../rest/router.ts";
import type { BoundRoute } from "../../rest/router.ts";
import type { SiteAddress } from "../../rest/site-address.ts";
import { readBearer } from "../bearer.ts";
import { refuseCrossOrigin } from "../same-origin.ts";
import { endSession, getSession, startSession } from "./contract.ts";
import { clearSessionCookie, readSessionCookie, writeSessionCookie } from "./cookie.ts";
import type { SessionService } from "./service.ts";

/** `/session`: signing in and out. What it answers is for nobody's cache. */
export function createSessionRoutes(sessions: SessionService, site: SiteAddress): BoundRoute[] {
  return [
    bindRoute(startSession, async ({ operator: { origin }, body, context }) => {
      // Otherwise a page could sign its visitors in as somebody of its own, and read what they then write.
      refuseCrossOrigin(context.req.raw, site.baseUrl);
      const started =
        "link" in body
          ? await sessions.signInByLink(origin, body.link)
          : await sessions.signInByPassword(origin, body);
      writeSessionCookie(context, site, started.token);
      context.header("cache-control", "no-store");
      return started;
    }),
    bindRoute(getSession, async ({ operator: { principal }, context }) => {
      context.header("cache-control", "no-store");
      return await sessions.describe(principal);
    }),
    bindRoute(endSession, async ({ operator, context }) => {
      const authorization = context.req.header("authorization");
      const token = authorization === undefined ? readSessionCookie(context) : readBearer(authorization);
      if (token !== undefined) await sessions.end(operator, token);
      clearSessionCookie(context, site);
    }),
  ];
}
