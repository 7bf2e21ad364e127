/** Deepest nesting that is copied: recursion takes stack. */
const MAX_DEPTH = 100;

const { getOwnPropertyDescriptor, getOwnPropertySymbols, getPrototypeOf } = Object;
const ObjectPrototype: object = Object.prototype;

/**
 * Copies plain data of the host, as a bridge copies host data that a guest gives back. Runs nothing of the data's, unless
 * a Proxy is in it: then its traps.
 *
 * @param values Objects and arrays, which are copied together.
 * @returns undefined if that takes more than is done here: for accessors, functions, symbols, instances of classes,
 *   holes, cycles, the same object twice, more than 100 levels.
 */
export function copyPlainData(values: readonly object[]): object[] | undefined {
  const copying = new PlainCopying();
  const copies: object[] = [];
  try {
    for (const value of values) {
      const copy = copying.copy(value);
      if (!copying.isPlain) return undefined;
      copies.push(copy as object);
    }
    return copies;
  } catch {
    // A Proxy whose traps throw.
    return undefined;
  }
}

class PlainCopying {
  isPlain = true;
  readonly #seen = new Set<object>();
  #depth = 0;

  copy(value: object): unknown {
    if (this.#depth === MAX_DEPTH || this.#seen.has(value)) return this.#refuse();
    this.#seen.add(value);
    this.#depth++;
    const copy = Array.isArray(value) ? this.#copyArray(value) : this.#copyRecord(value);
    this.#depth--;
    return copy;
  }

  #copyArray(array: readonly unknown[]): unknown {
    const { length } = array;
    const copy: unknown[] = [];
    for (let index = 0; index < length && this.isPlain; index++) {
      const descriptor = getOwnPropertyDescriptor(array, index);
      copy.push(descriptor?.enumerable ? this.#copyDescribed(descriptor) : this.#refuse());
    }
    return copy;
  }

  #copyRecord(record: object): unknown {
    const prototype: unknown = getPrototypeOf(record);
    if (prototype !== ObjectPrototype && prototype !== null) return this.#refuse();
    const inner: [key: string, value: unknown][] = [];
    // Quicker than a list of keys. Inherited ones, which it visits too, are not the object's.
    for (const key in record) {
      const descriptor = getOwnPropertyDescriptor(record, key);
      if (!descriptor) continue;
      const value = this.#copyDescribed(descriptor);
      if (!this.isPlain) return undefined;
      if (typeof value === "object") inner.push([key, value]);
    }
    if (getOwnPropertySymbols(record).length > 0) return this.#refuse();
    // Much quicker than one property after the other; it is known by now that there are no accessors.
    const copy: Record<string, unknown> = { ...record };
    for (const [key, value] of inner) copy[key] = value;
    return copy;
  }

  #copyDescribed(descriptor: PropertyDescriptor): unknown {
    if (!("value" in descriptor)) return this.#refuse();
    const value: unknown = descriptor.value;
    switch (typeof value) {
      case "object":
        return value === null ? null : this.copy(value);
      case "function":
      case "symbol":
        return this.#refuse();
      default:
        return value;
    }
  }

  #refuse(): undefined {
    this.isPlain = false;
  }
}
