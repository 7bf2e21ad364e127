import { entropy } from "@skerry/sandbox/guest";
import {
  type CryptoKey,
  type HashName,
  type HmacKeyAlgorithm,
  type KeyUsage,
  createKey,
  isKey,
  keyBytes,
} from "./crypto-key.ts";
import { DOMException } from "./dom-exception.ts";
import { authenticate, blockBytes, hashBytes, isSame } from "./hashing.ts";
import { NativeTypeError, NativeUint8Array, append, stringToUpperCase, toText } from "./primordials.ts";
import { bytesOf } from "./text-encoding.ts";

type BufferSource = ArrayBuffer | ArrayBufferView;

/** https://w3c.github.io/webcrypto/#hmac-importparams-interface and #hmac-keygen-params */
interface HmacParams {
  readonly hash: HashName;
  /** In bits. */
  readonly length: number | undefined;
}

/** Longest key that is generated: what the host gives of chance at once. */
const MAX_GENERATED_BITS = 65_536 * 8;

export let createSubtleCrypto: () => SubtleCrypto;

/** Proves to the constructor that this file calls it. */
const TOKEN = {};

/**
 * `SubtleCrypto` of the Web Cryptography standard (https://w3c.github.io/webcrypto/#subtlecrypto-interface): hashes of
 * the SHA family, and HMAC with raw keys. It works inside the guest, at the script's own CPU time.
 */
export class SubtleCrypto {
  static {
    createSubtleCrypto = () => new SubtleCrypto(TOKEN);
  }

  constructor(token: unknown) {
    if (token !== TOKEN) throw new NativeTypeError("Illegal constructor: use crypto.subtle");
  }

  /** @throws DOMException NotSupportedError unless it is SHA-1, SHA-256, SHA-384 or SHA-512 */
  async digest(algorithm: unknown, data: BufferSource): Promise<ArrayBuffer> {
    const bytes = copyBytes(data);
    return hashBytes(hashName(algorithm), bytes).buffer;
  }

  /**
   * Makes a key of bytes.
   *
   * @throws DOMException NotSupportedError for other formats than "raw" and other algorithms than HMAC, SyntaxError for
   *   usages that such a key has not or for none, DataError for an empty key or a length that is not the data's
   */
  async importKey(
    format: unknown,
    keyData: BufferSource,
    algorithm: unknown,
    extractable: unknown,
    keyUsages: Iterable<unknown>,
  ): Promise<CryptoKey> {
    const bytes = copyBytes(keyData);
    checkFormat(format);
    const { hash, length } = hmacParams(algorithm);
    const usages = readUsages(keyUsages);
    const bits = bytes.length * 8;
    if (bits === 0) throw new DOMException("An HMAC key must not be empty", "DataError");
    if (length !== undefined && (length > bits || length <= bits - 8)) {
      throw new DOMException(`A key of ${bits} bits cannot have the length ${length}`, "DataError");
    }
    if (length !== undefined && length !== bits)
      throw unsupported(`A key of ${length} bits`, "a key is whole bytes");
    return createKey({ algorithm: hmacAlgorithm(hash, bits), extractable: !!extractable, usages, bytes });
  }

  /**
   * Makes a key by chance, as long as a block of its hash unless `length` says how many bits.
   *
   * @throws DOMException as `importKey`, and OperationError for a length of 0
   */
  async generateKey(
    algorithm: unknown,
    extractable: unknown,
    keyUsages: Iterable<unknown>,
  ): Promise<CryptoKey> {
    const { hash, length = blockBytes(hash) * 8 } = hmacParams(algorithm);
    const usages = readUsages(keyUsages);
    if (length === 0) throw new DOMException("An HMAC key must not be empty", "OperationError");
    if (length % 8 !== 0 || length > MAX_GENERATED_BITS) {
      throw unsupported(`A key of ${length} bits`, `it is whole bytes, ${MAX_GENERATED_BITS} bits at most`);
    }
    const bytes = entropy(length / 8);
    return createKey({ algorithm: hmacAlgorithm(hash, length), extractable: !!extractable, usages, bytes });
  }

  /** @throws DOMException InvalidAccessError for a key that is not extractable, NotSupportedError unless raw */
  async exportKey(format: unknown, key: unknown): Promise<ArrayBuffer> {
    const known = checkKey(key);
    checkFormat(format);
    if (!known.extractable) throw new DOMException("The key is not extractable", "InvalidAccessError");
    return new NativeUint8Array(keyBytes(known)).buffer;
  }

