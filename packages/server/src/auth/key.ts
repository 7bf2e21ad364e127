import { createHash, randomBytes } from "node:crypto";

const SECRET_BYTES = 32;
const PREFIX_BYTES = 4;

/** A new API key. The text is shown once and kept nowhere. */
export interface NewKey {
  /** `sk_<prefix>_<secret>`: eight hexadecimal digits, then 256 random bits in base64url. */
  readonly text: string;
  /** The readable beginning, `sk_<prefix>`, by which people tell keys apart. */
  readonly prefix: string;
  readonly hash: Buffer;
}

/** Makes a key from the system's cryptographic randomness. */
export function createKey(): NewKey {
  const prefix = `sk_${randomBytes(PREFIX_BYTES).toString("hex")}`;
  const text = `${prefix}_${randomBytes(SECRET_BYTES).toString("base64url")}`;
  return { text, prefix, hash: hashKey(text) };
}

/**
 * SHA-256 without salt or stretching, which is enough for 256 random bits. Looking keys up by it leaks nothing of
 * use through time: whoever varies the key does not choose the hash.
 */
export function hashKey(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/** A secret that stands for something in the database, which keeps its hash only. */
export interface NewSecret {
  /** The prefix, then 256 random bits in base64url. */
  readonly text: string;
  readonly hash: Buffer;
}

/** Makes a secret from the system's cryptographic randomness. */
export function createSecret(prefix: string): NewSecret {
  const text = `${prefix}${randomBytes(SECRET_BYTES).toString("base64url")}`;
  return { text, hash: hashKey(text) };
}
