import { NativeUint8Array, stringCharCodeAt, stringSlice, textOfUnits } from "../primordials.ts";
import { encodeUtf8 } from "../text-encoding.ts";

/** Which bytes are written as `%XX` (https://url.spec.whatwg.org/#percent-encoded-bytes): 1 where they are. */
export type EncodeSet = Readonly<Uint8Array>;

const HEX = "0123456789ABCDEF";
const PERCENT = 0x25;

function extendSet(base: EncodeSet, characters: string): EncodeSet {
  const set = new Uint8Array(base);
  for (const character of characters) set[character.charCodeAt(0)] = 1;
  return set;
}

export const CONTROL_SET: EncodeSet = new Uint8Array(256).map((_, byte) =>
  byte < 0x20 || byte > 0x7e ? 1 : 0,
);
export const FRAGMENT_SET = extendSet(CONTROL_SET, ' "<>`');
export const QUERY_SET = extendSet(CONTROL_SET, ' "#<>');
export const SPECIAL_QUERY_SET = extendSet(QUERY_SET, "'");
export const PATH_SET = extendSet(QUERY_SET, "?^`{}");
export const USERINFO_SET = extendSet(PATH_SET, "/:;=@[\\]|");

/** https://url.spec.whatwg.org/#string-utf-8-percent-encode */
export function percentEncode(text: string, set: EncodeSet): string {
  let start = 0;
  const { length } = text;
  // Most parts of most URLs hold nothing to encode.
  while (
    start < length &&
    set[stringCharCodeAt(text, start) & 0xff] === 0 &&
    stringCharCodeAt(text, start) < 0x80
  ) {
    start++;
  }
  if (start === length) return text;
  let encoded = stringSlice(text, 0, start);
  const bytes = encodeUtf8(stringSlice(text, start));
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index] as number;
    encoded += set[byte] === 1 ? percentByte(byte) : textOfUnits(new NativeUint8Array([byte]));
  }
  return encoded;
}

export function percentByte(byte: number): string {
  return `%${HEX[byte >> 4] as string}${HEX[byte & 15] as string}`;
}

/** https://url.spec.whatwg.org/#percent-decode */
export function percentDecode(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const decoded = new NativeUint8Array(bytes.length);
  let length = 0;
  for (let index = 0; index < bytes.length; index++) {
    const high = hexValue(bytes[index + 1]);
    const low = hexValue(bytes[index + 2]);
    if (bytes[index] === PERCENT && high >= 0 && low >= 0) {
      decoded[length++] = high * 16 + low;
      index += 2;
    } else {
      decoded[length++] = bytes[index] as number;
    }
  }
  return new NativeUint8Array(decoded.buffer, 0, length);
}

/** -1 for what is no hexadecimal digit. */
export function hexValue(code: number | undefined): number {
  if (code === undefined) return -1;
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const upper = code & ~0x20;
  return upper >= 0x41 && upper <= 0x46 ? upper - 0x37 : -1;
}
