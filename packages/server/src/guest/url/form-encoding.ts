import { NativeUint8Array, append, stringCharCodeAt, textOfUnits } from "../primordials.ts";
import { decodeUtf8WithMark, encodeUtf8 } from "../text-encoding.ts";
import { splitAt } from "./host.ts";
import { percentByte, percentDecode } from "./percent-encoding.ts";
import { cutAt } from "./record.ts";

export type QueryPair = [name: string, value: string];

const PLUS = 0x2b;
const SPACE = 0x20;
/** 1 for what `application/x-www-form-urlencoded` leaves as it is. */
const KEPT = new Uint8Array(256);
for (const character of "*-._0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") {
  KEPT[character.charCodeAt(0)] = 1;
}

/** https://url.spec.whatwg.org/#concept-urlencoded-parser */
export function decodeForm(text: string): QueryPair[] {
  const pairs: QueryPair[] = [];
  const parts = splitAt(text, "&");
  for (let index = 0; index < parts.length; index++) {
    const part = parts[index] as string;
    if (part === "") continue;
    const [name, rest] = cutAt(part, /=/);
    append(pairs, [decodePart(name, 0), decodePart(rest, 1)]);
  }
  return pairs;
}

/** https://url.spec.whatwg.org/#concept-urlencoded-serializer */
export function encodeForm(pairs: readonly QueryPair[]): string {
  let text = "";
  for (let index = 0; index < pairs.length; index++) {
    const pair = pairs[index] as QueryPair;
    text += `${index > 0 ? "&" : ""}${encodePart(pair[0])}=${encodePart(pair[1])}`;
  }
  return text;
}

function decodePart(text: string, start: number): string {
  const bytes = encodeUtf8(text);
  for (let index = 0; index < bytes.length; index++) if (bytes[index] === PLUS) bytes[index] = SPACE;
  const part = new NativeUint8Array(bytes.buffer, start < bytes.length ? start : bytes.length);
  return decodeUtf8WithMark(percentDecode(part));
}

function encodePart(text: string): string {
  let isKept = true;
  for (let index = 0; isKept && index < text.length; index++)
    isKept = KEPT[stringCharCodeAt(text, index)] === 1;
  if (isKept) return text;
  let encoded = "";
  const bytes = encodeUtf8(text);
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index] as number;
    if (byte === SPACE) encoded += "+";
    else encoded += KEPT[byte] === 1 ? textOfUnits(new NativeUint8Array([byte])) : percentByte(byte);
  }
  return encoded;
}
