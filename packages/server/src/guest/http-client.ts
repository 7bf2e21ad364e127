import { type BodyContent, type BodyInit, extractContent } from "./body.ts";
import { FormData } from "./form-data.ts";
import { type HeaderPair, Headers, type HeadersInit, headerPairs, setDefaultHeader } from "./headers.ts";
import { exchange } from "./http-exchange.ts";
import { encodeMultipart } from "./multipart.ts";
import {
  NativeTypeError,
  NativeUint8Array,
  append,
  arrayIsArray,
  iteratorSymbol,
  jsonParse,
  jsonStringify,
  objectCreate,
  objectKeys,
  stringToUpperCase,
  stringSlice,
  toText,
} from "./primordials.ts";
import { type SecretName, SecretReference, readReference } from "./secret-reference.ts";
import { decodeUtf8 } from "./text-encoding.ts";
import { URL, URLSearchParams, parseUrl, serializeParams, serializeUrl } from "./url.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Text, or the secret that holds it. */
type Value = string | SecretReference;

/** A token for `Authorization: Bearer`, or what `Authorization: Basic` is made of. */
type Auth = Value | { readonly username: string; readonly password: Value };

interface Retry {
  /** Tries at most, the first among them. */
  readonly attempts: number;
  readonly backoffMs?: number;
  readonly on?: readonly number[];
  /** Also for methods that may do twice what was asked for once. */
  readonly unsafe?: boolean;
}

/** What a request can be made with; at most one of `json`, `form`, `multipart` and `body`. */
export interface HttpOptions {
  readonly method?: string;
  /** Added to the query of the URL; a list repeats its name, `null` and `undefined` are left out. */
  readonly query?: Fields;
  readonly headers?: HeadersInit;
  readonly auth?: Auth;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as `application/x-www-form-urlencoded`. */
  readonly form?: Fields;
  /** Sent as `multipart/form-data`; a value may be a Blob. */
  readonly multipart?: Fields;
  readonly body?: BodyInit;
  /** Longest time for the whole exchange in ms, within the host's own limit. */
  readonly timeoutMs?: number;
  /** Default: it is tried once. */
  readonly retry?: Retry;
  readonly redirect?: string;
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

type Method = "get" | "post" | "put" | "patch" | "delete" | "request";

interface HttpClient extends Record<Method, Send> {
  secret(name: unknown): SecretReference;
}

/** `ctx.http`: `fetch` for the common case, with whole answers. Network errors reject with their code. */
export function createHttpClient(): HttpClient {
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
    secret: (name) => new SecretReference(name),
  };
}

async function send(method: string, url: unknown, options: HttpOptions): Promise<HttpReply> {
  const { headers, secrets } = splitHeaders(options.headers);
  const content = requestContent(options, headers);
  const pairs: [string, string | SecretName][] = headerPairs(headers) as [string, string][];
  for (let index = 0; index < secrets.length; index++) append(pairs, secrets[index] as [string, SecretName]);
  const args = {
    url: resolveUrl(url, options.query),
    method,
    headers: pairs,
    auth: resolveAuth(options.auth),
    timeoutMs: options.timeoutMs,
    redirect: options.redirect,
    retry: options.retry,
  };
  const { value, body } = await exchange(args, content);
  const reply = value as { status: number; headers: HeaderPair[] };
  return new HttpReply(reply.status, reply.headers, body ?? new NativeUint8Array(0));
}

/** References cannot be headers of the Fetch standard: they cross beside those. */
function splitHeaders(init: HeadersInit | undefined) {
  const secrets: [string, SecretName][] = [];
  const take = (name: unknown, value: unknown): boolean => {
    const reference = readReference(value);
    if (reference) append(secrets, [toText(name), reference]);
    return reference !== undefined;
  };
  if (typeof init !== "object" || init === null || init instanceof Headers) {
    return { headers: new Headers(init), secrets };
  }
  if (arrayIsArray(init)) {
    const plain: unknown[][] = [];
    for (let index = 0; index < init.length; index++) {
      const pair = init[index] as unknown[];
      if (!arrayIsArray(pair) || !take(pair[0], pair[1])) append(plain, pair);
    }
    return { headers: new Headers(plain), secrets };
  }
  if (iteratorSymbol in init) return { headers: new Headers(init), secrets };
  const plain = objectCreate(null) as Record<string, unknown>;
  const names = objectKeys(init);
  for (let index = 0; index < names.length; index++) {
    const name = names[index] as string;
    const value = init[name];
    if (!take(name, value)) plain[name] = value;
  }
  return { headers: new Headers(plain), secrets };
}

function resolveAuth(auth: Auth | undefined): object | undefined {
  if (auth === undefined) return undefined;
  if (typeof auth === "string") return { bearer: auth };
  const bearer = readReference(auth);
  if (bearer) return { bearer };
  if (typeof auth !== "object" || auth === null) {
    throw new NativeTypeError("auth must be a token, secret(…), or an object with username and password");
  }
  const { username, password } = auth as { readonly username: string; readonly password: Value };
  return { username, password: readReference(password) ?? password };
}

function requestContent(options: HttpOptions, headers: Headers): BodyContent | undefined {
  const given: BodyContent[] = [];
  const { json, form, multipart, body } = options;
  if (json !== undefined) append(given, jsonContent(json));
  if (form !== undefined) append(given, extractContent(toParams(form)) as BodyContent);
  if (multipart !== undefined) append(given, encodeMultipart(toForm(multipart)));
  if (body !== undefined && body !== null) append(given, extractContent(body) as BodyContent);
  if (given.length > 1) throw new NativeTypeError("A request takes one of json, form, multipart and body");
  const content = given[0];
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
  if (query === undefined) return text;
  const parsed = parseUrl(text);
  const added = serializeParams(toParams(query));
  if (added !== "") parsed.search = parsed.search === "" ? added : `${parsed.search}&${added}`;
  return serializeUrl(parsed);
}

function toParams(fields: Fields): URLSearchParams {
  const params = new URLSearchParams();
  appendFields(params, fields);
  return params;
}

function toForm(fields: Fields): FormData {
  const form = new FormData();
  appendFields(form, fields);
  return form;
}

function appendFields(target: { append(name: string, value: unknown): void }, fields: Fields): void {
  if (typeof fields !== "object" || fields === null || arrayIsArray(fields)) {
    throw new NativeTypeError("query, form and multipart take an object of names and values");
  }
  const names = objectKeys(fields);
  for (let index = 0; index < names.length; index++) {
    const name = names[index] as string;
    const value = fields[name];
    if (arrayIsArray(value)) for (let at = 0; at < value.length; at++) target.append(name, value[at]);
    else if (value !== undefined && value !== null) target.append(name, value);
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
