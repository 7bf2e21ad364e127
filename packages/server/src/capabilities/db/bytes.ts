import { createDbError } from "./errors.ts";

/**
 * Cuts what came beside the arguments into values, in order.
 *
 * @throws CapabilityError `DB_VALUE_INVALID` when the lengths are not those of the body.
 */
export function cutBytes(body: Uint8Array | undefined, lengths: readonly number[]): readonly Buffer[] {
  const bytes = Buffer.from(body ?? []);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (total !== bytes.byteLength) {
    throw createDbError(
      "DB_VALUE_INVALID",
      `The values name ${total} bytes, and ${bytes.byteLength} came with them.`,
    );
  }
  let start = 0;
  return lengths.map((length) => bytes.subarray(start, (start += length)));
}
