import type { Payload } from "@skerry/sandbox";
import { isPlatformCookie } from "../auth/sessions/cookie.ts";
import { parseGuestJson } from "../rest/json.ts";
import { cookieName } from "./request.ts";

/** A guest's response, checked. */
export interface GuestResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer> | null;
}

const MAX_HEADERS = 200;
const MAX_HEADER_BYTES = 32 * 1024;

/** Statuses whose responses have no body (Fetch standard, "null body status"). */
const BODILESS = new Set([204, 205, 304]);

/** nginx would hold events back until its buffer is full. */
const BUFFERING = "x-accel-buffering";

/** Headers that belong to the connection (RFC 9110, 7.6.1) or frame the message: the server's own business. */
const OF_SERVER = [
  "connection",
  "content-length",
  "date",
  "keep-alive",
  "proxy-authenticate",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

/**
 * Headers by which browsers change how they treat everything at the same origin, and so at the platform and at other
 * tenants: what they keep of it, where else they look for it (RFC 7838), whether only by TLS (RFC 6797) and by which
 * certificates (RFC 7469, RFC 9163), by what they decompress it (RFC 9842), to whom they report its requests (W3C
 * Reporting API and Network Error Logging) and which advertisement led to it (WICG Attribution Reporting), what they tell
 * it of themselves (RFC 8942), which of its paths a service worker or a session bound to the device takes, and whether it
 * signed anybody in (W3C FedCM).
 */
const OF_ORIGIN = [
  "accept-ch",
  "alt-svc",
  "attribution-reporting-register-source",
  "attribution-reporting-register-trigger",
  "clear-site-data",
  "critical-ch",
  "expect-ct",
  "nel",
  "origin-agent-cluster",
  "public-key-pins",
  "report-to",
  "reporting-endpoints",
  "sec-session-registration",
  "secure-session-registration",
  "service-worker-allowed",
  "set-login",
  "strict-transport-security",
  "use-as-dictionary",
];

/** By these nginx, Apache, lighttpd, LiteSpeed and Perlbal would answer with something of their own instead. */
const OF_PROXY = [
  "x-accel-redirect",
  "x-lighttpd-send-file",
  "x-litespeed-location",
  "x-reproxy-url",
  "x-sendfile",
  "x-sendfile2",
];

const WITHHELD: ReadonlySet<string> = new Set([...OF_SERVER, ...OF_ORIGIN, ...OF_PROXY]);

/**
 * Tenants and the platform's own pages share one origin. A page that a script answers is therefore shown as one of an
 * origin of its own, with neither cookies nor storage of ours. Further policies that the script sends can only narrow
 * this one.
 */
const SANDBOX_POLICY = "sandbox allow-downloads allow-forms allow-modals allow-popups allow-scripts";

/** Reads what the entry `http` replied. @returns the reason in place of a response that HTTP cannot carry. */
export function readGuestResponse({ json, body }: Payload): GuestResponse | string {
  const reply = parseGuestJson(json);
  if (!isRecord(reply)) return "the reply is not an object";
  const { status } = reply;
  if (typeof status !== "number" || !Number.isInteger(status) || status < 200 || status > 599) {
    return "the status is not a whole number from 200 to 599";
  }
  const headers = readHeaders(reply["headers"]);
  if (typeof headers === "string") return headers;
  headers.append("content-security-policy", SANDBOX_POLICY);
  if (isEventStream(headers) && !headers.has(BUFFERING)) headers.set(BUFFERING, "no");
  const bytes = body === undefined || isBodiless(status) ? null : new Uint8Array(body);
  return { status, headers, body: bytes };
}

/** Tells whether responses of a status have no body. */
export function isBodiless(status: number): boolean {
  return BODILESS.has(status);
}

/** https://html.spec.whatwg.org/multipage/server-sent-events.html */
function isEventStream(headers: Headers): boolean {
  return /^text\/event-stream\b/i.test(headers.get("content-type") ?? "");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readHeaders(pairs: unknown): Headers | string {
  if (!Array.isArray(pairs) || pairs.length > MAX_HEADERS)
    return `the headers are no list of at most ${MAX_HEADERS}`;
  const headers = new Headers();
  let size = 0;
  for (const pair of pairs) {
    if (!isHeaderPair(pair)) return "a header is not a name and a value";
    const [name, value] = pair;
    size += name.length + value.length;
    if (size > MAX_HEADER_BYTES) return `the headers are larger than ${MAX_HEADER_BYTES} bytes`;
    if (WITHHELD.has(name.toLowerCase())) continue;
    if (setsPlatformCookie(name, value)) continue;
    try {
      // Refuses names that are no tokens and values with CR, LF or NUL.
      headers.append(name, name.toLowerCase() === "set-cookie" ? withoutDomain(value) : value);
    } catch {
      return `the header ${JSON.stringify(name.slice(0, 50))} has a name or value that HTTP cannot carry`;
    }
  }
  return headers;
}

/**
 * A script must not sign its visitors in at the platform as somebody else, nor speak to them in the platform's name. Of
 * a cookie without a name browsers send the value alone, which can look like any cookie.
 */
function setsPlatformCookie(header: string, value: string): boolean {
  if (header.toLowerCase() !== "set-cookie") return false;
  const name = cookieName(value);
  return name === "" || isPlatformCookie(name);
}

/** A cookie for a whole domain would reach the platform and other tenants: it stays with this host. */
function withoutDomain(cookie: string): string {
  return cookie
    .split(";")
    .filter((attribute, index) => index === 0 || !/^\s*domain\s*(=|$)/i.test(attribute))
    .join(";");
}

function isHeaderPair(pair: unknown): pair is [string, string] {
  return (
    Array.isArray(pair) && pair.length === 2 && typeof pair[0] === "string" && typeof pair[1] === "string"
  );
}
