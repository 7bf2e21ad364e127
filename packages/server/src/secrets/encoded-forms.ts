import { MIN_PATTERN_LENGTH } from "./text-matcher.ts";

/** Shorter ones would be found in texts that have nothing to do with the secret. */
const MIN_FRAGMENT_LENGTH = 8;

/**
 * The forms in which a value is commonly seen: as itself, inside JSON text and inside JSON text that is itself a string
 * in JSON, in URLs and forms (RFC 3986, application/x-www-form-urlencoded), and in base64 and base64url (RFC 4648),
 * also where it is encoded together with what stands before and behind it, as in Basic credentials (RFC 7617).
 */
export function listEncodedForms(value: string): ReadonlySet<string> {
  const escaped = escapeJson(value);
  const percent = encodeURIComponent(value);
  const strict = percent.replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  const urls = [percent, strict, new URLSearchParams([["", value]]).toString().slice(1)];
  const forms = [
    value,
    escaped,
    escapeJson(escaped),
    ...urls,
    ...urls.map(lowerEscapes),
    ...listBase64Forms(Buffer.from(value)),
  ];
  return new Set(forms.filter((form) => form.length >= MIN_PATTERN_LENGTH));
}

function escapeJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function lowerEscapes(text: string): string {
  return text.replaceAll(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase());
}

function listBase64Forms(bytes: Buffer): string[] {
  const fragments = [0, 1, 2].map((offset) => base64Fragment(bytes, offset));
  const whole = [bytes.toString("base64"), bytes.toString("base64url")];
  return [...whole, ...fragments, ...fragments.map(toUrlAlphabet)].filter(
    (form, index) => index < whole.length || form.length >= MIN_FRAGMENT_LENGTH,
  );
}

/** The digits that depend on the value alone when `offset` bytes of something else, modulo 3, stand before it. */
function base64Fragment(bytes: Buffer, offset: number): string {
  const BITS_PER_DIGIT = 6;
  const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
  const first = Math.ceil((offset * 8) / BITS_PER_DIGIT);
  const last = Math.floor(((offset + bytes.length) * 8) / BITS_PER_DIGIT);
  return text.slice(first, last);
}

function toUrlAlphabet(base64: string): string {
  return base64.replaceAll("+", "-").replaceAll("/", "_");
}
