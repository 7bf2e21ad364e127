import { call } from "@skerry/sandbox/guest";
import { type BodyContent, type BodyInit, contentBytes, extractContent } from "./body.ts";
import { type HeaderPair, Headers, type HeadersInit, headerPairs, setDefaultHeader } from "./headers.ts";
import {
  NativeTypeError,
  NativeUint8Array,
  arrayIsArray,
  jsonParse,
  jsonStringify,
  objectCreate,
  objectKeys,
  stringToUpperCase,
  stringSlice,
  toText,
} from "./primordials.ts";
import { decodeUtf8 } from "./text-encoding.ts";
import { URL, URLSearchParams, parseUrl, serializeUrl } from "./url.ts";

type Fields = Readonly<Record<string, unknown>>;

/** What a request can be made with; at most one of `json`, `form` and `body`. */
export interface HttpOptions {
  readonly method?: string;
  /** Added to the query of the URL; a list repeats its name, `null` and `undefined` are left out. */
  readonly query?: Fields;
  readonly headers?: HeadersInit;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as `application/x-www-form-urlencoded`. */
  readonly form?: Fields;
  readonly body?: BodyInit;
  /** Longest time for the whole exchange in ms, within the host's own limit. */
  readonly timeoutMs?: number;
}

/** A complete answer. Statuses of 400 and above are answers too, not errors. */
export class HttpReply {
  readonly status: number;
  readonly ok: boolean;
  /** By lower-case name; several of one name are joined with a comma, cookies too: `fetch` keeps those apart. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body as text. */
  readonly body: string;
  readonly #bytes: Uint8Array;

  constructor(status: number, headers: readonly HeaderPair[], bytes: Uint8Array) {
    this.status = status;
    this.ok = status >= 200 && status <= 299;
    this.headers = toRecord(headers);
    this.body = decodeUtf8(bytes);
    this.#bytes = bytes;
  }

  /** The body as JSON. @throws SyntaxError when it is not, with its beginning */
  json(): unknown {
    try {
      return jsonParse(this.body);
    } catch {
      throw new SyntaxError(
        `The answer (status ${this.status}) is not JSON: ${stringSlice(this.body, 0, 200)}`,
      );
    }
  }

  /** The body as it came. */
  bytes(): Uint8Array {
    return new NativeUint8Array(this.#bytes);
  }
}

type Send = (url: unknown, options?: HttpOptions) => Promise<HttpReply>;

/** `ctx.http`: `fetch` for the common case, with whole answers. Network errors reject with their code. */
export function createHttpClient(): Record<"get" | "post" | "put" | "patch" | "delete" | "request", Send> {
  const withMethod =
    (method: string): Send =>
    (url, options) =>
      send(method, url, options ?? {});
  return {
    get: withMethod("GET"),
    post: withMethod("POST"),
    put: withMethod("PUT"),
    patch: withMethod("PATCH"),
    delete: withMethod("DELETE"),
    request: (url, options) => send(stringToUpperCase(toText(options?.method ?? "GET")), url, options ?? {}),
  };
}

async function send(method: string, url: unknown, options: HttpOptions): Promise<HttpReply> {
  const headers = new Headers(options.headers);
  const content = requestContent(options, headers);
  const args = {
    url: resolveUrl(url, options.query),
    method,
    headers: headerPairs(headers),
    timeoutMs: options.timeoutMs,
    redirect: "follow",
  };
  const { value, body } = await call("http.request", args, content && contentBytes(content));
  const reply = value as { status: number; headers: HeaderPair[] };
  return new HttpReply(reply.status, reply.headers, body ?? new NativeUint8Array(0));
}

function requestContent(options: HttpOptions, headers: Headers): BodyContent | undefined {
  const { json, form, body } = options;
  if ((json !== undefined ? 1 : 0) + (form !== undefined ? 1 : 0) + (body !== undefined ? 1 : 0) > 1) {
    throw new NativeTypeError("A request takes one of json, form and body");
  }
  const content = json === undefined ? extractContent(form ? toParams(form) : body) : jsonContent(json);
  if (content?.contentType !== undefined) setDefaultHeader(headers, "content-type", content.contentType);
  return content;
}

function jsonContent(json: unknown): BodyContent {
  const text = jsonStringify(json) as string | undefined;
  if (text === undefined) throw new NativeTypeError("json must be data, not a function or a symbol");
  return { data: text, contentType: "application/json" };
}

function resolveUrl(url: unknown, query: Fields | undefined): string {
  const text = url instanceof URL ? serializeUrl(url) : toText(url);
  if (!query) return text;
  const parsed = parseUrl(text);
  appendFields(parsed.searchParams, query);
  return serializeUrl(parsed);
}

function toParams(fields: Fields): URLSearchParams {
  const params = new URLSearchParams();
  appendFields(params, fields);
  return params;
}

function appendFields(params: URLSearchParams, fields: Fields): void {
  const names = objectKeys(fields);
  for (let index = 0; index < names.length; index++) {
    const name = names[index] as string;
    const value = fields[name];
    if (arrayIsArray(value)) for (let at = 0; at < value.length; at++) params.append(name, value[at]);
    else if (value !== undefined && value !== null) params.append(name, value);
  }
}

function toRecord(pairs: readonly HeaderPair[]): Record<string, string> {
  const record = objectCreate(null) as Record<string, string>;
  for (let index = 0; index < pairs.length; index++) {
    const pair = pairs[index] as HeaderPair;
    const earlier = record[pair[0]];
    record[pair[0]] = earlier === undefined ? pair[1] : `${earlier}, ${pair[1]}`;
  }
  return record;
}
