/**
 * Script that goes around an error of QuickJS-NG 0.12 (https://github.com/bellard/quickjs/issues/471): the methods that
 * make a changed copy of an array have room for the copy before it has content. When reading an element makes garbage
 * collection happen, as that of lazy data does, the collector takes what lies there for values, and the engine aborts.
 * An array with nothing but elements is copied at once; so these methods get one.
 */
export const MEND_ARRAY_COPIES = `
for (const name of ["toReversed", "toSorted", "toSpliced", "with"]) {
  const { prototype } = Array;
  const { apply } = Reflect;
  const native = prototype[name];
  const { [name]: mended } = {
    [name](...args) {
      const length = Math.trunc(Number(this?.length)) || 0;
      // What no array can hold, and what is no object, is refused before anything is read.
      if (this == null || length > 2 ** 32 - 1) return apply(native, this, args);
      const list = [];
      for (let index = 0; index < length; index++) list[index] = this[index];
      return apply(native, list, args);
    },
  };
  Object.defineProperty(mended, "length", { value: native.length, configurable: true });
  Object.defineProperty(prototype, name, { value: mended, writable: true, enumerable: false, configurable: true });
}`;
