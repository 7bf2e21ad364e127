/**
 * Names that mean the same in every expression: built-ins of the language, left to the realm. Every other free name is
 * asked of the runtime.
 */
export const LANGUAGE_NAMES: ReadonlySet<string> = new Set(
  (
    "Array ArrayBuffer BigInt BigInt64Array BigUint64Array Boolean DataView Date Error EvalError Float32Array " +
    "Float64Array Infinity Int16Array Int32Array Int8Array Intl JSON Map Math NaN Number Object RangeError " +
    "ReferenceError RegExp Set String Symbol SyntaxError TypeError URIError Uint16Array Uint32Array Uint8Array " +
    "Uint8ClampedArray WeakMap WeakSet decodeURI decodeURIComponent encodeURI encodeURIComponent isFinite isNaN " +
    "parseFloat parseInt undefined"
  ).split(" "),
);

/** Values of the language that an assignment does not change. */
export const CONSTANT_NAMES: ReadonlySet<string> = new Set(["Infinity", "NaN", "undefined"]);

/** Whether `receiver.name(…)` is a function of the language itself, e.g. `Object.keys`. */
export function isLanguageFunction(receiver: string, name: string): boolean {
  if (!LANGUAGE_NAMES.has(receiver)) return false;
  const owner = (globalThis as Record<string, unknown>)[receiver];
  return owner !== undefined && Object.hasOwn(Object(owner) as object, name);
}

/** Names of the runtime that are no data. */
export const CONTEXT_NAMES: ReadonlySet<string> = new Set(
  (
    "$average $evaluateExpression $fromAI $fromAi $fromai $getPairedItem $if $ifEmpty $jmesPath $jmespath $max $min " +
    "$not $now $today DateTime Duration Interval _ average extend extendOptional max min not numberList " +
    "toPathSegment zip"
  ).split(" "),
);
