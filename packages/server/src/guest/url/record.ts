import { regExpTest, stringSlice } from "../primordials.ts";

/** A parsed URL (https://url.spec.whatwg.org/#concept-url); its parts are serialised already. */
export interface UrlRecord {
  scheme: string;
  username: string;
  password: string;
  host: string | null;
  port: number | null;
  /** Segments, or the whole of a path that is no hierarchy. */
  path: string[] | string;
  query: string | null;
  fragment: string | null;
}

/** The special schemes and their ports (https://url.spec.whatwg.org/#special-scheme). */
const DEFAULT_PORTS = {
  __proto__: null,
  file: null,
  ftp: 21,
  http: 80,
  https: 443,
  ws: 80,
  wss: 443,
} as unknown as Readonly<Record<string, number | null | undefined>>;

const WINDOWS_DRIVE = /^[A-Za-z][:|]$/;
const WINDOWS_DRIVE_START = /^[A-Za-z][:|](?:$|[/\\?#])/;

export function createRecord(scheme: string): UrlRecord {
  return {
    scheme,
    username: "",
    password: "",
    host: null,
    port: null,
    path: [],
    query: null,
    fragment: null,
  };
}

export function isSpecialScheme(scheme: string): boolean {
  return DEFAULT_PORTS[scheme] !== undefined;
}

export function isDefaultPort(scheme: string, port: number): boolean {
  return DEFAULT_PORTS[scheme] === port;
}

export function isWindowsDrive(segment: string): boolean {
  return regExpTest(WINDOWS_DRIVE, segment);
}

export function startsWithWindowsDrive(text: string): boolean {
  return regExpTest(WINDOWS_DRIVE_START, text);
}

/** Whether it can have neither user nor port (https://url.spec.whatwg.org/#cannot-have-a-username-password-port). */
export function isWithoutAuthority({ host, scheme }: UrlRecord): boolean {
  return host === null || host === "" || scheme === "file";
}

/** https://url.spec.whatwg.org/#shorten-a-urls-path */
export function shortenPath(record: UrlRecord): void {
  const path = record.path as string[];
  const isDriveOnly = record.scheme === "file" && path.length === 1 && isWindowsDrive(path[0] as string);
  if (path.length > 0 && !(isDriveOnly && (path[0] as string)[1] === ":")) path.length--;
}

export function serializePath({ path }: UrlRecord): string {
  if (typeof path === "string") return path;
  let text = "";
  for (let index = 0; index < path.length; index++) text += `/${path[index] as string}`;
  return text;
}

/** Host and port. */
export function serializeHost({ host, port }: UrlRecord): string {
  if (host === null) return "";
  return port === null ? host : `${host}:${port}`;
}

/** https://url.spec.whatwg.org/#concept-url-serializer */
export function serializeRecord(record: UrlRecord): string {
  const { scheme, username, password, host, path, query, fragment } = record;
  let text = `${scheme}:`;
  if (host !== null) {
    const credentials = username !== "" || password !== "";
    text += `//${username}${password === "" ? "" : `:${password}`}${credentials ? "@" : ""}${serializeHost(record)}`;
  } else if (typeof path !== "string" && path.length > 1 && path[0] === "") {
    // Without it the path would be read as a host.
    text += "/.";
  }
  text += serializePath(record);
  return `${text}${query === null ? "" : `?${query}`}${fragment === null ? "" : `#${fragment}`}`;
}

/** https://url.spec.whatwg.org/#concept-url-origin @param parse What reads the URL inside a `blob:` URL */
export function serializeOrigin(record: UrlRecord, parse: (input: string) => UrlRecord | undefined): string {
  const { scheme } = record;
  if (scheme === "blob") {
    const inner = parse(serializePath(record));
    return inner && (inner.scheme === "http" || inner.scheme === "https")
      ? serializeOrigin(inner, parse)
      : "null";
  }
  return isSpecialScheme(scheme) && scheme !== "file" ? `${scheme}://${serializeHost(record)}` : "null";
}

export function copyRecord(record: UrlRecord): UrlRecord {
  const { path } = record;
  return { ...record, path: typeof path === "string" ? path : copyPath(path) };
}

export function copyPath(path: readonly string[]): string[] {
  const copy: string[] = [];
  for (let index = 0; index < path.length; index++) copy[index] = path[index] as string;
  return copy;
}

/** What of a text comes before the first of some characters, and what begins with it. */
export function cutAt(text: string, characters: RegExp): [before: string, rest: string] {
  let end = 0;
  while (end < text.length && !regExpTest(characters, text[end] as string)) end++;
  return [stringSlice(text, 0, end), stringSlice(text, end)];
}
