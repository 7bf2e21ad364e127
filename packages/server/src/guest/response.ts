import { Body, type BodyContent, copyContent, extractContent } from "./body.ts";
import { type HeaderPair, Headers, type HeadersInit, receiveHeaders, setDefaultHeader } from "./headers.ts";
import {
  NativeRangeError,
  NativeTypeError,
  jsonStringify,
  stringCharCodeAt,
  toDictionary,
  toText,
} from "./primordials.ts";
import { URL, parseUrl, serializeUrl } from "./url.ts";

export interface ResponseInit {
  readonly status?: unknown;
  readonly statusText?: unknown;
  readonly headers?: HeadersInit | undefined;
}

/** A response as the host gives it: checked already. */
export interface ReceivedResponse {
  readonly url: string;
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly HeaderPair[];
  readonly redirected: boolean;
  readonly body: Uint8Array | undefined;
}

type ResponseType = "default" | "basic" | "error";

interface ResponseParts {
  readonly type: ResponseType;
  readonly url: string;
  readonly status: number;
  readonly statusText: string;
  readonly headers: Headers;
  readonly redirected: boolean;
  readonly content: BodyContent | undefined;
}

/** Makes the response of a `fetch`. */
export let receiveResponse: (received: ReceivedResponse) => Response;

/** Stands for the body when the second argument is complete and checked; scripts never get hold of it. */
const RESOLVED = {};

/** `Response` of the Fetch standard (https://fetch.spec.whatwg.org/#response-class). */
export class Response extends Body {
  readonly #parts: ResponseParts;

  static {
    receiveResponse = ({ url, status, statusText, headers, redirected, body }) => {
      const content = body && !isNullBodyStatus(status) ? { data: body, contentType: undefined } : undefined;
      const list = receiveHeaders(headers, true);
      return fromParts({ type: "basic", url, status, statusText, headers: list, redirected, content });
    };
  }

  constructor(body?: unknown, init: ResponseInit | ResponseParts = {}) {
    const parts = body === RESOLVED ? (init as ResponseParts) : resolveParts(body, toDictionary(init));
    super(parts.content);
    this.#parts = parts;
  }

  /** A network error, as the standard has it: status 0 and nothing else. */
  static error(): Response {
    const headers = receiveHeaders([], true);
    return fromParts({
      type: "error",
      url: "",
      status: 0,
      statusText: "",
      headers,
      redirected: false,
      content: undefined,
    });
  }

  static json(data: unknown, init: ResponseInit = {}): Response {
    const text = jsonStringify(data) as string | undefined;
    if (text === undefined) {
      throw new NativeTypeError("Response.json needs data, not undefined, a function or a symbol");
    }
    const headers = new Headers(init.headers);
    setDefaultHeader(headers, "content-type", "application/json");
    return new Response(text, { status: init.status, statusText: init.statusText, headers });
  }

  static redirect(url: unknown, status: unknown = 302): Response {
    const location = serializeUrl(parseUrl(url instanceof URL ? serializeUrl(url) : toText(url)));
    const code = Number(status);
    if (code !== 301 && code !== 302 && code !== 303 && code !== 307 && code !== 308) {
      throw new NativeRangeError(`A redirect has status 301, 302, 303, 307 or 308, not ${code}`);
    }
    const headers = receiveHeaders([["location", location]], true);
    return fromParts({ ...resolveParts(null, { status: code }), headers });
  }

  get type(): ResponseType {
    return this.#parts.type;
  }

  get url(): string {
    return this.#parts.url;
  }

  get redirected(): boolean {
    return this.#parts.redirected;
  }

  get status(): number {
    return this.#parts.status;
  }

  get ok(): boolean {
    return this.#parts.status >= 200 && this.#parts.status <= 299;
  }

  get statusText(): string {
    return this.#parts.statusText;
  }

  get headers(): Headers {
    return this.#parts.headers;
  }

  clone(): Response {
    return fromParts({
      ...this.#parts,
      headers: new Headers(this.#parts.headers),
      content: copyContent(this),
    });
  }

  protected override contentType(): string {
    return this.#parts.headers.get("content-type") ?? "";
  }
}

function fromParts(parts: ResponseParts): Response {
  return new Response(RESOLVED, parts);
}

/** https://fetch.spec.whatwg.org/#initialize-a-response */
function resolveParts(body: unknown, init: ResponseInit): ResponseParts {
  const status = init.status === undefined ? 200 : Number(init.status);
  if (!(status >= 200 && status <= 599)) {
    throw new NativeRangeError(`The status of a response must be 200 to 599, not ${status}`);
  }
  const statusText = checkReason(toText(init.statusText ?? ""));
  const headers = new Headers(init.headers);
  if (body !== undefined && body !== null && isNullBodyStatus(status)) {
    throw new NativeTypeError(`A response with status ${status} cannot have a body`);
  }
  const content = extractContent(body);
  if (content?.contentType !== undefined) setDefaultHeader(headers, "content-type", content.contentType);
  return { type: "default", url: "", status: status | 0, statusText, headers, redirected: false, content };
}

/** https://fetch.spec.whatwg.org/#null-body-status */
function isNullBodyStatus(status: number): boolean {
  return status === 101 || status === 103 || status === 204 || status === 205 || status === 304;
}

/** A reason phrase (RFC 9112, 4). */
function checkReason(text: string): string {
  for (let index = 0; index < text.length; index++) {
    const code = stringCharCodeAt(text, index);
    if ((code < 0x20 && code !== 0x09) || code === 0x7f || code > 0xff) {
      throw new NativeTypeError(
        `The status text holds a character that HTTP does not allow at position ${index}`,
      );
    }
  }
  return text;
}
