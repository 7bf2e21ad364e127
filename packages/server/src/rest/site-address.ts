import { z } from "zod";
import { StartError } from "../main/errors.ts";
import { SkerryError } from "../problems/errors.ts";
import { respondToError } from "../problems/problem.ts";

/** Where the platform is reached from outside. */
export interface SiteAddress {
  /** Scheme, host, port and path, without a trailing slash; empty where each request's own address is taken. */
  readonly baseUrl: string;
  /** What the paths of all its addresses begin with, such as `/skerry`; empty for none. */
  readonly basePath: string;
  /** As much of it as requests bring; empty where what stands before the platform has taken it away. */
  readonly prefix: string;
  /** Below it each tenant has a host of its own, `{tenantId}.{baseDomain}`, that its endpoints answer at. */
  readonly baseDomain: string | undefined;
}

/** How a host or the environment says where the platform is reached. */
export interface SiteAddressOptions {
  /** Without a trailing slash. Default: each request's own address. */
  readonly baseUrl?: string | undefined;
  /** Path that requests come with, such as `/skerry`. Default `/`. */
  readonly basePath?: string | undefined;
  /** Host name below which each tenant has one of its own; wants `baseUrl`. Default none. */
  readonly baseDomain?: string | undefined;
}

const HELP =
  "must be / or a path such as /skerry: letters, digits, '.', '_', '~' and '-' between slashes, none at the end";

/** Unreserved characters (RFC 3986, section 2.3) mean the same in URLs, in cookies and in what proxies match. */
const PATTERN = /^(?:\/[\w.~-]{1,64}){1,16}$/;

export const basePathText = z.string().refine(isBasePath, HELP);

function isBasePath(text: string): boolean {
  // A URL resolves segments of dots away.
  return text === "/" || (PATTERN.test(text) && URL.parse(text, "http://own.invalid")?.pathname === text);
}

const DOMAIN_HELP = "must be a host name in lower case, such as run.example.com";

/** With the longest id of a tenant before it, it is still a host name (RFC 1035, section 2.3.4). */
const DOMAIN_LENGTH_MAX = 253 - 64;

/** Labels of letters, digits and hyphens (RFC 1123, section 2.1). A last one of digits alone is an IPv4 address's. */
const DOMAIN_PATTERN =
  /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*(?!\d+$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

export const baseDomainText = z.string().refine(isBaseDomain, DOMAIN_HELP);

function isBaseDomain(text: string): boolean {
  return text.length <= DOMAIN_LENGTH_MAX && DOMAIN_PATTERN.test(text);
}

/** @throws StartError `CONFIG_INVALID`, also when some of them do not fit together. */
export function locateSite({ baseUrl = "", basePath = "/", baseDomain }: SiteAddressOptions): SiteAddress {
  if (!isBasePath(basePath)) throw refuse(`basePath (SKERRY_BASE_PATH): ${JSON.stringify(basePath)} ${HELP}`);
  const prefix = basePath === "/" ? "" : basePath;
  if (baseDomain !== undefined) checkBaseDomain(baseDomain, baseUrl);
  if (baseUrl === "") return { baseUrl, basePath: prefix, prefix, baseDomain };
  const path = URL.parse(baseUrl)?.pathname ?? "";
  if (!isBasePath(path))
    throw refuse(`The path of baseUrl (SKERRY_BASE_URL): ${JSON.stringify(path)} ${HELP}`);
  if (prefix !== "" && path !== prefix) {
    throw refuse(
      `baseUrl (SKERRY_BASE_URL) is ${baseUrl}, and must end with basePath (SKERRY_BASE_PATH), ${prefix}`,
    );
  }
  return { baseUrl, basePath: path === "/" ? "" : path, prefix, baseDomain };
}

/** Tenants' addresses take scheme and port from the base URL, and none of them may be that of the platform. */
function checkBaseDomain(baseDomain: string, baseUrl: string): void {
  const setting = `baseDomain (SKERRY_BASE_DOMAIN): ${JSON.stringify(baseDomain)}`;
  if (!isBaseDomain(baseDomain)) throw refuse(`${setting} ${DOMAIN_HELP}`);
  if (baseUrl === "") throw refuse(`${setting} wants baseUrl (SKERRY_BASE_URL) set as well`);
  // With the dot that it may end with (RFC 1034, section 3.1) it is the same host.
  const hostname = new URL(baseUrl).hostname.replace(/\.$/, "");
  if (hostname.slice(hostname.indexOf(".") + 1) === baseDomain && hostname !== baseDomain) {
    throw refuse(
      `${setting} makes ${hostname} a tenant's host, but baseUrl (SKERRY_BASE_URL) makes it the platform's; take a domain that the platform is not directly below`,
    );
  }
}

function refuse(message: string): StartError {
  return new StartError("CONFIG_INVALID", `${message}.`);
}

/** What a browser asks for to reach a path of the platform, such as `/sign-in`. */
export function linkTo({ basePath }: Pick<SiteAddress, "basePath">, path: string): string {
  return basePath + path;
}

/** What addresses of the platform begin with: a URL where it is known, else as much of a path. */
export function rootOf({ baseUrl, basePath }: Pick<SiteAddress, "baseUrl" | "basePath">): string {
  return baseUrl === "" ? basePath : baseUrl;
}

/** The same as a URL in any case: where it is not known, that of a request. */
export function urlOf(site: Pick<SiteAddress, "baseUrl" | "basePath">, requestUrl: string): string {
  return site.baseUrl === "" ? new URL(requestUrl).origin + site.basePath : site.baseUrl;
}

/** The path of an absolute URL as it came; parsing it whole would cost more than everything else on the way to a script. */
export function pathOf(url: string): string {
  const start = findPath(url);
  if (start === -1) return "/";
  const end = url.slice(start).search(/[?#]/);
  return url.slice(start, end === -1 ? undefined : start + end);
}

function findPath(url: string): number {
  return url.indexOf("/", url.indexOf("//") + 2);
}

/**
 * The URL of a request as the platform's routes know it, without the prefix; it is not parsed whole.
 *
 * @returns undefined for a URL that lies elsewhere.
 */
export function withoutPrefix({ prefix }: Pick<SiteAddress, "prefix">, url: string): string | undefined {
  if (prefix === "") return url;
  const start = findPath(url);
  if (start === -1 || !url.startsWith(prefix, start)) return undefined;
  const site = url.slice(0, start);
  const rest = url.slice(start + prefix.length);
  if (rest.startsWith("/")) return site + rest;
  return rest === "" || rest.startsWith("?") || rest.startsWith("#") ? `${site}/${rest}` : undefined;
}

/**
 * A request as one to another URL.
 *
 * @returns undefined for one that cannot be made anew, such as by TRACE (Fetch standard, "forbidden method").
 */
export function moveRequest(request: Request, url: string): Request | undefined {
  if (url === request.url) return request;
  try {
    return new Request(url, request);
  } catch {
    return undefined;
  }
}

/** What is answered to those. */
export function refuseMethod({ method, url }: Request): Response {
  return respondToError(new SkerryError("ROUTE_NOT_FOUND", `There is no ${method} ${pathOf(url)}.`));
}

/** What is answered at other paths: nothing that is there can be reached without the prefix. */
export function refuseElsewhere({ prefix }: Pick<SiteAddress, "prefix">): Response {
  const message = `Everything is below ${prefix} here, and what stands before Skerry must leave that in the path.`;
  return respondToError(new SkerryError("ROUTE_NOT_FOUND", message));
}
