import { ALL_HOSTS } from "../../plans/host-lists.ts";
import type { HostLists } from "../../plans/host-lists.ts";
import { writeTraceHeaders } from "../../observability/trace-context.ts";
import type { TraceContext } from "../../observability/trace-context.ts";
import { NO_SECRETS } from "../secrets.ts";
import type { SecretSource } from "../secrets.ts";
import { createConnectionRegistry } from "./connections.ts";
import { sealCredentials, sealHeader, unsealHeaders } from "./credentials.ts";
import type { Credentials, HeaderValue, SealedHeader } from "./credentials.ts";
import { startDeadline } from "./deadline.ts";
import type { AllowedHost } from "./destination.ts";
import { createHttpError } from "./errors.ts";
import { checkHeaderCount, checkName, prepareHeaders } from "./headers.ts";
import type { HeaderEntry } from "./headers.ts";
import type { Lookup } from "./lookup.ts";
import { sendRequest } from "./request.ts";
import type { HttpRequest, HttpResponse } from "./request.ts";
import { NO_RETRY, sendWithRetries } from "./retry.ts";
import type { RetryPolicy } from "./retry.ts";

/** What one request may use. */
export interface HttpLimits {
  /** Default and largest time of a request in ms: waiting, connecting, redirects and body. */
  readonly timeoutMs: number;
  /** Time for one attempt to connect in ms, TLS included. */
  readonly connectMs: number;
  readonly requestBytes: number;
  /** Bytes of a response body after decompression. */
  readonly responseBytes: number;
  readonly redirects: number;
  /** Requests of one tenant at a time; more wait in line. */
  readonly concurrentPerTenant: number;
}

/** Where requests may go, and how it is found. */
export interface EgressOptions {
  /** Hosts that a tenant may reach although they are not public; asked for every request. Default none. */
  readonly allow?: (tenant: string) => readonly AllowedHost[];
  /** What the tenant's plan says of hosts; asked for every try. Default every public host. */
  readonly listsOf?: (tenant: string) => Promise<HostLists>;
  /** Ports that every destination may use. Default 80, 443, 8080, 8443. */
  readonly ports?: readonly number[];
  /**
   * Resolves host names. What it answers is checked all the same. Default: DNS for public hosts, the system's
   * way (hosts file, search domains) for allowed ones.
   */
  readonly lookup?: Lookup;
  /** PEM certificates trusted beside the usual ones, for internal services. */
  readonly ca?: readonly string[];
}

/** Options of {@link createHttpSender}. */
export interface HttpSenderOptions extends EgressOptions {
  /** Called before each try; what it throws, the request fails with. */
  readonly onRequest?: ((tenant: string) => Promise<void>) | undefined;
  /** Where values come from that scripts only name. Default there are none. */
  readonly secrets?: SecretSource;
  readonly limits?: Partial<HttpLimits>;
}

/** A request on a tenant's behalf, as it was asked for. */
export interface OutboundRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: ReadonlyArray<readonly [name: string, value: HeaderValue]>;
  /** Makes the header `Authorization`. */
  readonly auth?: Credentials | undefined;
  readonly body: Uint8Array | undefined;
  /** Where in a trace it is sent: named by its headers, unless they name a place already. */
  readonly trace?: TraceContext | undefined;
  readonly redirect: HttpRequest["redirect"];
  /** Can only shorten the limit. */
  readonly timeoutMs?: number | undefined;
  /** Default: it is tried once. */
  readonly retry?: RetryPolicy | undefined;
}

/** Sends requests on behalf of tenants to where each may. Disposing it breaks every connection. */
export interface HttpSender extends AsyncDisposable {
  /** @throws CapabilityError with a code of `HTTP_ERRORS`, or of a secret that cannot be had. */
  send(tenant: string, request: OutboundRequest, signal: AbortSignal): Promise<HttpResponse>;
}

const MIB = 1024 * 1024;
export const DEFAULT_HTTP_LIMITS: HttpLimits = {
  timeoutMs: 30_000,
  connectMs: 5_000,
  requestBytes: 4 * MIB,
  responseBytes: 8 * MIB,
  redirects: 5,
  concurrentPerTenant: 16,
};
const DEFAULT_PORTS = [80, 443, 8080, 8443];

