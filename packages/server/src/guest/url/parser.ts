import {
  append,
  regExpTest,
  stringCharCodeAt,
  stringIndexOf,
  stringSlice,
  stringToLowerCase,
} from "../primordials.ts";
import { parseHost } from "./host.ts";
import {
  CONTROL_SET,
  FRAGMENT_SET,
  PATH_SET,
  QUERY_SET,
  SPECIAL_QUERY_SET,
  USERINFO_SET,
  percentEncode,
} from "./percent-encoding.ts";
import {
  type UrlRecord,
  copyPath,
  copyRecord,
  createRecord,
  cutAt,
  isDefaultPort,
  isSpecialScheme,
  isWindowsDrive,
  shortenPath,
  startsWithWindowsDrive,
} from "./record.ts";

const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*$/;
const DIGITS = /^[0-9]*$/;
const SINGLE_DOT = /^(?:\.|%2e)$/i;
const DOUBLE_DOT = /^(?:\.|%2e){2}$/i;
const MAX_PORT = 65_535;
const AUTHORITY_END = /[/?]/;
const SPECIAL_AUTHORITY_END = /[/\\?]/;

/**
 * Reads a URL by the basic URL parser (https://url.spec.whatwg.org/#concept-basic-url-parser), part by part instead of
 * character by character.
 *
 * @returns undefined where the standard says failure
 */
export function parseRecord(input: string, base?: UrlRecord): UrlRecord | undefined {
  const [beforeFragment, fragment] = cutAt(removeBreaks(trimControls(input)), /#/);
  const record = parseBeforeFragment(beforeFragment, base, fragment !== "");
  if (record)
    record.fragment = fragment === "" ? null : percentEncode(stringSlice(fragment, 1), FRAGMENT_SET);
  return record;
}

/** The scheme that stands before the first colon, in lower case. */
export function parseScheme(text: string): string | undefined {
  const [scheme] = cutAt(text, /:/);
  return regExpTest(SCHEME, scheme) ? stringToLowerCase(scheme) : undefined;
}

function parseBeforeFragment(
  text: string,
  base: UrlRecord | undefined,
  hasFragment: boolean,
): UrlRecord | undefined {
  const [, afterScheme] = cutAt(text, /:/);
  const scheme = afterScheme === "" ? undefined : parseScheme(text);
  if (scheme !== undefined) return parseAfterScheme(scheme, stringSlice(afterScheme, 1), base, hasFragment);
  if (!base) return undefined;
  if (typeof base.path === "string") return text === "" && hasFragment ? copyRecord(base) : undefined;
  return base.scheme === "file" ? parseFile(text, base) : parseRelative(text, base);
}

function parseAfterScheme(
  scheme: string,
  rest: string,
  base: UrlRecord | undefined,
  hasFragment: boolean,
): UrlRecord | undefined {
  if (scheme === "file") return parseFile(rest, base?.scheme === "file" ? base : undefined);
  const record = createRecord(scheme);
  if (isSpecialScheme(scheme)) {
    const isRelative = base?.scheme === scheme && stringSlice(rest, 0, 2) !== "//";
    return isRelative ? parseRelative(rest, base) : parseAuthority(record, skipSlashes(rest));
  }
  if (stringSlice(rest, 0, 2) === "//") return parseAuthority(record, stringSlice(rest, 2));
  if (rest[0] === "/") return parsePathAndQuery(record, rest);
  const [path, query] = cutAt(rest, /\?/);
  record.path = percentEncode(path, CONTROL_SET);
  // A blank at the end would be trimmed when the URL is read again without what follows it.
  const isBlankLast = path[path.length - 1] === " " && (query !== "" || hasFragment);
  if (isBlankLast) record.path = `${stringSlice(record.path, 0, record.path.length - 1)}%20`;
  return parseQuery(record, query);
}

function parseRelative(text: string, base: UrlRecord): UrlRecord | undefined {
  const record = createRecord(base.scheme);
  const isSpecial = isSpecialScheme(base.scheme);
  if (isSlash(text[0], isSpecial)) {
    if (isSlash(text[1], isSpecial))
      return parseAuthority(record, isSpecial ? skipSlashes(text) : stringSlice(text, 2));
    copyAuthority(record, base);
    return parsePathAndQuery(record, text);
  }
  copyAuthority(record, base);
  return parseAgainstPath(record, base, text);
}

/** What does not begin with a slash: it goes on where the base's path ends. */
function parseAgainstPath(record: UrlRecord, base: UrlRecord, text: string): UrlRecord {
  record.path = copyPath(base.path as string[]);
  if (text === "") {
    record.query = base.query;
    return record;
  }
  if (text[0] === "?") return parseQuery(record, text);
  if (record.scheme === "file" && startsWithWindowsDrive(text)) record.path = [];
  else shortenPath(record);
  return parseSegments(record, text);
}

function parseFile(text: string, base: UrlRecord | undefined): UrlRecord | undefined {
  const record = createRecord("file");
  record.host = "";
  if (isSlash(text[0], true)) {
    if (isSlash(text[1], true)) return parseFileHost(record, stringSlice(text, 2));
    if (base) {
      record.host = base.host;
      const drive = base.path[0];
      const keepsDrive = drive !== undefined && isWindowsDrive(drive) && drive[1] === ":";
      if (keepsDrive && !startsWithWindowsDrive(stringSlice(text, 1))) record.path = [drive];
    }
    return parseSegments(record, stringSlice(text, 1));
  }
  if (!base) return parseSegments(record, text);
  record.host = base.host;
  return parseAgainstPath(record, base, text);
}

function parseFileHost(record: UrlRecord, text: string): UrlRecord | undefined {
  const [name, rest] = cutAt(text, SPECIAL_AUTHORITY_END);
  if (isWindowsDrive(name)) return parseSegments(record, text);
  if (name !== "") {
    const host = parseHost(name, true);
    if (host === undefined) return undefined;
    record.host = host === "localhost" ? "" : host;
  }
  return parsePathAndQuery(record, rest);
}

function parseAuthority(record: UrlRecord, text: string): UrlRecord | undefined {
  const isSpecial = isSpecialScheme(record.scheme);
  const [authority, rest] = cutAt(text, isSpecial ? SPECIAL_AUTHORITY_END : AUTHORITY_END);
  let hostStart = authority.length;
  while (hostStart > 0 && authority[hostStart - 1] !== "@") hostStart--;
  if (hostStart > 0) readCredentials(record, stringSlice(authority, 0, hostStart - 1));
  const hostAndPort = stringSlice(authority, hostStart);
  if (hostStart > 0 && hostAndPort === "") return undefined;
  return readHostAndPort(record, hostAndPort) ? parsePathAndQuery(record, rest) : undefined;
}

function readCredentials(record: UrlRecord, text: string): void {
  const [username, password] = cutAt(text, /:/);
  record.username = percentEncode(username, USERINFO_SET);
  record.password = percentEncode(stringSlice(password, 1), USERINFO_SET);
}

function readHostAndPort(record: UrlRecord, text: string): boolean {
  const { hostname, port } = splitPort(text);
  const isSpecial = isSpecialScheme(record.scheme);
  if (hostname === "" && (isSpecial || port !== undefined)) return false;
  const host = hostname === "" ? "" : parseHost(hostname, isSpecial);
  if (host === undefined) return false;
  record.host = host;
  return port === undefined || setPort(record, port);
}

/** At the first colon that is not within an IPv6 address. */
export function splitPort(text: string): { hostname: string; port: string | undefined } {
  let isBracketed = false;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (character === "[") isBracketed = true;
    else if (character === "]") isBracketed = false;
    else if (character === ":" && !isBracketed) {
      return { hostname: stringSlice(text, 0, index), port: stringSlice(text, index + 1) };
    }
  }
  return { hostname: text, port: undefined };
}

