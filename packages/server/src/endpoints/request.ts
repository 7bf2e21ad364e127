import type { Payload } from "@skerry/sandbox";
import { SESSION_COOKIE } from "../auth/sessions/cookie.ts";

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
 * The input of the entry `http`: method, absolute URL and headers, with the body's bytes beside them. What signs
 * somebody in at the platform is withheld, and so is the header that is named.
 */
export function describeRequest(
  { method, url, headers }: Request,
  body: Uint8Array,
  withheldHeader?: string,
): Payload {
  const pairs: [string, string][] = [];
  headers.forEach((value, name) => {
    if (HOP_BY_HOP.has(name) || name === withheldHeader) return;
    pairs.push([name, name === "cookie" ? withoutSession(value) : value]);
  });
  const json = JSON.stringify({ method, url, headers: pairs });
  return body.byteLength === 0 ? { json } : { json, body };
}

/** Tenants and the platform share one origin: the session of whoever looks at a script's page is not the script's. */
function withoutSession(cookies: string): string {
  return cookies
    .split(";")
    .filter((cookie) => cookieName(cookie) !== SESSION_COOKIE)
    .join(";")
    .trim();
}

/** The name in a `cookie-pair` (RFC 6265, 4.1.1). */
export function cookieName(pair: string): string {
  return pair.split("=", 1)[0]?.trim() ?? "";
}

/** `/run/{tenantId}/{path…}`, taken apart. */
export interface RunPath {
  readonly tenantId: string;
  /** Begins with `/`; percent-encoded as it came. */
  readonly path: string;
}

const RUN_PREFIX = "/run/";

/** Finds tenant and path in an absolute URL without parsing it whole. @returns undefined below other paths. */
export function readRunPath(url: string): RunPath | undefined {
  const start = url.indexOf("/", url.indexOf("//") + 2);
  if (!url.startsWith(RUN_PREFIX, start)) return undefined;
  const query = url.indexOf("?", start);
  const rest = url.slice(start + RUN_PREFIX.length, query === -1 ? undefined : query);
  const slash = rest.indexOf("/");
  return slash === -1
    ? { tenantId: rest, path: "/" }
    : { tenantId: rest.slice(0, slash), path: rest.slice(slash) };
}
