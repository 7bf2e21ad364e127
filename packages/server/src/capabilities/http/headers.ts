import { createHttpError } from "./errors.ts";

/** Name and value; order and repetition are kept. */
export type HeaderEntry = readonly [name: string, value: string];

/** Limits on the headers of a request. */
const MAX_HEADERS = 100;
const MAX_HEADER_BYTES = 16 * 1024;

/** Field names are tokens, field values printable ASCII, tab and obsolete text: RFC 9110 section 5. */
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Framing, routing and the connection itself are ours (RFC 9110 section 7.6.1, RFC 9112). */
const CONNECTION_HEADERS: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "expect",
  "host",
  "http2-settings",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);
/** A service behind an allowed internal host may believe what they say about the client. */
const FORWARDING_HEADERS = /^(?:forwarded|via|x-forwarded-.*|x-real-ip|proxy-.*)$/;

/** What goes with the body: the Fetch standard's request-body-header names. */
const BODY_HEADERS: ReadonlySet<string> = new Set([
  "content-encoding",
  "content-language",
  "content-location",
  "content-type",
]);

/** Headers that cannot hold a secret of the first origin. */
const PORTABLE_HEADERS: ReadonlySet<string> = new Set([
  ...BODY_HEADERS,
  "accept",
  "accept-encoding",
  "accept-language",
  "cache-control",
  "if-modified-since",
  "if-none-match",
  "pragma",
  "range",
  "user-agent",
]);

/** Sent when the script does not say otherwise; the encodings are those that `readBody` undoes. */
const DEFAULT_HEADERS: readonly HeaderEntry[] = [
  ["accept", "*/*"],
  ["accept-encoding", "gzip, br, zstd"],
  ["user-agent", "skerry"],
];

/**
 * Checks the headers of a script's request and adds the defaults.
 *
 * @throws CapabilityError `HTTP_HEADER_REFUSED` naming the header; never its value, which may be a secret.
 */
export function prepareHeaders(headers: readonly HeaderEntry[]): HeaderEntry[] {
  const prepared = headers.map(([name, value]): HeaderEntry => [checkName(name), checkValue(name, value)]);
  const bytes = prepared.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  if (bytes > MAX_HEADER_BYTES) {
    refuse(`The request's headers have ${bytes} bytes; at most ${MAX_HEADER_BYTES} are allowed.`);
  }
  const names = new Set(prepared.map(([name]) => name));
  return [...prepared, ...DEFAULT_HEADERS.filter(([name]) => !names.has(name))];
}

/** Drops what describes a body, for a redirect that turns the request into a GET. */
export function dropBodyHeaders(headers: readonly HeaderEntry[]): HeaderEntry[] {
  return headers.filter(([name]) => !BODY_HEADERS.has(name));
}

/**
 * Keeps what may follow a redirect to another origin. The Fetch standard drops `Authorization` alone and leaves
 * the rest to CORS, which a server does not have: an API key in a header of its own would follow.
 */
export function keepPortableHeaders(headers: readonly HeaderEntry[]): HeaderEntry[] {
  return headers.filter(([name]) => PORTABLE_HEADERS.has(name));
}

/** The combined value of a header, or undefined when it is absent (RFC 9110 section 5.3). */
export function findHeader(headers: readonly HeaderEntry[], name: string): string | undefined {
  const values = headers.filter((entry) => entry[0] === name).map((entry) => entry[1]);
  return values.length === 0 ? undefined : values.join(", ");
}

/** Pairs undici's flat list of raw response headers; bytes are read as latin1 and names in lower case. */
export function pairRawHeaders(raw: ReadonlyArray<string | Buffer>): HeaderEntry[] {
  const entries: HeaderEntry[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    entries.push([readRaw(raw[index]).toLowerCase(), readRaw(raw[index + 1])]);
  }
  return entries;
}

function readRaw(text: string | Buffer | undefined): string {
  return typeof text === "string" ? text : (text?.toString("latin1") ?? "");
}

/** The name in lower case. @throws CapabilityError `HTTP_HEADER_REFUSED`. */
export function checkName(name: string): string {
  const lower = name.toLowerCase();
  if (!NAME.test(name)) refuse(`${JSON.stringify(name)} is not a header name.`);
  if (CONNECTION_HEADERS.has(lower)) refuse(`The header ${lower} belongs to the connection; leave it out.`);
  if (FORWARDING_HEADERS.test(lower)) refuse(`The header ${lower} belongs to proxies; leave it out.`);
  return lower;
}

/** @throws CapabilityError `HTTP_HEADER_REFUSED` when there are too many. */
export function checkHeaderCount(count: number): void {
  if (count > MAX_HEADERS) {
    refuse(`The request has ${count} headers; at most ${MAX_HEADERS} are allowed.`);
  }
}

/** Whether a value that the host made can be sent. */
export function isHeaderValue(value: string): boolean {
  return VALUE.test(value) && value.length <= MAX_HEADER_BYTES;
}

function checkValue(name: string, value: string): string {
  if (!VALUE.test(value)) {
    refuse(
      `The value of the header ${name} holds a line break, control character or a character above U+00FF.`,
    );
  }
  return value;
}

function refuse(message: string): never {
  throw createHttpError("HTTP_HEADER_REFUSED", message);
}
