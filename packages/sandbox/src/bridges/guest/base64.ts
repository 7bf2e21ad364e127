import { NativeUint8Array } from "../../guest/primordials.ts";
import { charCodeAt } from "./primordials.ts";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Two characters for each 12 bits. */
const pairs: string[] = [];
const values = new NativeUint8Array(128);
for (let high = 0; high < 64; high++) {
  values[ALPHABET.charCodeAt(high)] = high;
  for (let low = 0; low < 64; low++) pairs[high * 64 + low] = `${ALPHABET[high]}${ALPHABET[low]}`;
}

/** Base64 with padding (RFC 4648 section 4). */
export function encodeBase64(bytes: Uint8Array): string {
  const { length } = bytes;
  let text = "";
  let index = 0;
  for (; index + 2 < length; index += 3) {
    const bits = (at(bytes, index) << 16) | (at(bytes, index + 1) << 8) | at(bytes, index + 2);
    text += `${pairs[bits >> 12]}${pairs[bits & 4095]}`;
  }
  if (index + 1 === length) return `${text}${pairs[at(bytes, index) << 4]}==`;
  if (index + 2 === length) {
    const bits = (at(bytes, index) << 8) | at(bytes, index + 1);
    return `${text}${pairs[bits >> 4]}${ALPHABET[(bits & 15) << 2]}=`;
  }
  return text;
}

/** Decodes what {@link encodeBase64} wrote; of other text it makes some bytes. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  let { length } = text;
  while (length > 0 && charCodeAt(text, length - 1) === 61) length--;
  const bytes = new NativeUint8Array((length * 3) >> 2);
  let bits = 0;
  let held = 0;
  let written = 0;
  for (let index = 0; index < length; index++) {
    bits = ((bits << 6) | (values[charCodeAt(text, index) & 127] as number)) & 0xffff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes[written++] = bits >> held;
  }
  return bytes;
}

function at(bytes: Uint8Array, index: number): number {
  return bytes[index] as number;
}
