import { arrayIsArray, reflectGetOwnPropertyDescriptor } from "../../guest/primordials.ts";
import {
  ArrayPrototype,
  NativeSet,
  ObjectPrototype,
  numberIsPlain,
  objectGetPrototypeOf,
  setAdd,
  setSize,
} from "./primordials.ts";
import { PART_DEPTH, WIDE_KEYS } from "./wire.ts";

/** Rough sizes on the wire, in characters. */
export const PRIMITIVE_CHARS = 8;
export const PUNCTUATION_CHARS = 4;

/**
 * Finds out whether JSON says all of a value: only own, enumerable data properties of plain objects and dense arrays,
 * with values that JSON knows, and no `toJSON`. Then `JSON.stringify` may have the value as it is, which is several
 * times quicker than a copy. Runs nothing of the value's, unless a Proxy is in it: then what its traps throw.
 */
export class PlainTest {
  /** Characters that may still be taken. What is too large is not accepted. */
  remaining: number;
  readonly #excludes: (value: object) => boolean;
  readonly #onWide: ((value: object) => void) | undefined;

  /**
   * @param excludes Objects that must not be told as JSON, whatever is in them.
   * @param onWide Told of an object with more than {@link WIDE_KEYS} keys that is not accepted: finding that out takes
   *   as long as listing them all, so it should not be tried again.
   */
  constructor(remaining: number, excludes: (value: object) => boolean, onWide?: (value: object) => void) {
    this.remaining = remaining;
    this.#excludes = excludes;
    this.#onWide = onWide;
  }

  /** @param depth Nesting that is allowed. */
  accepts(value: object, depth: number): boolean {
    return !this.#excludes(value) && this.acceptsContent(value, depth);
  }

  acceptsContent(value: object, depth: number): boolean {
    if (depth <= 0 || "toJSON" in value) return false;
    const prototype = objectGetPrototypeOf(value);
    if (arrayIsArray(value)) return prototype === ArrayPrototype && this.#acceptsElements(value, depth);
    return (prototype === ObjectPrototype || prototype === null) && this.#acceptsProperties(value, depth);
  }

  #acceptsElements(array: readonly unknown[], depth: number): boolean {
    const { length } = array;
    if (length * PUNCTUATION_CHARS > this.remaining) return false;
    for (let index = 0; index < length; index++) {
      const descriptor = reflectGetOwnPropertyDescriptor(array, index);
      if (!descriptor?.enumerable || !this.#acceptsDescribed(descriptor, depth)) return false;
    }
    return true;
  }

  #acceptsProperties(object: object, depth: number): boolean {
    // Quicker than a list of keys. Inherited ones, which it visits too, are not the object's.
    let count = 0;
    for (const key in object) {
      const descriptor = reflectGetOwnPropertyDescriptor(object, key);
      if (!descriptor) continue;
      count++;
      this.remaining -= key.length;
      if (this.#acceptsDescribed(descriptor, depth)) continue;
      if (count > WIDE_KEYS) this.#onWide?.(object);
      return false;
    }
    return true;
  }

  #acceptsDescribed(descriptor: PropertyDescriptor, depth: number): boolean {
    return "value" in descriptor && this.#acceptsValue(descriptor.value, depth) && this.remaining >= 0;
  }

  #acceptsValue(value: unknown, depth: number): boolean {
    switch (typeof value) {
      case "string":
        this.remaining -= value.length + PUNCTUATION_CHARS;
        return true;
      case "number":
        this.remaining -= PRIMITIVE_CHARS;
        return numberIsPlain(value);
      case "boolean":
        this.remaining -= PRIMITIVE_CHARS;
        return true;
      case "object":
        this.remaining -= PRIMITIVE_CHARS;
        return value === null || this.accepts(value, depth - 1);
      default:
        return false;
    }
  }
}

/** Whether JSON says all of a value and no object in it twice: which objects are the same, it could not say. */
export function isPlainTree(value: object, excludes: (value: object) => boolean): boolean {
  const seen = new NativeSet<object>();
  let count = 0;
  const test = new PlainTest(Infinity, (object) => {
    setAdd(seen, object);
    if (setSize(seen) === count) return true;
    count++;
    return excludes(object);
  });
  return test.accepts(value, PART_DEPTH - 1);
}
