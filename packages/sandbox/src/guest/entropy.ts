import { hostEntropy } from "./link.ts";
import { NativeRangeError, NativeUint8Array } from "./primordials.ts";

const POOL_BYTES = 4_096;
const MAX_BYTES = 65_536;

let pool = new NativeUint8Array(0);
let used = 0;

/**
 * Cryptographically random bytes, at once. Small requests are served from a block that is fetched ahead, so
 * that most cost no crossing.
 *
 * @throws RangeError for more than 65,536 bytes (the limit of the Web Cryptography specification).
 */
export function entropy(length: number): Uint8Array {
  if (length > MAX_BYTES)
    throw new NativeRangeError(`${length} random bytes asked for, at most ${MAX_BYTES} at once`);
  const bytes = new NativeUint8Array(length);
  for (let index = 0; index < length; index++) {
    if (used >= pool.length) {
      pool = new NativeUint8Array(hostEntropy(POOL_BYTES));
      used = 0;
    }
    bytes[index] = pool[used] as number;
    pool[used++] = 0;
  }
  return bytes;
}
