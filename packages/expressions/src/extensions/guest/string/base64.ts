const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const SEXTETS: ReadonlyMap<string, number> = new Map([
  ...Array.from(ALPHABET, (character, value) => [character, value] as const),
  ["-", 62],
  ["_", 63],
]);

/** Base64 with padding (RFC 4648 section 4). */
export function encodeBase64(bytes: Uint8Array): string {
  let text = "";
  for (let index = 0; index < bytes.length; index += 3) {
    const bits = ((bytes[index] ?? 0) << 16) | ((bytes[index + 1] ?? 0) << 8) | (bytes[index + 2] ?? 0);
    text += ALPHABET.charAt(bits >> 18) + ALPHABET.charAt((bits >> 12) & 63);
    text += index + 1 < bytes.length ? ALPHABET.charAt((bits >> 6) & 63) : "=";
    text += index + 2 < bytes.length ? ALPHABET.charAt(bits & 63) : "=";
  }
  return text;
}

/** Bytes of Base64 in the ordinary or the URL-safe alphabet (RFC 4648 sections 4 and 5). All else is passed over. */
export function decodeBase64(text: string): Uint8Array {
  const bytes = new Uint8Array(Math.ceil((text.length * 3) / 4));
  let end = 0;
  let bits = 0;
  let held = 0;
  for (const character of text) {
    const sextet = SEXTETS.get(character);
    if (sextet === undefined) continue;
    bits = ((bits << 6) | sextet) & 0xffff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes[end++] = bits >> held;
  }
  return bytes.subarray(0, end);
}
