import { isIP, isIPv6 } from "node:net";
import { isHostListed } from "../../plans/host-lists.ts";
import type { HostLists } from "../../plans/host-lists.ts";
import { createHttpError } from "./errors.ts";

/** A host that a tenant may reach although it is not public. */
export interface AllowedHost {
  /** Exact host name or IP literal, e.g. `billing.internal` or `10.0.0.7`. */
  readonly host: string;
  /** Only this port; without it the ports that every destination may use. */
  readonly port?: number;
  /** The IP address that is dialled, without looking the name up. */
  readonly address?: string;
}

/** What decides whether a URL may be requested, before any name is resolved. */
export interface DestinationRules {
  readonly ports: ReadonlySet<number>;
  readonly allowedHosts: readonly AllowedHost[];
  /** What the tenant's plan says. */
  readonly lists: HostLists;
}

/** A URL that may be requested. */
export interface Destination {
  readonly url: URL;
  /** The host product named it for this tenant: the address policy does not apply. */
  readonly allowed: boolean;
}

/** In characters. */
export const MAX_URL_LENGTH = 8_192;
/** Of a host, in characters (RFC 1035). */
export const MAX_NAME_LENGTH = 253;
const SCHEME_PORTS: ReadonlyMap<string, number> = new Map([
  ["http:", 80],
  ["https:", 443],
]);

/** At least two labels: a single one is a machine of the local network. */
const PUBLIC_NAME = /^[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})+$/;
/** Never public: RFC 6761, RFC 6762, RFC 8375, ICANN's reservation of .internal, and a habit of hosts files. */
const LOCAL_NAME = /\.(?:localhost|local|internal|home\.arpa|localdomain)$/;

/**
 * Checks a URL as far as it can be checked without resolving its name. Only the host that the WHATWG parser gives
 * counts, so numeric, encoded and mixed spellings are judged as what they mean.
 *
 * @param base what a relative URL refers to: the URL that redirected.
 * @throws CapabilityError `HTTP_URL_INVALID`, `HTTP_DESTINATION_REFUSED`.
 */
export function checkDestination(text: string, rules: DestinationRules, base?: URL): Destination {
  const url = parseUrl(text, base);
  const port = readPort(url);
  const rule = findAllowedHost(url.hostname, port, rules.allowedHosts);
  const portOpen = rule?.port === port || rules.ports.has(port);
  if (!portOpen) {
    throw createHttpError(
      "HTTP_DESTINATION_REFUSED",
      `Port ${port} of ${url.hostname} is not open to scripts; ports ${[...rules.ports].join(", ")} are.`,
    );
  }
  const allowed = rule !== undefined;
  if (!allowed && !isPublicName(url.hostname)) throw createRefusal(url.hostname);
  if (isUnlisted(url.hostname, allowed, rules.lists)) {
    throw createHttpError(
      "HTTP_DESTINATION_REFUSED",
      `${url.hostname} is not among the hosts that this tenant's plan lets scripts reach.`,
    );
  }
  return { url, allowed };
}

/** The entry that allows a host, as URLs spell it, at a port. */
export function findAllowedHost(
  hostname: string,
  port: number,
  hosts: readonly AllowedHost[],
): AllowedHost | undefined {
  return hosts.find(({ host, port: onlyPort }) => {
    const canonical = new URL(`http://${isIPv6(host) ? `[${host}]` : host}`).hostname;
    return canonical === hostname && (onlyPort === undefined || onlyPort === port);
  });
}

/** The port of a URL, or of what a dialler is told: an empty one stands for the scheme's. */
export function readPort({ protocol, port }: Pick<URL, "protocol" | "port">): number {
  return port === "" ? (SCHEME_PORTS.get(protocol) ?? 0) : Number(port);
}

/** The error for a host that scripts may not reach. It says the same whatever the reason, and no address. */
export function createRefusal(hostname: string): Error {
  return createHttpError(
    "HTTP_DESTINATION_REFUSED",
    `${hostname} is not a public host. The host product can allow internal ones by name.`,
  );
}

/** The address of a host that is an IP literal, without the brackets of a URL; undefined for a name. */
export function readLiteral(hostname: string): string | undefined {
  const address = hostname.startsWith("[") ? hostname.slice(1, -1) : hostname;
  return isIP(address) === 0 ? undefined : address;
}

function parseUrl(text: string, base: URL | undefined): URL {
  if (text.length > MAX_URL_LENGTH) {
    throw createHttpError(
      "HTTP_URL_INVALID",
      `The URL has ${text.length} characters; at most ${MAX_URL_LENGTH} are allowed.`,
    );
  }
  const url = URL.parse(text, base?.href);
  if (url === null) {
    throw createHttpError("HTTP_URL_INVALID", `${JSON.stringify(text)} is not an absolute URL.`);
  }
  if (!SCHEME_PORTS.has(url.protocol)) {
    throw createHttpError(
      "HTTP_URL_INVALID",
      `${url.protocol} URLs cannot be requested; use http: or https:.`,
    );
  }
  if (url.username !== "" || url.password !== "") {
    throw createHttpError(
      "HTTP_URL_INVALID",
      `The URL of ${url.hostname} carries a user name or password; send an Authorization header instead.`,
    );
  }
  if (url.hostname.endsWith(".") || url.hostname.length > MAX_NAME_LENGTH) {
    throw createHttpError(
      "HTTP_URL_INVALID",
      `${url.hostname} is too long for a host name or ends with a dot.`,
    );
  }
  return url;
}

/** A literal passes here and is judged by the address policy when it is dialled. */
function isPublicName(hostname: string): boolean {
  return readLiteral(hostname) !== undefined || (PUBLIC_NAME.test(hostname) && !LOCAL_NAME.test(hostname));
}

/** An internal host needs no place in the list of those that are allowed: it is named for the tenant. */
function isUnlisted(hostname: string, isInternal: boolean, { allow, deny }: HostLists): boolean {
  if (isHostListed(hostname, deny)) return true;
  return !isInternal && allow !== null && !isHostListed(hostname, allow);
}
