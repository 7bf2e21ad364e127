import { CapabilityError } from "@skerry/sandbox";
import type { ErrorKind } from "@skerry/sandbox";

/** Every code that the `cache.*` capabilities can give to a script, in one place. */
export const CACHE_ERRORS = {
  CACHE_KEY_INVALID: {
    kind: "user",
    help: "A cache key is a non-empty string of whole Unicode characters without U+0000, at most 512 bytes of UTF-8.",
  },
  CACHE_VALUE_LIMIT: {
    kind: "user",
    help: "A cached value is at most 64 KiB of JSON text.",
  },
  CACHE_NOT_A_NUMBER: {
    kind: "user",
    help: "`increment` found a value that is not a number, or its result would not be a finite one.",
  },
  CACHE_BUSY: {
    kind: "user",
    help: "Too many calls of the tenant wait for the database. Await earlier ones, or try again later.",
  },
  CACHE_UNAVAILABLE: {
    kind: "system",
    help: "The database, which nodes share the cache by, cannot be reached. Do without the value, or try again later.",
  },
} as const satisfies Record<string, { readonly kind: ErrorKind; readonly help: string }>;

/** A stable code of {@link CACHE_ERRORS}. */
export type CacheErrorCode = keyof typeof CACHE_ERRORS;

/** An error of {@link CACHE_ERRORS} for the guest. */
export function createCacheError(code: CacheErrorCode, message: string): CapabilityError {
  return new CapabilityError(code, message);
}
