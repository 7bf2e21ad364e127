import {
  NativeSet,
  objectGetPrototypeOf,
  reflectDeleteProperty,
  reflectOwnKeys,
  setHas,
} from "./primordials.ts";

/**
 * What ECMA-262 and ECMA-402 put into a realm, without what reaches out of it or outlives an execution: shared memory
 * (a clock, and a way out), weak references (they tell when memory is collected), compiled WebAssembly (memory outside
 * every limit) and Temporal (its clock ticks in nanoseconds).
 */
const KEPT = new NativeSet<PropertyKey>([
  "globalThis",
  "Infinity",
  "NaN",
  "undefined",
  "eval",
  "isFinite",
  "isNaN",
  "parseFloat",
  "parseInt",
  "decodeURI",
  "decodeURIComponent",
  "encodeURI",
  "encodeURIComponent",
  "escape",
  "unescape",
  "Object",
  "Function",
  "Boolean",
  "Symbol",
  "Error",
  "AggregateError",
  "EvalError",
  "RangeError",
  "ReferenceError",
  "SuppressedError",
  "SyntaxError",
  "TypeError",
  "URIError",
  "Number",
  "BigInt",
  "Math",
  "Date",
  "String",
  "RegExp",
  "Array",
  "Int8Array",
  "Uint8Array",
  "Uint8ClampedArray",
  "Int16Array",
  "Uint16Array",
  "Int32Array",
  "Uint32Array",
  "BigInt64Array",
  "BigUint64Array",
  "Float16Array",
  "Float32Array",
  "Float64Array",
  "Map",
  "Set",
  "WeakMap",
  "WeakSet",
  "ArrayBuffer",
  "DataView",
  "JSON",
  "Iterator",
  "Promise",
  "DisposableStack",
  "AsyncDisposableStack",
  "Reflect",
  "Proxy",
  "Intl",
]);

/**
 * Takes every global away that a guest must not have, also those that an engine's global object inherits (a worker's
 * `addEventListener` would hear the host's messages).
 */
export function keepLanguageGlobals(): void {
  for (
    let holder: object | null = globalThis;
    holder !== null && holder !== Object.prototype;
    holder = objectGetPrototypeOf(holder)
  ) {
    const keys = reflectOwnKeys(holder);
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index] as PropertyKey;
      if (holder !== globalThis || !setHas(KEPT, key)) reflectDeleteProperty(holder, key);
    }
  }
}
