import {
  append,
  regExpTest,
  stringCodePointAt,
  stringNormalize,
  stringSlice,
  stringToLowerCase,
  stringToUpperCase,
  textOfCodePoint,
} from "../primordials.ts";
import { decodePunycode, encodePunycode } from "./punycode.ts";

/** Characters that stand as they are although case folding would change them. */
const DEVIATIONS = /^[ßςı]$/;
const FULL_STOPS = /^[.\u3002\uff0e\uff61]$/;
const CHEROKEE = /^\p{Script=Cherokee}$/u;
/** Default ignorable code points, but for joiners, marks of direction and what is reserved. */
const IGNORED =
  /^(?![\u061c\u200c-\u200f\u202a-\u202e\u2065-\u2069\ufff0-\ufff8\u{e0000}-\u{e00ff}\u{e01f0}-\u{e0fff}])\p{Default_Ignorable_Code_Point}$/u;
/**
 * What no domain may hold once it is mapped: controls, formats, blanks, what is unassigned or private, and the
 * characters that describe others. Joiners are allowed by rules of scripts that no guest needs: they are refused.
 */
const DISALLOWED = /[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Cs}\p{Zs}\p{Zl}\p{Zp}\u2ff0-\u2fff\u31ef\ufffc\ufffd]/u;
const COMBINING_FIRST = /^\p{M}/u;
const ASCII_ONLY = /^[\0-\x7f]*$/;

/** Letters written from right to left, digits of Arabic among them apart, and letters written the other way. */
const RTL = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const RTL_LETTER =
  /(?=[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}])[\p{L}\p{Nl}\p{No}]/u;
const LTR_LETTER =
  /(?![\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}])[\p{L}\p{Mc}]/u;
const RTL_START =
  /^(?=[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}])\p{L}/u;
const RTL_END = /[\p{L}\p{N}]\p{Mn}*$/u;

/**
 * A domain as DNS has it (https://url.spec.whatwg.org/#concept-domain-to-ascii): mapped by UTS #46, non-transitional,
 * each label in Punycode where it is not ASCII. The mapping is made of the engine's own Unicode data.
 *
 * @returns undefined for what no domain can be
 */
export function domainToAscii(domain: string): string | undefined {
  // Registries see to it that Punycode is right; the standard leaves alone what is ASCII.
  if (regExpTest(ASCII_ONLY, domain)) return stringToLowerCase(domain);
  const mapped = mapDomain(domain);
  if (mapped === undefined) return undefined;
  const labels = splitLabels(mapped);
  const unicode: string[] = [];
  let ascii = "";
  for (let index = 0; index < labels.length; index++) {
    const label = decodeLabel(labels[index] as string);
    if (label === undefined || (!regExpTest(ASCII_ONLY, label) && !isValidLabel(label))) return undefined;
    append(unicode, label);
    ascii += `${index > 0 ? "." : ""}${encodeLabel(label)}`;
  }
  return isBidiValid(unicode) ? ascii : undefined;
}

function mapDomain(domain: string): string | undefined {
  let mapped = "";
  for (let index = 0; index < domain.length;) {
    const character = textOfCodePoint(stringCodePointAt(domain, index) as number);
    index += character.length;
    const replacement = mapCharacter(character);
    if (replacement === undefined) return undefined;
    mapped += replacement;
  }
  return stringNormalize(mapped, "NFC");
}

/** https://www.unicode.org/reports/tr46/#Table_Data_File_Derivation: compatibility characters and cases are folded. */
function mapCharacter(character: string): string | undefined {
  if (regExpTest(FULL_STOPS, character)) return ".";
  if (regExpTest(DEVIATIONS, character)) return character;
  if (regExpTest(IGNORED, character)) return "";
  const folded = foldAll(foldAll(stringNormalize(character, "NFKC")));
  // What only looks like a full stop must not become one.
  for (let index = 0; index < folded.length; index++)
    if (regExpTest(FULL_STOPS, folded[index] as string)) return undefined;
  return folded;
}

function foldAll(text: string): string {
  let folded = "";
  for (let index = 0; index < text.length;) {
    const character = textOfCodePoint(stringCodePointAt(text, index) as number);
    index += character.length;
    folded += foldCase(character);
  }
  return stringNormalize(folded, "NFKC");
}

function foldCase(character: string): string {
  if (character === "ς") return "σ";
  if (character === "ẞ" || character === "ß") return "ß";
  if (character === "ı") return character;
  const upper = stringToUpperCase(character);
  return regExpTest(CHEROKEE, character) ? upper : stringToLowerCase(upper);
}

function splitLabels(domain: string): string[] {
  const labels: string[] = [];
  let start = 0;
  for (let index = 0; index <= domain.length; index++) {
    if (index < domain.length && domain[index] !== ".") continue;
    append(labels, stringSlice(domain, start, index));
    start = index + 1;
  }
  return labels;
}

/** A label as people write it; undefined for Punycode that is none, or that hides what needs none. */
function decodeLabel(label: string): string | undefined {
  if (stringSlice(label, 0, 4) !== "xn--") return label;
  const codes = regExpTest(ASCII_ONLY, label) ? decodePunycode(stringSlice(label, 4)) : undefined;
  if (!codes) return undefined;
  let decoded = "";
  for (let index = 0; index < codes.length; index++) decoded += textOfCodePoint(codes[index] as number);
  const isHonest = !regExpTest(ASCII_ONLY, decoded) && mapDomainLabel(decoded) === decoded;
  return isHonest ? decoded : undefined;
}

function mapDomainLabel(label: string): string | undefined {
  const mapped = mapDomain(label);
  return mapped !== undefined && splitLabels(mapped).length === 1 ? mapped : undefined;
}

function encodeLabel(label: string): string {
  if (regExpTest(ASCII_ONLY, label)) return label;
  const codes: number[] = [];
  for (let index = 0; index < label.length;) {
    const code = stringCodePointAt(label, index) as number;
    append(codes, code);
    index += code > 0xffff ? 2 : 1;
  }
  return `xn--${encodePunycode(codes)}`;
}

/** https://www.unicode.org/reports/tr46/#Validity_Criteria */
function isValidLabel(label: string): boolean {
  return !regExpTest(DISALLOWED, label) && !regExpTest(COMBINING_FIRST, label);
}

/** The rule of https://www.rfc-editor.org/rfc/rfc5893#section-2, by letters and digits. */
function isBidiValid(labels: readonly string[]): boolean {
  if (!holdsRtl(labels)) return true;
  for (let index = 0; index < labels.length; index++) {
    const label = labels[index] as string;
    if (label === "") continue;
    const isRtl = regExpTest(RTL_START, label);
    if (regExpTest(isRtl ? LTR_LETTER : RTL_LETTER, label) || !regExpTest(RTL_END, label)) return false;
    if (!isRtl && !regExpTest(LTR_LETTER, label[0] as string)) return false;
  }
  return true;
}

function holdsRtl(labels: readonly string[]): boolean {
  for (let index = 0; index < labels.length; index++)
    if (regExpTest(RTL, labels[index] as string)) return true;
  return false;
}
