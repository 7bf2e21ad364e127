import { ABSENT, type Reader } from "./guest/flatten-policy.ts";

const MAX_ARRAY_LENGTH = 4_294_967_295;

/**
 * Reads the host's objects without running anything of them: own, enumerable data properties only. A Proxy runs its
 * traps; where they throw, there is nothing.
 */
export const hostReader: Reader = {
  keys(value) {
    try {
      return Object.keys(value);
    } catch {
      return [];
    }
  },

  length(value) {
    try {
      const { length } = value as ArrayLike<unknown>;
      return Number.isSafeInteger(length) && length >= 0 && length <= MAX_ARRAY_LENGTH ? length : 0;
    } catch {
      return 0;
    }
  },

  read(value, key) {
    try {
      const descriptor = Object.getOwnPropertyDescriptor(value, key);
      return descriptor?.enumerable && "value" in descriptor ? (descriptor.value as unknown) : ABSENT;
    } catch {
      return ABSENT;
    }
  },

  readInherited(value, key) {
    try {
      for (
        let link: object | null = value;
        link !== null;
        link = Object.getPrototypeOf(link) as object | null
      ) {
        const descriptor = Reflect.getOwnPropertyDescriptor(link, key);
        if (descriptor) return descriptor.value as unknown;
      }
    } catch {
      // As if it had no such property.
    }
    return undefined;
  },
};
