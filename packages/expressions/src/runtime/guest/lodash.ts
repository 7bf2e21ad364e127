import type { LoDashStatic } from "lodash";

/** What of lodash remembers something from one call to the next, waits, or needs what a guest has not. */
const REMOVED = [
  "debounce",
  "defer",
  "delay",
  "mixin",
  "noConflict",
  "now",
  "runInContext",
  "throttle",
  "uniqueId",
];

/** Takes from lodash what would carry state from one evaluation to the next. */
export function fixLodash(lodash: LoDashStatic): void {
  for (const key of REMOVED) {
    Reflect.deleteProperty(lodash, key);
    Reflect.deleteProperty(lodash.prototype as object, key);
  }
}

/** One of each class of lodash that an expression can get hold of. */
export function exampleLodashValues(lodash: LoDashStatic): object[] {
  const found: object[] = [];
  lodash.isEqualWith({ a: 1 }, { a: 1 }, (...args: unknown[]) => {
    const stack = args[5];
    if (typeof stack === "object" && stack !== null) found.push(stack);
    return undefined;
  });
  const cache = new lodash.memoize.Cache();
  cache.set("text", 1);
  cache.set({}, 1);
  const lazy = lodash([1]).map((item) => item) as unknown as { __wrapped__: object };
  return [...found, cache, lodash([1]), lodash.chain([1]), lazy, lazy.__wrapped__];
}
