import { hmac } from "@noble/hashes/hmac.js";
import { sha1 } from "@noble/hashes/legacy.js";
import { sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import type { HashName } from "./crypto-key.ts";

const HASHES = {
  __proto__: null as never,
  "SHA-1": sha1,
  "SHA-256": sha256,
  "SHA-384": sha384,
  "SHA-512": sha512,
};

/** Bytes that a hash takes at once, which is how long a generated HMAC key is by default. */
export function blockBytes(hash: HashName): number {
  return HASHES[hash].blockLen;
}

/** A hash of the Secure Hash Standard (FIPS 180-4). */
export function hashBytes(hash: HashName, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return HASHES[hash](bytes);
}

/** The keyed hash of RFC 2104. */
export function authenticate(hash: HashName, key: Uint8Array, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return hmac(HASHES[hash], key, bytes);
}

/** Whether both hold the same, in a time that tells nothing of where they differ. */
export function isSame(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let index = 0; index < a.length; index++) difference |= (a[index] as number) ^ (b[index] as number);
  return difference === 0;
}
