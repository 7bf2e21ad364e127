import type { Dispatcher } from "undici";
import { readBody } from "./body.ts";
import type { TenantConnections } from "./connections.ts";
import type { Deadline } from "./deadline.ts";
import { checkDestination } from "./destination.ts";
import type { Destination, DestinationRules } from "./destination.ts";
import { createHttpError } from "./errors.ts";
import { explainFailure } from "./failure.ts";
import { findHeader, pairRawHeaders } from "./headers.ts";
import type { HeaderEntry } from "./headers.ts";
import { inheritFragment, readLocation, redirectRequest } from "./redirect.ts";
import type { HopRequest } from "./redirect.ts";

/** A checked request of a script. */
export interface HttpRequest extends HopRequest {
  readonly url: string;
  /** What to do with a redirect: follow it, hand it back, or fail. */
  readonly redirect: "follow" | "manual" | "error";
  /** Headers with secrets, once it is known where the first hop goes. */
  readonly unseal: (destination: Destination) => Promise<readonly HeaderEntry[]>;
}

/** What the last server answered. */
export interface HttpResponse {
  /** Where it came from, redirects followed. */
  readonly url: string;
  readonly status: number;
  readonly statusText: string;
  /** Lower-case names; without `content-encoding` and `content-length` where the body was decompressed. */
  readonly headers: readonly HeaderEntry[];
  readonly redirected: boolean;
  readonly body: Uint8Array;
}

/** Within what a request is sent. */
export interface RequestScope {
  readonly rules: DestinationRules;
  readonly connections: TenantConnections;
  readonly deadline: Deadline;
  readonly maxRedirects: number;
  readonly maxResponseBytes: number;
}

interface Hop {
  readonly destination: Destination;
  readonly request: HopRequest;
  /** Headers for this origin alone. */
  readonly secrets: readonly HeaderEntry[];
}

interface HopResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly HeaderEntry[];
  readonly stream: Dispatcher.ResponseData["body"];
}

/** A redirect's own body is read up to here to keep the socket; a longer or slower one costs the socket. */
const DISCARD_BYTES = 16 * 1024;
const DISCARD_MS = 1_000;
const BODILESS_STATUSES: ReadonlySet<number> = new Set([204, 205, 304]);
const RECODED_HEADERS: ReadonlySet<string> = new Set(["content-encoding", "content-length"]);

/**
 * Sends a request and follows its redirects; every hop's URL and address is checked as the first.
 *
 * @throws CapabilityError with a code of `HTTP_ERRORS`.
 */
export async function sendRequest(request: HttpRequest, scope: RequestScope): Promise<HttpResponse> {
  const destination = checkDestination(request.url, scope.rules);
  let hop: Hop = { destination, request, secrets: await request.unseal(destination) };
  for (let redirects = 0; ; redirects += 1) {
    const response = await sendHop(hop, scope);
    const location =
      request.redirect === "manual" ? undefined : readLocation(response.status, response.headers);
    if (location === undefined) return finishResponse(response, hop, redirects > 0, scope);
    discardBody(response);
    if (request.redirect === "error") {
      const { hostname } = hop.destination.url;
      throw createHttpError(
        "HTTP_REDIRECT_REFUSED",
        `${hostname} answered with redirect ${response.status}.`,
      );
    }
    if (redirects === scope.maxRedirects) {
      throw createHttpError("HTTP_REDIRECT_LIMIT", `More than ${scope.maxRedirects} redirects.`);
    }
    hop = followRedirect(hop, response.status, location, scope.rules);
  }
}

function followRedirect(
  { destination, request, secrets }: Hop,
  status: number,
  location: string,
  rules: DestinationRules,
): Hop {
  const next = checkDestination(location, rules, destination.url);
  return {
    destination: { ...next, url: inheritFragment(next.url, destination.url) },
    request: redirectRequest(request, status, destination.url, next.url),
    secrets: destination.url.origin === next.url.origin ? secrets : [],
  };
}

async function sendHop(
  { destination, request, secrets }: Hop,
  { connections, deadline }: RequestScope,
): Promise<HopResponse> {
  const { url, allowed } = destination;
  const dispatcher = allowed ? connections.allowed : connections.public;
  try {
    const response = await dispatcher.request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: request.method,
      headers: mergeHeaders(request.headers, secrets).flat(),
      body: request.body ?? null,
      signal: deadline.signal,
      responseHeaders: "raw",
    });
    return {
      status: response.statusCode,
      statusText: response.statusText,
      // undici's types do not tell `raw` apart.
      headers: pairRawHeaders(response.headers as unknown as Array<string | Buffer>),
      stream: response.body,
    };
  } catch (error) {
    throw explainFailure(error, url.hostname);
  }
}

/** A secret header comes before a default of its name. */
function mergeHeaders(headers: readonly HeaderEntry[], secrets: readonly HeaderEntry[]): HeaderEntry[] {
  const names = new Set(secrets.map(([name]) => name));
  return [...headers.filter(([name]) => !names.has(name)), ...secrets];
}

async function finishResponse(
  { status, statusText, headers, stream }: HopResponse,
  { destination, request }: Hop,
  redirected: boolean,
  { maxResponseBytes }: RequestScope,
): Promise<HttpResponse> {
  const { href, hostname } = destination.url;
  const encoding = isBodiless(request.method, status, headers)
    ? undefined
    : findHeader(headers, "content-encoding");
  try {
    const { bytes, decoded } = await readBody(stream, encoding, maxResponseBytes);
    const kept = decoded ? headers.filter(([name]) => !RECODED_HEADERS.has(name)) : headers;
    return { url: href, status, statusText, headers: kept, redirected, body: bytes };
  } catch (error) {
    throw explainFailure(error, hostname);
  }
}

/** Then a content coding names what a body would have had; nothing is there to decompress. */
function isBodiless(method: string, status: number, headers: readonly HeaderEntry[]): boolean {
  return method === "HEAD" || BODILESS_STATUSES.has(status) || findHeader(headers, "content-length") === "0";
}

/** Runs beside the next hop, for a short while. */
function discardBody({ stream }: HopResponse): void {
  stream.dump({ limit: DISCARD_BYTES, signal: AbortSignal.timeout(DISCARD_MS) }).catch(() => {});
}
