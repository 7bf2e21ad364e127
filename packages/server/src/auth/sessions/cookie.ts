import { getCookie, setCookie } from "hono/cookie";
import type { RestContext } from "../../rest/app.ts";
import { urlOf } from "../../rest/site-address.ts";
import type { SiteAddress } from "../../rest/site-address.ts";
import { SESSION_DAYS_MAX } from "./repository.ts";

/** All of them go with every request to the platform, and so with those to scripts, which must never see or set one. */
const PLATFORM_PREFIX = "skerry_";

export const SESSION_COOKIE = `${PLATFORM_PREFIX}session`;

/** Tells whether a cookie is one of the platform's own, by its name. */
export function isPlatformCookie(name: string): boolean {
  return name.startsWith(PLATFORM_PREFIX);
}

/** The token that a browser sends, if any. */
export function readSessionCookie(context: RestContext): string | undefined {
  return getCookie(context, SESSION_COOKIE);
}

/** Gives a browser its token, out of reach of the page's scripts. It is kept longer than any session lives. */
export function writeSessionCookie(context: RestContext, site: SiteAddress, token: string): void {
  const maxAge = SESSION_DAYS_MAX * 24 * 60 * 60;
  setCookie(context, SESSION_COOKIE, token, describeCookie(context, site, maxAge));
}

export function clearSessionCookie(context: RestContext, site: SiteAddress): void {
  setCookie(context, SESSION_COOKIE, "", describeCookie(context, site, 0));
}

/**
 * Attributes of every cookie of the platform: for its own paths alone, and out of reach of scripts of pages. Behind a
 * proxy that ends TLS only the configured address tells of it; what a proxy's headers say anybody can send.
 */
export function describeCookie({ req }: RestContext, site: SiteAddress, maxAgeSeconds: number) {
  const secure = urlOf(site, req.url).startsWith("https:");
  const path = site.basePath === "" ? "/" : site.basePath;
  return { path, httpOnly: true, sameSite: "Lax", secure, maxAge: maxAgeSeconds } as const;
}
