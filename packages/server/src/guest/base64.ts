import { DOMException } from "./dom-exception.ts";
import { NativeUint8Array, stringCharCodeAt, textOfUnits, toText } from "./primordials.ts";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const PADDING = 0x3d;
const CHUNK_CHARS = 4_096;

const CODES = new Uint8Array(64);
/** Six bits per character; 64 for white space, 65 for what is not allowed. */
const VALUES = new Uint8Array(128).fill(65);
for (let index = 0; index < 64; index++) {
  CODES[index] = ALPHABET.charCodeAt(index);
  VALUES[ALPHABET.charCodeAt(index)] = index;
}
for (const space of "\t\n\f\r ") VALUES[space.charCodeAt(0)] = 64;

/**
 * Base64 of a text whose characters are bytes (https://html.spec.whatwg.org/#dom-btoa).
 *
 * @throws DOMException InvalidCharacterError for a character above U+00FF
 */
export function btoa(input: unknown): string {
  const text = toText(input);
  const { length } = text;
  const output = new NativeUint8Array(Math.ceil(length / 3) * 4);
  let written = 0;
  for (let index = 0; index < length; index += 3) {
    const bits = (byteAt(text, index) << 16) | (byteAt(text, index + 1) << 8) | byteAt(text, index + 2);
    output[written++] = CODES[bits >> 18] as number;
    output[written++] = CODES[(bits >> 12) & 63] as number;
    output[written++] = index + 1 < length ? (CODES[(bits >> 6) & 63] as number) : PADDING;
    output[written++] = index + 2 < length ? (CODES[bits & 63] as number) : PADDING;
  }
  return toLatin1(output, written);
}

/**
 * Decodes base64 to a text whose characters are bytes: forgiving about white space and missing padding
 * (https://infra.spec.whatwg.org/#forgiving-base64-decode).
 *
 * @throws DOMException InvalidCharacterError when it is not base64
 */
export function atob(input: unknown): string {
  const text = toText(input);
  const end = contentEnd(text);
  const output = new NativeUint8Array(Math.ceil((end * 3) / 4));
  let written = 0;
  let bits = 0;
  let count = 0;
  for (let index = 0; index < end; index++) {
    const value = valueAt(text, index);
    if (value === 64) continue;
    if (value > 64) throw invalid("The text is not base64");
    bits = (bits << 6) | value;
    if (++count % 4 === 0) {
      output[written++] = bits >> 16;
      output[written++] = bits >> 8;
      output[written++] = bits;
      bits = 0;
    }
  }
  const rest = count % 4;
  if (rest === 1) throw invalid("The text is not base64: its length cannot be one");
  if (end < text.length && (rest === 0 || paddingAfter(text, end) !== 4 - rest)) {
    throw invalid("The padding of the base64 is wrong");
  }
  if (rest === 2) output[written++] = bits >> 4;
  if (rest === 3) {
    output[written++] = bits >> 10;
    output[written++] = bits >> 2;
  }
  return toLatin1(output, written);
}

function byteAt(text: string, index: number): number {
  if (index >= text.length) return 0;
  const code = stringCharCodeAt(text, index);
  if (code > 0xff) {
    throw invalid("btoa takes characters up to U+00FF: encode the text with TextEncoder first");
  }
  return code;
}

function valueAt(text: string, index: number): number {
  const code = stringCharCodeAt(text, index);
  return code < 128 ? (VALUES[code] as number) : 65;
}

/** Where the padding begins, or the end of the text when it has none. */
function contentEnd(text: string): number {
  for (let index = 0; index < text.length; index++) {
    if (stringCharCodeAt(text, index) === PADDING) return index;
  }
  return text.length;
}

/** How many padding characters follow; 0 when anything else stands among them. */
function paddingAfter(text: string, start: number): number {
  let padding = 0;
  for (let index = start; index < text.length; index++) {
    if (stringCharCodeAt(text, index) === PADDING) padding++;
    else if (valueAt(text, index) !== 64) return 0;
  }
  return padding;
}

function toLatin1(bytes: Uint8Array<ArrayBuffer>, length: number): string {
  let text = "";
  for (let start = 0; start < length; start += CHUNK_CHARS) {
    const size = length - start < CHUNK_CHARS ? length - start : CHUNK_CHARS;
    text += textOfUnits(new NativeUint8Array(bytes.buffer, start, size));
  }
  return text;
}

function invalid(message: string): DOMException {
  return new DOMException(message, "InvalidCharacterError");
}
