import { defineCapability } from "@skerry/sandbox";
import type { Capability, CapabilityCall } from "@skerry/sandbox";
import { z } from "zod";
import { createConnectionRegistry } from "./connections.ts";
import type { ConnectionRegistry } from "./connections.ts";
import { startDeadline } from "./deadline.ts";
import type { AllowedHost } from "./destination.ts";
import { createHttpError } from "./errors.ts";
import { prepareHeaders } from "./headers.ts";
import type { Lookup } from "./lookup.ts";
import { sendRequest } from "./request.ts";
import type { HttpRequest, HttpResponse } from "./request.ts";

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

/** Options of {@link createHttpCapability}. */
export interface HttpCapabilityOptions {
  /** Hosts that a tenant may reach although they are not public; asked for every request. Default none. */
  readonly allow?: (tenant: string) => readonly AllowedHost[];
  /** Called before each request is sent; what it throws, the request fails with. */
  readonly onRequest?: ((tenant: string) => Promise<void>) | undefined;
  /** Ports that every destination may use. Default 80, 443, 8080, 8443. */
  readonly ports?: readonly number[];
  /**
   * Resolves host names. What it answers is checked all the same. Default: DNS for public hosts, the system's
   * way (hosts file, search domains) for allowed ones.
   */
  readonly lookup?: Lookup;
  /** PEM certificates trusted beside the usual ones, for internal services. */
  readonly ca?: readonly string[];
  readonly limits?: Partial<HttpLimits>;
}

const MIB = 1024 * 1024;
const DEFAULT_HTTP_LIMITS: HttpLimits = {
  timeoutMs: 30_000,
  connectMs: 5_000,
  requestBytes: 4 * MIB,
  responseBytes: 8 * MIB,
  redirects: 5,
  concurrentPerTenant: 16,
};
const DEFAULT_PORTS = [80, 443, 8080, 8443];
/** Room for URL and headers beside the body. */
const ARGUMENT_BYTES = 256 * 1024;

const inputSchema = z.strictObject({
  url: z.string(),
  method: z
    .string()
    .regex(/^[A-Za-z-]{1,32}$/, "must be an HTTP method such as GET")
    .default("GET"),
  headers: z.array(z.tuple([z.string(), z.string()])).default([]),
  timeoutMs: z.int().min(1).optional(),
  redirect: z.enum(["follow", "manual", "error"]).default("follow"),
});
type HttpInput = z.infer<typeof inputSchema>;

/** They make a tunnel or an echo of the headers, not a request: Fetch standard, "forbidden method". */
const REFUSED_METHODS: ReadonlySet<string> = new Set(["CONNECT", "TRACE", "TRACK"]);

/**
 * Makes `http.request`: `{ url, method?, headers?, timeoutMs?, redirect? }` with the body beside it answers
 * `{ url, status, statusText, headers, redirected }` with the body beside it. Only public addresses are dialled,
 * and the hosts that `allow` names. Fails with the codes of `HTTP_ERRORS`. Disposing it breaks every connection.
 */
export function createHttpCapability(options: HttpCapabilityOptions = {}): Capability & AsyncDisposable {
  const limits = { ...DEFAULT_HTTP_LIMITS, ...options.limits };
  const ports = new Set(options.ports ?? DEFAULT_PORTS);
  const registry = createConnectionRegistry({ lookup: options.lookup, ca: options.ca ?? [], ...limits });

  const capability = defineCapability<HttpInput>({
    name: "http.request",
    input: inputSchema,
    maxInputBytes: limits.requestBytes + ARGUMENT_BYTES,
    async handle(input, call) {
      const request = prepareRequest(input, call.body, limits);
      await options.onRequest?.(call.tenant);
      const rules = { ports, allowedHosts: options.allow?.(call.tenant) ?? [] };
      const timeoutMs = Math.min(input.timeoutMs ?? limits.timeoutMs, limits.timeoutMs);
      const { body, ...value } = await send(request, { call, rules, timeoutMs, limits, registry });
      return { value: { ...value }, body };
    },
  });
  return { ...capability, [Symbol.asyncDispose]: () => registry[Symbol.asyncDispose]() };
}

interface SendContext {
  readonly call: CapabilityCall;
  readonly rules: { readonly ports: ReadonlySet<number>; readonly allowedHosts: readonly AllowedHost[] };
  readonly timeoutMs: number;
  readonly limits: HttpLimits;
  readonly registry: ConnectionRegistry;
}

async function send(request: HttpRequest, context: SendContext): Promise<HttpResponse> {
  const { call, rules, timeoutMs, limits, registry } = context;
  using deadline = startDeadline(timeoutMs, call.signal);
  const connections = registry.open(call.tenant);

  async function run(): Promise<HttpResponse> {
    using _slot = await connections.slots.acquire(deadline.signal);
    return await sendRequest(request, {
      rules,
      connections,
      deadline,
      maxRedirects: limits.redirects,
      maxResponseBytes: limits.responseBytes,
    });
  }
  // undici cannot abandon a connection in the making: the slot is kept until it has, the script is not.
  return await Promise.race([run(), deadline.passed]);
}

function prepareRequest(
  input: HttpInput,
  body: Uint8Array | undefined,
  { requestBytes }: HttpLimits,
): HttpRequest {
  const method = input.method.toUpperCase();
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
  return {
    url: input.url,
    method,
    headers: prepareHeaders(input.headers),
    body: size > 0 ? body : undefined,
    redirect: input.redirect,
  };
}
