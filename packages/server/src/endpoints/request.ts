import type { Payload } from "@skerry/sandbox";
import { isPlatformCookie } from "../auth/sessions/cookie.ts";

/** Headers of the connection and not of the message (RFC 9110, 7.6.1). */
const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/**
 * The input of the entry `http`: method, absolute URL and headers, with the body's bytes beside them. The platform's
 * cookies are withheld, and so is the header that is named.
 */
export function describeRequest(
  { method, url, headers }: Request,
  body: Uint8Array,
  withheldHeader?: string,
): Payload {
  const pairs: [string, string][] = [];
  headers.forEach((value, name) => {
    if (HOP_BY_HOP.has(name) || name === withheldHeader) return;
    pairs.push([name, name === "cookie" ? withoutPlatformCookies(value) : value]);
  });
  const json = JSON.stringify({ method, url, headers: pairs });
  return body.byteLength === 0 ? { json } : { json, body };
}

/** Tenants and the platform may share a host: what the platform keeps at a script's visitor is not the script's. */
function withoutPlatformCookies(cookies: string): string {
  return cookies
    .split(";")
    .filter((cookie) => !isPlatformCookie(cookieName(cookie)))
    .join(";")
    .trim();
}

/** The name in a `cookie-pair` (RFC 6265, 4.1.1). */
export function cookieName(pair: string): string {
  return pair.split("=", 1)[0]?.trim() ?? "";
}
