import { type AbortSignal, AbortController, abortSignal, isAbortSignal } from "./abort.ts";
import { Body, type BodyContent, type BodyInit, copyContent, extractContent, takeContent } from "./body.ts";
import { type HeaderPair, Headers, type HeadersInit, receiveHeaders, setDefaultHeader } from "./headers.ts";
import { isToken } from "./http-token.ts";
import { NativeTypeError, stringSlice, stringToUpperCase, toDictionary, toText } from "./primordials.ts";
import { URL, parseUrl, serializeUrl } from "./url.ts";

export type RedirectMode = "follow" | "manual" | "error";

/** What a request can be made with; fields that only browsers need are taken and ignored. */
export interface RequestInit {
  readonly method?: unknown;
  readonly headers?: HeadersInit | undefined;
  readonly body?: BodyInit;
  readonly signal?: AbortSignal | null | undefined;
  readonly redirect?: RedirectMode | undefined;
}

/** A request as the host gives it: checked already. */
export interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly HeaderPair[];
  readonly body: Uint8Array | undefined;
}

/** The signal that a request was made with, without making one for it. */
export let requestSignal: (request: Request) => AbortSignal | undefined;
/** Aborts the signal of a request. */
export let abortRequest: (request: Request) => void;
/** Makes the request of an incoming call, without parsing again what the host has parsed. */
export let receiveRequest: (received: ReceivedRequest) => Request;

/** Stands for the input when the second argument is complete and checked; scripts never get hold of it. */
const RESOLVED = {};

/** `Request` of the Fetch standard (https://fetch.spec.whatwg.org/#request-class), as a server sees it. */
export class Request extends Body {
  readonly #method: string;
  readonly #url: string;
  readonly #headers: Headers;
  readonly #redirect: RedirectMode;
  #signal: AbortSignal | undefined;

  static {
    requestSignal = (request) => request.#signal;
    abortRequest = (request) => abortSignal((request.#signal ??= new AbortController().signal));
    receiveRequest = ({ method, url, headers, body }) => {
      const content = body ? { data: body, contentType: undefined } : undefined;
      const parts: RequestParts = {
        method,
        url,
        headers: receiveHeaders(headers, false),
        redirect: "follow",
        content,
      };
      return new Request(RESOLVED, parts);
    };
  }

  constructor(input: unknown, init: RequestInit | RequestParts = {}) {
    const parts = input === RESOLVED ? (init as RequestParts) : resolveParts(input, toDictionary(init));
    super(parts.content);
    this.#method = parts.method;
    this.#url = parts.url;
    this.#headers = parts.headers;
    this.#redirect = parts.redirect;
    this.#signal = parts.signal;
  }

  get method(): string {
    return this.#method;
  }

  get url(): string {
    return this.#url;
  }

  get headers(): Headers {
    return this.#headers;
  }

  get redirect(): RedirectMode {
    return this.#redirect;
  }

  get signal(): AbortSignal {
    return (this.#signal ??= new AbortController().signal);
  }

  clone(): Request {
    const parts: RequestParts = {
      method: this.#method,
      url: this.#url,
      headers: new Headers(this.#headers),
      redirect: this.#redirect,
      signal: this.#signal,
      content: copyContent(this),
    };
    return new Request(RESOLVED, parts);
  }

  protected override contentType(): string {
    return this.#headers.get("content-type") ?? "";
  }
}

interface RequestParts {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly redirect: RedirectMode;
  readonly signal?: AbortSignal | undefined;
  readonly content: BodyContent | undefined;
}

/** https://fetch.spec.whatwg.org/#dom-request */
function resolveParts(input: unknown, init: RequestInit): RequestParts {
  const base = input instanceof Request ? input : undefined;
  const method = init.method === undefined ? (base?.method ?? "GET") : checkMethod(toText(init.method));
  const hasBody = init.body !== undefined && init.body !== null;
  if ((hasBody || base?.body) && (method === "GET" || method === "HEAD")) {
    throw new NativeTypeError(`A request with method ${method} cannot have a body`);
  }
  const url = base ? base.url : resolveUrl(input);
  const headers = new Headers(init.headers ?? base?.headers);
  const signal = init.signal === undefined ? base && requestSignal(base) : init.signal;
  if (signal && !isAbortSignal(signal)) {
    throw new NativeTypeError("The signal of a request must be an AbortSignal");
  }
  const content = hasBody || !base ? extractContent(init.body) : takeContent(base);
  if (hasBody && content?.contentType !== undefined) {
    setDefaultHeader(headers, "content-type", content.contentType);
  }
  return {
    method,
    url,
    headers,
    redirect: checkRedirect(init.redirect ?? base?.redirect),
    signal: signal ?? undefined,
    content,
  };
}

function resolveUrl(input: unknown): string {
  const text = input instanceof URL ? serializeUrl(input) : toText(input);
  let url: URL;
  try {
    url = parseUrl(text);
  } catch {
    throw new NativeTypeError(`"${stringSlice(text, 0, 200)}" is not an absolute URL`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new NativeTypeError("A URL with a user name or password is refused: use the authorization header");
  }
  return serializeUrl(url);
}

/** Methods are case-sensitive, but for the common ones in any case (https://fetch.spec.whatwg.org/#methods). */
function checkMethod(method: string): string {
  const upper = stringToUpperCase(method);
  switch (upper) {
    case "DELETE":
    case "GET":
    case "HEAD":
    case "OPTIONS":
    case "POST":
    case "PUT":
      return upper;
    case "CONNECT":
    case "TRACE":
    case "TRACK":
      throw new NativeTypeError(`The method ${upper} is not allowed`);
    default:
      if (!isToken(method)) {
        throw new NativeTypeError(`"${stringSlice(method, 0, 64)}" is not a valid method`);
      }
      return method;
  }
}

function checkRedirect(mode: unknown): RedirectMode {
  switch (mode) {
    case undefined:
      return "follow";
    case "follow":
    case "manual":
    case "error":
      return mode;
    default:
      throw new NativeTypeError(
        `The redirect mode must be "follow", "manual" or "error", not "${toText(mode)}"`,
      );
  }
}
