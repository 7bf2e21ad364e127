import { entropy } from "@skerry/sandbox/guest";
import { DOMException } from "./dom-exception.ts";
import {
  NativeTypeError,
  NativeUint8Array,
  bytesSet,
  isView,
  textOfUnits,
  typedArrayTag,
} from "./primordials.ts";
import { type SubtleCrypto, createSubtleCrypto } from "./subtle-crypto.ts";

/** Most random bytes in one call (https://w3c.github.io/webcrypto/#Crypto-method-getRandomValues). */
const MAX_RANDOM_BYTES = 65_536;
const HEX_CODES = new Uint8Array(16);
for (let index = 0; index < 16; index++) HEX_CODES[index] = index.toString(16).charCodeAt(0);
const DASH = 0x2d;

export let createCrypto: () => Crypto;

/** Proves to the constructor that this file calls it. */
const TOKEN = {};

/** `Crypto` of the Web Cryptography standard: random values from the host's generator. */
export class Crypto {
  readonly #subtle = createSubtleCrypto();

  static {
    createCrypto = () => new Crypto(TOKEN);
  }

  constructor(token: unknown) {
    if (token !== TOKEN) throw new NativeTypeError("Illegal constructor: use crypto");
  }

  get subtle(): SubtleCrypto {
    return this.#subtle;
  }

  /**
   * Fills an integer array with random values.
   *
   * @throws DOMException TypeMismatchError for another kind of array, QuotaExceededError above 65,536 bytes
   */
  getRandomValues<View extends ArrayBufferView>(view: View): View {
    if (!isView(view) || !isIntegerArray(view)) {
      throw new DOMException("getRandomValues needs an array of integers", "TypeMismatchError");
    }
    const { byteLength } = view;
    if (byteLength > MAX_RANDOM_BYTES) {
      throw new DOMException(
        `${byteLength} random bytes asked for, at most ${MAX_RANDOM_BYTES} at once`,
        "QuotaExceededError",
      );
    }
    bytesSet(new NativeUint8Array(view.buffer, view.byteOffset, byteLength), entropy(byteLength));
    return view;
  }

  /** A UUID of version 4 (RFC 9562, 5.4). */
  randomUUID(): string {
    const random = entropy(16);
    random[6] = ((random[6] as number) & 0x0f) | 0x40;
    random[8] = ((random[8] as number) & 0x3f) | 0x80;
    const text = new NativeUint8Array(36);
    let at = 0;
    for (let index = 0; index < 16; index++) {
      if (index === 4 || index === 6 || index === 8 || index === 10) text[at++] = DASH;
      const byte = random[index] as number;
      text[at++] = HEX_CODES[byte >> 4] as number;
      text[at++] = HEX_CODES[byte & 15] as number;
    }
    return textOfUnits(text);
  }
}

function isIntegerArray(view: ArrayBufferView): boolean {
  switch (typedArrayTag(view)) {
    case "Int8Array":
    case "Uint8Array":
    case "Uint8ClampedArray":
    case "Int16Array":
    case "Uint16Array":
    case "Int32Array":
    case "Uint32Array":
    case "BigInt64Array":
    case "BigUint64Array":
      return true;
    default:
      return false;
  }
}
