import { NativeTypeError, objectFreeze } from "./primordials.ts";

export type HashName = "SHA-1" | "SHA-256" | "SHA-384" | "SHA-512";
export type KeyUsage = "sign" | "verify";

/** What an HMAC key is for; `length` in bits. */
export interface HmacKeyAlgorithm {
  readonly name: "HMAC";
  readonly hash: { readonly name: HashName };
  readonly length: number;
}

export interface KeyParts {
  readonly algorithm: HmacKeyAlgorithm;
  readonly extractable: boolean;
  readonly usages: readonly KeyUsage[];
  readonly bytes: Uint8Array;
}

export let createKey: (parts: KeyParts) => CryptoKey;
/** The bytes of a key, which scripts get hold of by `exportKey` only. */
export let keyBytes: (key: CryptoKey) => Uint8Array;
export let isKey: (value: unknown) => value is CryptoKey;

/** Proves to the constructor that this file calls it. */
const TOKEN = {};

/** `CryptoKey` of the Web Cryptography standard (https://w3c.github.io/webcrypto/#cryptokey-interface), for HMAC. */
export class CryptoKey {
  readonly #parts: KeyParts;

  static {
    createKey = (parts) => new CryptoKey(TOKEN, parts);
    keyBytes = (key) => key.#parts.bytes;
    isKey = (value): value is CryptoKey => typeof value === "object" && value !== null && #parts in value;
  }

  constructor(token: unknown, parts: KeyParts) {
    if (token !== TOKEN) throw new NativeTypeError("Illegal constructor: use crypto.subtle.importKey");
    const { algorithm, usages } = parts;
    // The same objects are given out at every reading, and decide what a key may do.
    objectFreeze(algorithm.hash);
    this.#parts = { ...parts, algorithm: objectFreeze(algorithm), usages: objectFreeze(usages) };
  }

  get type(): "secret" {
    return "secret";
  }

  get extractable(): boolean {
    return this.#parts.extractable;
  }

  get algorithm(): HmacKeyAlgorithm {
    return this.#parts.algorithm;
  }

  get usages(): readonly KeyUsage[] {
    return this.#parts.usages;
  }
}
