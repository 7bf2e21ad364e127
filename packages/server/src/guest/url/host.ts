import { append, regExpTest, stringCharCodeAt, stringSlice } from "../primordials.ts";
import { decodeUtf8WithMark, encodeUtf8 } from "../text-encoding.ts";
import { domainToAscii } from "./idna.ts";
import { CONTROL_SET, hexValue, percentDecode, percentEncode } from "./percent-encoding.ts";

const FORBIDDEN_HOST = /[\0\t\n\r #/:<>?@[\\\]^|]/;
const FORBIDDEN_DOMAIN = /[\0-\x20#%/:<>?@[\\\]^|\x7f]/;
const DECIMAL = /^[0-9]+$/;
const HEXADECIMAL = /^0[xX][0-9A-Fa-f]*$/;
const MAX_IPV4 = 2 ** 32;
const IPV6_PIECES = 8;

/**
 * The serialised host (https://url.spec.whatwg.org/#concept-host-parser); undefined for what is none.
 *
 * @param isSpecial Whether the scheme is one of the web's, whose hosts are domains and addresses
 */
export function parseHost(input: string, isSpecial: boolean): string | undefined {
  if (input[0] === "[") {
    if (input[input.length - 1] !== "]") return undefined;
    const pieces = parseIpv6(stringSlice(input, 1, input.length - 1));
    return pieces && `[${serializeIpv6(pieces)}]`;
  }
  if (!isSpecial) {
    return regExpTest(FORBIDDEN_HOST, input) ? undefined : percentEncode(input, CONTROL_SET);
  }
  const domain = domainToAscii(decodeUtf8WithMark(percentDecode(encodeUtf8(input))));
  if (domain === undefined || domain === "" || regExpTest(FORBIDDEN_DOMAIN, domain)) return undefined;
  const parts = splitAt(domain, ".");
  return endsInNumber(parts) ? parseIpv4(parts) : domain;
}

export function splitAt(text: string, separator: string): string[] {
  const parts: string[] = [];
  let start = 0;
  for (let index = 0; index <= text.length; index++) {
    if (index < text.length && text[index] !== separator) continue;
    append(parts, stringSlice(text, start, index));
    start = index + 1;
  }
  return parts;
}

/** https://url.spec.whatwg.org/#ends-in-a-number-checker */
function endsInNumber(parts: readonly string[]): boolean {
  let last = parts[parts.length - 1] as string;
  if (last === "") {
    if (parts.length === 1) return false;
    last = parts[parts.length - 2] as string;
  }
  return regExpTest(DECIMAL, last) || regExpTest(HEXADECIMAL, last);
}

/** https://url.spec.whatwg.org/#concept-ipv4-parser: up to four numbers, the last of which fills what is left. */
function parseIpv4(parts: readonly string[]): string | undefined {
  const count = parts[parts.length - 1] === "" && parts.length > 1 ? parts.length - 1 : parts.length;
  if (count > 4) return undefined;
  let address = 0;
  for (let index = 0; index < count; index++) {
    const number = parseIpv4Number(parts[index] as string);
    if (!(number >= 0)) return undefined;
    if (index < count - 1) {
      if (number > 255) return undefined;
      address += number * 256 ** (3 - index);
    } else {
      if (number >= 256 ** (5 - count)) return undefined;
      address += number;
    }
  }
  if (address >= MAX_IPV4) return undefined;
  const bits = address >>> 0;
  return `${bits >>> 24}.${(bits >>> 16) & 255}.${(bits >>> 8) & 255}.${bits & 255}`;
}

/** Decimal, octal or hexadecimal; NaN for what is none of them. */
function parseIpv4Number(text: string): number {
  if (text === "") return NaN;
  let radix = 10;
  let start = 0;
  if (regExpTest(HEXADECIMAL, text)) {
    radix = 16;
    start = 2;
  } else if (text[0] === "0" && text.length > 1) {
    radix = 8;
    start = 1;
  }
  let number = 0;
  for (let index = start; index < text.length; index++) {
    const digit = hexValue(stringCharCodeAt(text, index));
    if (digit < 0 || digit >= radix) return NaN;
    number = number * radix + digit;
  }
  return number;
}

/** https://url.spec.whatwg.org/#concept-ipv6-parser */
function parseIpv6(text: string): number[] | undefined {
  const pieces: number[] = [];
  let compressAt = -1;
  let at = 0;
  if (text[0] === ":") {
    if (text[1] !== ":") return undefined;
    at = 2;
    compressAt = 0;
  }
  while (at < text.length) {
    if (pieces.length === IPV6_PIECES) return undefined;
    if (text[at] === ":") {
      if (compressAt >= 0) return undefined;
      at++;
      compressAt = pieces.length;
      continue;
    }
    const start = at;
    let piece = 0;
    while (at < text.length && at - start < 4 && hexValue(stringCharCodeAt(text, at)) >= 0) {
      piece = piece * 16 + hexValue(stringCharCodeAt(text, at++));
    }
    if (text[at] === ".") {
      if (at === start || pieces.length > IPV6_PIECES - 2 || !appendIpv4(pieces, stringSlice(text, start)))
        return undefined;
      break;
    }
    if (text[at] === ":") {
      if (++at === text.length) return undefined;
    } else if (at < text.length) {
      return undefined;
    }
    append(pieces, piece);
  }
  if (compressAt < 0) return pieces.length === IPV6_PIECES ? pieces : undefined;
  return pieces.length === IPV6_PIECES ? undefined : expand(pieces, compressAt);
}

/** Four decimal numbers at the end of an IPv6 address. */
function appendIpv4(pieces: number[], text: string): boolean {
  const parts = splitAt(text, ".");
  if (parts.length !== 4) return false;
  for (let index = 0; index < 4; index++) {
    const part = parts[index] as string;
    const isDecimal = regExpTest(DECIMAL, part) && (part.length === 1 || part[0] !== "0");
    if (!isDecimal || +part > 255) return false;
    if (index % 2 === 0) append(pieces, +part * 256);
    else pieces[pieces.length - 1] = (pieces[pieces.length - 1] as number) + +part;
  }
  return true;
}

function expand(pieces: readonly number[], compressAt: number): number[] {
  const expanded: number[] = [];
  const missing = IPV6_PIECES - pieces.length;
  for (let index = 0; index < compressAt; index++) append(expanded, pieces[index] as number);
  for (let index = 0; index < missing; index++) append(expanded, 0);
  for (let index = compressAt; index < pieces.length; index++) append(expanded, pieces[index] as number);
  return expanded;
}

/** https://url.spec.whatwg.org/#concept-ipv6-serializer: the first longest run of two or more zeros is left out. */
function serializeIpv6(pieces: readonly number[]): string {
  let runStart = -1;
  let runLength = 1;
  for (let start = 0; start < IPV6_PIECES; start++) {
    let length = 0;
    while (start + length < IPV6_PIECES && pieces[start + length] === 0) length++;
    if (length > runLength) {
      runStart = start;
      runLength = length;
    }
  }
  let text = "";
  for (let index = 0; index < IPV6_PIECES; index++) {
    if (index === runStart) {
      text += index === 0 ? "::" : ":";
      index += runLength - 1;
    } else {
      text += `${numberToHex(pieces[index] as number)}${index < IPV6_PIECES - 1 ? ":" : ""}`;
    }
  }
  return text;
}

function numberToHex(piece: number): string {
  let text = "";
  for (let rest = piece; rest > 0; rest >>>= 4) text = `${"0123456789abcdef"[rest & 15] as string}${text}`;
  return text === "" ? "0" : text;
}
