import { CapabilityError } from "@skerry/sandbox";
import type { ErrorKind } from "@skerry/sandbox";

/** Every code that the `storage.*` capabilities can give to a script, in one place. */
export const STORAGE_ERRORS = {
  STORAGE_KEY_INVALID: {
    kind: "user",
    help: "A storage key is a non-empty string of whole Unicode characters without U+0000, at most 512 bytes of UTF-8. Prefixes and `after` are held to the same, and may be empty.",
  },
  STORAGE_VALUE_LIMIT: {
    kind: "user",
    help: "A stored value is at most 256 KiB of JSON text. Split it over several keys.",
  },
  STORAGE_CONFLICT: {
    kind: "user",
    help: "The entry does not have the version that `ifVersion` names, or is there although it should not be. Nothing was written: read it again and decide anew.",
  },
  STORAGE_NOT_A_NUMBER: {
    kind: "user",
    help: "`increment` found a value that is not a number, or its result would not be a finite one.",
  },
  STORAGE_QUOTA: {
    kind: "user",
    help: "The tenant stores as much as its plan allows, or has 1,000,000 entries; the message names what is used and allowed. Delete something, or have the quota `storedBytes` raised.",
  },
  STORAGE_BUSY: {
    kind: "user",
    help: "Too many calls of the tenant wait for the database. Await earlier ones, or try again later.",
  },
} as const satisfies Record<string, { readonly kind: ErrorKind; readonly help: string }>;

/** What the code of the REST API means to a script. */
export const STORAGE_UNAVAILABLE = {
  kind: "system",
  help: "The database cannot be reached, or the connection was lost. A write may have happened nevertheless.",
} as const;

/** A stable code of {@link STORAGE_ERRORS}. */
export type StorageErrorCode = keyof typeof STORAGE_ERRORS;

/** An error of {@link STORAGE_ERRORS} for the guest. */
export function createStorageError(code: StorageErrorCode, message: string): CapabilityError {
  return new CapabilityError(code, message);
}
