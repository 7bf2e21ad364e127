import { dropBodyHeaders, findHeader, keepPortableHeaders } from "./headers.ts";
import type { HeaderEntry } from "./headers.ts";

/** What one hop sends, apart from where to. */
export interface HopRequest {
  readonly method: string;
  /** Lower-case names. */
  readonly headers: readonly HeaderEntry[];
  readonly body: Uint8Array | undefined;
}

const REDIRECT_STATUSES: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Where a response redirects to, as the server wrote it; undefined when it does not. */
export function readLocation(status: number, headers: readonly HeaderEntry[]): string | undefined {
  return REDIRECT_STATUSES.has(status) ? findHeader(headers, "location") : undefined;
}

/** Carries the fragment over to a redirect that has none: Fetch standard, "location URL". */
export function inheritFragment(target: URL, from: URL): URL {
  if (target.hash !== "" || from.hash === "") return target;
  const url = new URL(target);
  url.hash = from.hash;
  return url;
}

/**
 * The request that follows a redirect: method and body by the Fetch standard's "HTTP-redirect fetch" (303, and
 * POST under 301 or 302, become GET), headers less secrets when the origin changes.
 */
export function redirectRequest(request: HopRequest, status: number, from: URL, to: URL): HopRequest {
  const headers = from.origin === to.origin ? request.headers : keepPortableHeaders(request.headers);
  if (!turnsIntoGet(status, request.method)) return { ...request, headers };
  return { method: "GET", headers: dropBodyHeaders(headers), body: undefined };
}

function turnsIntoGet(status: number, method: string): boolean {
  if (status === 303) return method !== "GET" && method !== "HEAD";
  return (status === 301 || status === 302) && method === "POST";
}
