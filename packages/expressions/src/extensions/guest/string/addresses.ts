/** Characters that end the local part of an e-mail address; quoted local parts are not read. */
const LOCAL_PART_END = /[\s<>()[\]\\,;:@"]/;

/** Longest host name with some room, so that no more of a text is looked at. */
const MAX_HOST_CHARS = 512;

interface Patterns {
  /** Host of an e-mail address, from its beginning. */
  readonly mailHost: RegExp;
  readonly wholeDomain: RegExp;
  readonly wholeUrl: RegExp;
  readonly anyUrl: RegExp;
  /** A whole URL or domain; its group is the host. */
  readonly host: RegExp;
}

/** Made when they are first needed: the classes of letters take a millisecond, which every start would pay. */
let patterns: Patterns | undefined;

function getPatterns(): Patterns {
  return (patterns ??= createPatterns());
}

function createPatterns(): Patterns {
  const label = String.raw`[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?`;
  const domain = String.raw`(?:${label}\.){1,32}\p{L}{2,63}`;
  const ipv4 = String.raw`\d{1,3}(?:\.\d{1,3}){3}`;
  const host = `(?:${ipv4}|${domain}|localhost)`;
  const head = String.raw`(?:https?|ftp):\/\/(?:[^\s\/?#@]{1,256}@)?`;
  const rest = String.raw`(?::\d{1,5})?(?:[\/?#]\S*)?`;
  return {
    mailHost: new RegExp(String.raw`^(?:${domain}|\[${ipv4}\])`, "u"),
    wholeDomain: new RegExp(`^${host}${rest}$`, "iu"),
    wholeUrl: new RegExp(`^${head}${host}${rest}$`, "iu"),
    anyUrl: new RegExp(String.raw`${head}${host}\S*`, "iu"),
    host: new RegExp(`^(?:${head})?(${host})${rest}$`, "iu"),
  };
}

export interface EmailAddress {
  readonly text: string;
  readonly domain: string;
}

/** The first e-mail address in a text. Domains need a dot; `[127.0.0.1]` is one too. */
export function findEmail(text: string): EmailAddress | undefined {
  for (let at = text.indexOf("@"); at !== -1; at = text.indexOf("@", at + 1)) {
    const local = localPartBefore(text, at);
    const domain = local && getPatterns().mailHost.exec(text.slice(at + 1, at + 1 + MAX_HOST_CHARS))?.[0];
    if (domain) return { text: `${local}@${domain}`, domain };
  }
  return undefined;
}

function localPartBefore(text: string, at: number): string {
  let start = at;
  while (start > 0 && !LOCAL_PART_END.test(text.charAt(start - 1))) start--;
  while (text.charAt(start) === ".") start++;
  return text.charAt(at - 1) === "." ? "" : text.slice(start, at);
}

/** Whether the whole text is a host with or without port, path and query, but without a scheme. */
export function isDomain(text: string): boolean {
  return getPatterns().wholeDomain.test(text);
}

/** Whether the whole text is an http, https or ftp URL with a domain, IPv4 address or localhost. */
export function isUrl(text: string): boolean {
  return getPatterns().wholeUrl.test(text);
}

/** The first http, https or ftp URL, up to the next white space. */
export function findUrl(text: string): string | undefined {
  return getPatterns().anyUrl.exec(text)?.[0];
}

/** The host of a text that is a URL or domain from its beginning to its end. */
export function hostOf(text: string): string | undefined {
  return getPatterns().host.exec(text)?.[1];
}

/** The path of a text that begins with a scheme and `//`, as it stands there; "/" if it is empty. */
export function pathOf(text: string): string | undefined {
  const path = /^[a-z][a-z\d+.-]*:\/\/[^/?#]*([^?#]*)/i.exec(text)?.[1];
  return path === "" ? "/" : path;
}
