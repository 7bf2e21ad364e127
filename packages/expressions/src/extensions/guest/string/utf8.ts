const REPLACEMENT_BYTES = [0xef, 0xbf, 0xbd] as const;
const MAX_BYTES_PER_UNIT = 3;

/** UTF-8 bytes of a text; a lone surrogate becomes U+FFFD (Encoding Standard, UTF-8 encoder). */
export function encodeUtf8(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * MAX_BYTES_PER_UNIT);
  let end = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.codePointAt(index) as number;
    if (code < 0x80) {
      bytes[end++] = code;
    } else if (code < 0x800) {
      bytes[end++] = 0xc0 | (code >> 6);
      bytes[end++] = 0x80 | (code & 63);
    } else if (code >= 0xd800 && code < 0xe000) {
      for (const byte of REPLACEMENT_BYTES) bytes[end++] = byte;
    } else if (code < 0x10000) {
      bytes[end++] = 0xe0 | (code >> 12);
      bytes[end++] = 0x80 | ((code >> 6) & 63);
      bytes[end++] = 0x80 | (code & 63);
    } else {
      bytes[end++] = 0xf0 | (code >> 18);
      bytes[end++] = 0x80 | ((code >> 12) & 63);
      bytes[end++] = 0x80 | ((code >> 6) & 63);
      bytes[end++] = 0x80 | (code & 63);
      index++;
    }
  }
  return bytes.subarray(0, end);
}

/** Text of UTF-8 bytes. A byte that belongs to no well-formed sequence stands for itself, as in Latin-1. */
export function decodeUtf8(bytes: Uint8Array): string {
  let text = "";
  for (let index = 0; index < bytes.length;) {
    const lead = bytes[index] as number;
    const length = sequenceLength(lead);
    const code = length === 1 ? lead : decodeSequence(bytes, index, length);
    text += String.fromCodePoint(code ?? lead);
    index += code === undefined ? 1 : length;
  }
  return text;
}

function sequenceLength(lead: number): number {
  if (lead < 0xc2 || lead > 0xf4) return 1;
  if (lead < 0xe0) return 2;
  return lead < 0xf0 ? 3 : 4;
}

/** Smallest code point that needs a sequence of so many bytes; less is an overlong form. */
const SMALLEST = [0, 0, 0x80, 0x800, 0x10000] as const;

function decodeSequence(bytes: Uint8Array, start: number, length: number): number | undefined {
  let code = (bytes[start] as number) & (0x7f >> length);
  for (let index = start + 1; index < start + length; index++) {
    const byte = bytes[index];
    if (byte === undefined || byte >> 6 !== 2) return undefined;
    code = (code << 6) | (byte & 63);
  }
  const isSurrogate = code >= 0xd800 && code < 0xe000;
  return code < (SMALLEST[length] as number) || code > 0x10ffff || isSurrogate ? undefined : code;
}