/** @returns False for what is no port. */
export function setPort(record: UrlRecord, digits: string): boolean {
  if (!regExpTest(DIGITS, digits)) return false;
  const port = +digits;
  if (port > MAX_PORT) return false;
  record.port = digits === "" || isDefaultPort(record.scheme, port) ? null : port;
  return true;
}

/** The path state with what may come before it: a slash that begins the first segment. */
function parsePathAndQuery(record: UrlRecord, text: string): UrlRecord {
  const isSpecial = isSpecialScheme(record.scheme);
  if (isSlash(text[0], isSpecial)) return parseSegments(record, stringSlice(text, 1));
  return isSpecial ? parseSegments(record, text) : parseQuery(record, text);
}

function parseSegments(record: UrlRecord, text: string): UrlRecord {
  const [path, query] = cutAt(text, /\?/);
  appendSegments(record, path);
  return parseQuery(record, query);
}

/** https://url.spec.whatwg.org/#path-state */
export function appendSegments(record: UrlRecord, text: string): void {
  const path = record.path as string[];
  const isSpecial = isSpecialScheme(record.scheme);
  let start = 0;
  for (let index = 0; index <= text.length; index++) {
    const isLast = index === text.length;
    if (!isLast && !isSlash(text[index], isSpecial)) continue;
    const segment = percentEncode(stringSlice(text, start, index), PATH_SET);
    start = index + 1;
    if (regExpTest(DOUBLE_DOT, segment)) {
      shortenPath(record);
      if (isLast) append(path, "");
    } else if (regExpTest(SINGLE_DOT, segment)) {
      if (isLast) append(path, "");
    } else {
      const isDrive = record.scheme === "file" && path.length === 0 && isWindowsDrive(segment);
      append(path, isDrive ? `${segment[0] as string}:` : segment);
    }
  }
}

/** @param text Empty or with its question mark. */
function parseQuery(record: UrlRecord, text: string): UrlRecord {
  if (text !== "") record.query = encodeQuery(record, stringSlice(text, 1));
  return record;
}

export function encodeQuery(record: UrlRecord, text: string): string {
  return percentEncode(text, isSpecialScheme(record.scheme) ? SPECIAL_QUERY_SET : QUERY_SET);
}

function copyAuthority(record: UrlRecord, base: UrlRecord): void {
  record.username = base.username;
  record.password = base.password;
  record.host = base.host;
  record.port = base.port;
}

export function isSlash(character: string | undefined, isSpecial: boolean): boolean {
  return character === "/" || (isSpecial && character === "\\");
}

function skipSlashes(text: string): string {
  let start = 0;
  while (isSlash(text[start], true)) start++;
  return stringSlice(text, start);
}

function trimControls(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && stringCharCodeAt(text, start) <= 0x20) start++;
  while (end > start && stringCharCodeAt(text, end - 1) <= 0x20) end--;
  return stringSlice(text, start, end);
}

/** Tabs and line breaks count as nothing, wherever they stand. */
export function removeBreaks(text: string): string {
  if (stringIndexOf(text, "\n") < 0 && stringIndexOf(text, "\t") < 0 && stringIndexOf(text, "\r") < 0)
    return text;
  let kept = "";
  for (let index = 0; index < text.length; index++) {
    const character = text[index] as string;
    if (character !== "\n" && character !== "\t" && character !== "\r") kept += character;
  }
  return kept;
}
