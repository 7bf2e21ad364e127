import { md5, sha1 } from "@noble/hashes/legacy.js";
import { sha224, sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import { sha3_512 } from "@noble/hashes/sha3.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { ExpressionExtensionError } from "../errors.ts";
import { encodeBase64 } from "./base64.ts";
import { encodeUtf8 } from "./utf8.ts";

const DIGESTS: ReadonlyMap<string, (bytes: Uint8Array) => Uint8Array> = new Map([
  ["md5", md5],
  ["sha1", sha1],
  ["sha224", sha224],
  ["sha256", sha256],
  ["sha384", sha384],
  ["sha512", sha512],
  ["sha3", sha3_512],
]);

/** Digest of the UTF-8 text, in hexadecimal digits; for `base64` the text itself in Base64. */
export function digestText(text: string, algorithm: unknown): string {
  if (typeof algorithm !== "string") throw new TypeError("hash() takes the name of an algorithm as a text");
  const name = algorithm.toLowerCase();
  const bytes = encodeUtf8(text);
  if (name === "base64") return encodeBase64(bytes);
  const digest = DIGESTS.get(name);
  if (digest !== undefined) return bytesToHex(digest(bytes));
  throw new ExpressionExtensionError(
    `hash() does not know ${JSON.stringify(algorithm)}: use ${[...DIGESTS.keys()].join(", ")} or base64`,
  );
}
