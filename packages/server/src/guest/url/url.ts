import { NativeTypeError, stringSlice, stringToWellFormed, toText } from "../primordials.ts";
import { parseHost } from "./host.ts";
import {
  appendSegments,
  encodeQuery,
  isSlash,
  parseRecord,
  parseScheme,
  removeBreaks,
  setPort,
  splitPort,
} from "./parser.ts";
import { FRAGMENT_SET, USERINFO_SET, percentEncode } from "./percent-encoding.ts";
import {
  type UrlRecord,
  cutAt,
  isDefaultPort,
  isSpecialScheme,
  isWithoutAuthority,
  serializeHost,
  serializeOrigin,
  serializePath,
  serializeRecord,
} from "./record.ts";
import { type URLSearchParams, bindParams, resetParams } from "./search-params.ts";

/** The serialised absolute URL, whatever a script did to `URL.prototype`. */
export let serializeUrl: (url: URL) => string;

/** `URL` of the URL standard (https://url.spec.whatwg.org/#url-class). @throws TypeError for what is no URL */
export class URL {
  #record: UrlRecord;
  #params: URLSearchParams | undefined;

  static {
    serializeUrl = (url) => serializeRecord(url.#record);
  }

  constructor(url: unknown, base?: unknown) {
    const record = resolve(url, base);
    if (!record) throw invalid(url);
    this.#record = record;
  }

  static canParse(url: unknown, base?: unknown): boolean {
    return resolve(url, base) !== undefined;
  }

  static parse(url: unknown, base?: unknown): URL | null {
    return URL.canParse(url, base) ? new URL(url, base) : null;
  }

  get href(): string {
    return serializeRecord(this.#record);
  }

  set href(value: unknown) {
    const record = parseRecord(toScalars(value));
    if (!record) throw invalid(value);
    this.#record = record;
    this.#resetParams();
  }

  get origin(): string {
    return serializeOrigin(this.#record, parseRecord);
  }

  get protocol(): string {
    return `${this.#record.scheme}:`;
  }

  set protocol(value: unknown) {
    const record = this.#record;
    const parsed = parseScheme(removeBreaks(toScalars(value)));
    if (parsed === undefined || isSpecialScheme(parsed) !== isSpecialScheme(record.scheme)) return;
    const hasAuthority = record.username !== "" || record.password !== "" || record.port !== null;
    if ((parsed === "file" && hasAuthority) || (record.scheme === "file" && record.host === "")) return;
    record.scheme = parsed;
    if (record.port !== null && isDefaultPort(parsed, record.port)) record.port = null;
  }

  get username(): string {
    return this.#record.username;
  }

  set username(value: unknown) {
    const text = toScalars(value);
    if (!isWithoutAuthority(this.#record)) this.#record.username = percentEncode(text, USERINFO_SET);
  }

  get password(): string {
    return this.#record.password;
  }

  set password(value: unknown) {
    const text = toScalars(value);
    if (!isWithoutAuthority(this.#record)) this.#record.password = percentEncode(text, USERINFO_SET);
  }

  get host(): string {
    return serializeHost(this.#record);
  }

  set host(value: unknown) {
    this.#setHost(toScalars(value), true);
  }

  get hostname(): string {
    return this.#record.host ?? "";
  }

  set hostname(value: unknown) {
    this.#setHost(toScalars(value), false);
  }

  get port(): string {
    const { port } = this.#record;
    return port === null ? "" : `${port}`;
  }

  set port(value: unknown) {
    const text = toScalars(value);
    if (isWithoutAuthority(this.#record)) return;
    if (text === "") this.#record.port = null;
    else setLeadingPort(this.#record, removeBreaks(text));
  }

  get pathname(): string {
    return serializePath(this.#record);
  }

  set pathname(value: unknown) {
    const text = removeBreaks(toScalars(value));
    const record = this.#record;
    if (typeof record.path === "string") return;
    record.path = [];
    const isSpecial = isSpecialScheme(record.scheme);
    if (isSlash(text[0], isSpecial)) appendSegments(record, stringSlice(text, 1));
    else if (isSpecial || text !== "" || record.host === null) appendSegments(record, text);
  }

  get search(): string {
    const { query } = this.#record;
    return query === null || query === "" ? "" : `?${query}`;
  }

  set search(value: unknown) {
    const text = toScalars(value);
    const query = removeBreaks(text[0] === "?" ? stringSlice(text, 1) : text);
    this.#record.query = text === "" ? null : encodeQuery(this.#record, query);
    this.#resetParams();
  }

  get searchParams(): URLSearchParams {
    this.#params ??= bindParams(this.#record.query ?? "", (query) => {
      this.#record.query = query === "" ? null : query;
    });
    return this.#params;
  }

  get hash(): string {
    const { fragment } = this.#record;
    return fragment === null || fragment === "" ? "" : `#${fragment}`;
  }

  set hash(value: unknown) {
    const text = toScalars(value);
    const fragment = removeBreaks(text[0] === "#" ? stringSlice(text, 1) : text);
    this.#record.fragment = text === "" ? null : percentEncode(fragment, FRAGMENT_SET);
  }

  toString(): string {
    return serializeRecord(this.#record);
  }

  toJSON(): string {
    return serializeRecord(this.#record);
  }

  /** https://url.spec.whatwg.org/#host-state and what follows it, with a state override */
  #setHost(value: string, withPort: boolean): void {
    const record = this.#record;
    if (typeof record.path === "string") return;
    const isSpecial = isSpecialScheme(record.scheme);
    const [authority] = cutAt(removeBreaks(value), isSpecial ? /[/\\?#]/ : /[/?#]/);
    if (record.scheme === "file") return setFileHost(record, authority);
    const { hostname, port } = splitPort(authority);
    const isBare = record.username === "" && record.password === "" && record.port === null;
    if (hostname === "" && (isSpecial || port !== undefined || !isBare)) return;
    if (port !== undefined && !withPort) return;
    const host = hostname === "" ? "" : parseHost(hostname, isSpecial);
    if (host === undefined) return;
    record.host = host;
    if (port !== undefined) setLeadingPort(record, port);
  }

  #resetParams(): void {
    if (this.#params) resetParams(this.#params, this.#record.query ?? "");
  }
}

/** @throws TypeError when it is invalid */
export function parseUrl(input: string): URL {
  return new URL(input);
}

function resolve(url: unknown, base: unknown): UrlRecord | undefined {
  const input = toScalars(url);
  if (base === undefined) return parseRecord(input);
  const parsedBase = parseRecord(toScalars(base));
  return parsedBase && parseRecord(input, parsedBase);
}

function setFileHost(record: UrlRecord, name: string): void {
  const host = name === "" ? "" : parseHost(name, true);
  if (host !== undefined) record.host = host === "localhost" ? "" : host;
}

/** The digits that a text begins with; what follows them does not count. */
function setLeadingPort(record: UrlRecord, text: string): void {
  const [digits] = cutAt(text, /[^0-9]/);
  if (digits !== "") setPort(record, digits);
}

function invalid(url: unknown): TypeError {
  return new NativeTypeError(`Invalid URL: ${stringSlice(toText(url), 0, 200)}`);
}

function toScalars(value: unknown): string {
  return stringToWellFormed(toText(value));
}
