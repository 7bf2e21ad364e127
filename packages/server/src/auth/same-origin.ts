import { SkerryError } from "../problems/errors.ts";

const SAFE_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/** Where a request was made, as browsers tell it; `unknown` for other clients and very old browsers. */
type Site = "same" | "cross" | "unknown";

/**
 * Refuses writes that another site made a browser send: what a browser adds by itself, such as a cookie, proves nothing
 * of who asked. `Sec-Fetch-Site` decides (W3C Fetch Metadata), or `Origin` where a browser without TLS does not send it.
 *
 * @throws SkerryError `CROSS_ORIGIN`, also for a request that says neither.
 */
export function requireSameOrigin(request: Request, baseUrl: string): void {
  refuseUnless(request, baseUrl, ["same"]);
}

/**
 * The same for a request that may also come from programs, which send neither header.
 *
 * @throws SkerryError `CROSS_ORIGIN`.
 */
export function refuseCrossOrigin(request: Request, baseUrl: string): void {
  refuseUnless(request, baseUrl, ["same", "unknown"]);
}

function refuseUnless(request: Request, baseUrl: string, accepted: readonly Site[]): void {
  if (SAFE_METHODS.has(request.method) || accepted.includes(siteOf(request, baseUrl))) return;
  throw new SkerryError(
    "CROSS_ORIGIN",
    "A page of another origin sent this request, or the browser did not say which one did.",
  );
}

function siteOf({ headers, url }: Request, baseUrl: string): Site {
  const site = headers.get("sec-fetch-site");
  if (site !== null) return site === "same-origin" || site === "none" ? "same" : "cross";
  const origin = headers.get("origin");
  if (origin === null) return "unknown";
  return hostOf(origin) === hostOf(url) || (baseUrl !== "" && hostOf(origin) === hostOf(baseUrl))
    ? "same"
    : "cross";
}

/** Without the scheme, which a proxy in front may have changed. */
function hostOf(url: string): string | undefined {
  return URL.parse(url)?.host;
}