  /** @throws DOMException InvalidAccessError for a key that is not for signing */
  async sign(algorithm: unknown, key: unknown, data: BufferSource): Promise<ArrayBuffer> {
    return signature(algorithm, key, "sign", copyBytes(data)).buffer;
  }

  /** Compares in a time that tells nothing of the right signature. @throws as `sign` */
  async verify(algorithm: unknown, key: unknown, given: BufferSource, data: BufferSource): Promise<boolean> {
    const claimed = copyBytes(given);
    return isSame(claimed, signature(algorithm, key, "verify", copyBytes(data)));
  }
}

function signature(
  algorithm: unknown,
  key: unknown,
  usage: KeyUsage,
  data: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const known = checkKey(key);
  checkHmac(algorithm);
  const { usages } = known;
  for (let index = 0; index < usages.length; index++) {
    if (usages[index] === usage) return authenticate(known.algorithm.hash.name, keyBytes(known), data);
  }
  throw new DOMException(`The key is not for usage "${usage}"`, "InvalidAccessError");
}

/** https://w3c.github.io/webcrypto/#algorithm-normalization-normalize-an-algorithm */
function algorithmName(algorithm: unknown): string {
  const isRecord = typeof algorithm === "object" && algorithm !== null;
  const name = isRecord ? (algorithm as { name?: unknown }).name : algorithm;
  if (name === undefined || (isRecord && !("name" in algorithm))) {
    throw new NativeTypeError("An algorithm is a name or an object with a name");
  }
  return stringToUpperCase(toText(name));
}

function checkHmac(algorithm: unknown): void {
  const name = algorithmName(algorithm);
  if (name !== "HMAC") throw unsupported(`The algorithm "${name}"`, "HMAC is");
}

function hashName(algorithm: unknown): HashName {
  const name = algorithmName(algorithm);
  switch (name) {
    case "SHA-1":
    case "SHA-256":
    case "SHA-384":
    case "SHA-512":
      return name;
    default:
      throw unsupported(`The hash "${name}"`, "SHA-1, SHA-256, SHA-384 and SHA-512 are");
  }
}

function hmacParams(algorithm: unknown): HmacParams {
  checkHmac(algorithm);
  const { hash, length } = algorithm as { hash?: unknown; length?: unknown };
  if (hash === undefined) throw new NativeTypeError("An HMAC key needs the name of its hash");
  return { hash: hashName(hash), length: length === undefined ? undefined : toBits(length) };
}

/** As Web IDL converts to `[EnforceRange] unsigned long`. */
function toBits(length: unknown): number {
  const bits = Number(length);
  if (!(bits > -1 && bits < 2 ** 32)) throw new NativeTypeError("The length of a key is a number of bits");
  return bits - (bits % 1);
}

function hmacAlgorithm(hash: HashName, length: number): HmacKeyAlgorithm {
  return { name: "HMAC", hash: { name: hash }, length };
}

/** In the standard's order, each once. */
function readUsages(usages: Iterable<unknown>): KeyUsage[] {
  let canSign = false;
  let canVerify = false;
  for (const value of usages) {
    const usage = toText(value);
    if (usage === "sign") canSign = true;
    else if (usage === "verify") canVerify = true;
    else throw new DOMException(`An HMAC key is for "sign" and "verify", not "${usage}"`, "SyntaxError");
  }
  const read: KeyUsage[] = [];
  if (canSign) append(read, "sign");
  if (canVerify) append(read, "verify");
  if (read.length === 0) throw new DOMException("A secret key needs a usage", "SyntaxError");
  return read;
}

function checkFormat(format: unknown): void {
  if (toText(format) !== "raw") throw unsupported(`The key format "${toText(format)}"`, '"raw" is');
}

function checkKey(key: unknown): CryptoKey {
  if (!isKey(key)) throw new NativeTypeError("A CryptoKey is needed: make one with crypto.subtle.importKey");
  return key;
}

/** What the script does to its buffer meanwhile changes nothing. */
function copyBytes(data: BufferSource): Uint8Array<ArrayBuffer> {
  return new NativeUint8Array(bytesOf(data));
}

function unsupported(what: string, supported: string): DOMException {
  return new DOMException(`${what} is not supported here: ${supported}`, "NotSupportedError");
}