/** They make a tunnel or an echo of the headers, not a request: Fetch standard, "forbidden method". */
const REFUSED_METHODS: ReadonlySet<string> = new Set(["CONNECT", "TRACE", "TRACK"]);

/** Only public addresses are dialled, and the hosts that `allow` names. */
export function createHttpSender(options: HttpSenderOptions = {}): HttpSender {
  const limits = { ...DEFAULT_HTTP_LIMITS, ...options.limits };
  const ports = new Set(options.ports ?? DEFAULT_PORTS);
  const { lookup, ca = [], secrets = NO_SECRETS } = options;
  const allow = options.allow ?? (() => []);
  const registry = createConnectionRegistry({ lookup, allow, ca, ...limits });

  return {
    async send(tenant, wished, signal) {
      const prepared = prepareRequest(wished, limits);
      const sealed = sealHeaders(wished);
      const request: HttpRequest = {
        ...prepared,
        unseal: ({ url, allowed }) =>
          unsealHeaders(sealed, { source: secrets, tenant, url, isInternal: allowed }),
      };
      using deadline = startDeadline(
        Math.min(wished.timeoutMs ?? limits.timeoutMs, limits.timeoutMs),
        signal,
      );
      const connections = registry.open(tenant);

      async function run(): Promise<HttpResponse> {
        await options.onRequest?.(tenant);
        const lists = (await options.listsOf?.(tenant)) ?? ALL_HOSTS;
        using _slot = await connections.slots.acquire(deadline.signal);
        return await sendRequest(request, {
          rules: { ports, allowedHosts: allow(tenant), lists },
          connections,
          deadline,
          maxRedirects: limits.redirects,
          maxResponseBytes: limits.responseBytes,
        });
      }
      // undici cannot abandon a connection in the making: the slot is kept until it has, the caller is not.
      const sending = sendWithRetries(run, wished.retry ?? NO_RETRY, deadline);
      return await Promise.race([sending, deadline.passed]);
    },
    [Symbol.asyncDispose]: () => registry[Symbol.asyncDispose](),
  };
}

/** All that can be told of a request before it is known where it goes. */
function prepareRequest(wished: OutboundRequest, { requestBytes }: HttpLimits): Omit<HttpRequest, "unseal"> {
  const { url, body, redirect } = wished;
  const method = wished.method.toUpperCase();
  if (REFUSED_METHODS.has(method)) {
    throw createHttpError("HTTP_METHOD_REFUSED", `The method ${method} cannot be sent.`);
  }
  const size = body?.byteLength ?? 0;
  if (size > requestBytes) {
    throw createHttpError(
      "HTTP_BODY_LIMIT",
      `The request body has ${size} bytes; at most ${requestBytes} are allowed.`,
    );
  }
  if (size > 0 && (method === "GET" || method === "HEAD")) {
    throw createHttpError("HTTP_METHOD_REFUSED", `A ${method} request cannot carry a body.`);
  }
  checkHeaderCount(wished.headers.length);
  const headers = addTrace(prepareHeaders(wished.headers.filter(isPlain)), wished);
  return { url, method, headers, body: size > 0 ? body : undefined, redirect };
}

/** What a script has set itself stays, also where it is a secret. */
function addTrace(
  headers: readonly HeaderEntry[],
  { headers: wished, trace }: OutboundRequest,
): readonly HeaderEntry[] {
  if (wished.some(([name]) => name.toLowerCase() === "traceparent")) return headers;
  return [...headers, ...writeTraceHeaders(trace)];
}

function isPlain(header: readonly [string, HeaderValue]): header is HeaderEntry {
  return typeof header[1] === "string";
}

/** The headers that the host makes. @throws CapabilityError `HTTP_HEADER_REFUSED`. */
function sealHeaders({ headers, auth }: OutboundRequest): readonly SealedHeader[] {
  const named = headers
    .filter((header) => !isPlain(header))
    .map(([name, value]) => sealHeader(checkName(name), value));
  const sealed = auth === undefined ? named : [...named, sealCredentials(auth)];
  const given = headers.filter(isPlain).map(([name]) => name.toLowerCase());
  for (const [index, { name }] of sealed.entries()) {
    const isTwice = given.includes(name) || sealed.findIndex((other) => other.name === name) !== index;
    if (isTwice) throw createHttpError("HTTP_HEADER_REFUSED", `The header ${name} is given twice.`);
  }
  return sealed;
}
