import { pathOf, rootOf } from "../rest/site-address.ts";
import type { SiteAddress } from "../rest/site-address.ts";

/** Which tenant's endpoints a request asks, and for what. */
export interface EndpointAddress {
  readonly tenantId: string;
  /** Begins with `/`; percent-encoded as it came. */
  readonly path: string;
}

const RUN_PREFIX = "/run/";

/** Ids of tenants that host names cannot hold (RFC 1123, section 2.1), or that browsers read as punycode (RFC 5890). */
const NO_HOST_LABEL = /^xn--|-$/;

/** Reads `/run/{tenantId}/{path…}` out of an absolute URL without parsing it whole. @returns undefined below other paths. */
export function readRunAddress(url: string): EndpointAddress | undefined {
  const path = pathOf(url);
  if (!path.startsWith(RUN_PREFIX)) return undefined;
  const rest = path.slice(RUN_PREFIX.length);
  const slash = rest.indexOf("/");
  return slash === -1
    ? { tenantId: rest, path: "/" }
    : { tenantId: rest.slice(0, slash), path: rest.slice(slash) };
}

/**
 * Reads `{tenantId}.{baseDomain}` with any path out of an absolute URL. One label before the base domain makes the host
 * a tenant's, whether or not there is that tenant.
 *
 * @returns undefined for all other hosts, and for all where there is no base domain.
 */
export function readHostAddress(
  { baseDomain }: Pick<SiteAddress, "baseDomain">,
  url: string,
): EndpointAddress | undefined {
  if (baseDomain === undefined) return undefined;
  const host = hostOf(url);
  const dot = host.indexOf(".");
  if (dot === -1 || host.slice(dot + 1) !== baseDomain) return undefined;
  return { tenantId: host.slice(0, dot), path: pathOf(url) };
}

/**
 * What the addresses of a tenant's endpoints begin with, without a trailing slash. That is a host of its own where there
 * is a base domain and the tenant's id can be part of a host name, else a path of the installation.
 *
 * @param siteUrl where the installation is reached; default as much of it as is known.
 */
export function endpointRootOf(site: SiteAddress, tenantId: string, siteUrl = rootOf(site)): string {
  const below = `${siteUrl}${RUN_PREFIX}${tenantId}`;
  if (site.baseDomain === undefined || NO_HOST_LABEL.test(tenantId)) return below;
  const { protocol, port } = new URL(site.baseUrl);
  return `${protocol}//${tenantId}.${site.baseDomain}${port === "" ? "" : `:${port}`}`;
}

/** The address of an endpoint below a root. */
export function endpointUrlOf(root: string, pattern: string): string {
  return pattern === "/" ? root : root + pattern;
}

/** In lower case; without the port, and without the dot that a name may end with (RFC 1034, section 3.1). */
function hostOf(url: string): string {
  const start = url.indexOf("//") + 2;
  const end = url.indexOf("/", start);
  return url
    .slice(start, end === -1 ? undefined : end)
    .toLowerCase()
    .replace(/\.?(?::\d*)?$/, "");
}
