import { getCookie, setCookie } from "hono/cookie";
import type { RestContext } from "../../rest/app.ts";
import { SESSION_DAYS_MAX } from "./repository.ts";

/** It goes with every request to this host, and so with requests to scripts: those must never see or set it. */
export const SESSION_COOKIE = "skerry_session";

/** The token that a browser sends, if any. */
export function readSessionCookie(context: RestContext): string | undefined {
  return getCookie(context, SESSION_COOKIE);
}

/** Gives a browser its token, out of reach of the page's scripts. It is kept longer than any session lives. */
export function writeSessionCookie(context: RestContext, baseUrl: string, token: string): void {
  const maxAge = SESSION_DAYS_MAX * 24 * 60 * 60;
  setCookie(context, SESSION_COOKIE, token, { ...describeCookie(context, baseUrl), maxAge });
}

export function clearSessionCookie(context: RestContext, baseUrl: string): void {
  setCookie(context, SESSION_COOKIE, "", { ...describeCookie(context, baseUrl), maxAge: 0 });
}

function describeCookie(context: RestContext, baseUrl: string) {
  return { path: "/", httpOnly: true, sameSite: "Lax", secure: isSecure(context, baseUrl) } as const;
}

/** Behind a proxy that ends TLS only the configured address tells; what a proxy's headers say anybody can send. */
export function isSecure({ req }: RestContext, baseUrl: string): boolean {
  return (baseUrl === "" ? req.url : baseUrl).startsWith("https:");
}
