import type { LoDashStatic } from "lodash";

/** esbuild runs a CommonJS module when it is first required: setting lodash up takes longer than all the rest. */
declare const require: (name: "lodash") => LoDashStatic;

/** Of the bridge's kernel, while bundles run. The host, which loads this file for its names, has none. */
const { __freezeReachable: freezeReachable } = globalThis as {
  __freezeReachable?: (roots: readonly object[]) => void;
};

let loaded: LoDashStatic | undefined;

/** lodash, set up by the first expression of this realm that names it. It is frozen, as all that expressions share. */
export function loadLodash(): LoDashStatic {
  if (loaded) return loaded;
  const lodash = require("lodash");
  removeStateful(lodash);
  freezeReachable?.([lodash, ...exampleValues(lodash)]);
  return (loaded = lodash);
}

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

function removeStateful(lodash: LoDashStatic): void {
  for (const key of REMOVED) {
    Reflect.deleteProperty(lodash, key);
    Reflect.deleteProperty(lodash.prototype as object, key);
  }
}

/** One of each class of lodash that an expression can get hold of. */
function exampleValues(lodash: LoDashStatic): object[] {
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
