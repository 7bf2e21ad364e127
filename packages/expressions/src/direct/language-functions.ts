import { stringifyPlainData } from "@skerry/sandbox/bridges";
import { copyFields, isObject } from "./host-values.ts";
import type { Run } from "./run.ts";

/** A function of the language. */
export type LanguageFunction = (run: Run, args: readonly unknown[]) => unknown;

/** Longest JSON text that is made, roughly, in UTF-16 units. */
const MAX_JSON_CHARS = 1_048_576;
/** The same, where it is indented: by up to ten characters for each of up to 31 levels. */
const MAX_INDENTED_JSON_CHARS = 16_384;
const JSON_CHARS_PER_STEP = 4;

/** Without functions whose last digit is the engine's own affair, such as `Math.pow`. */
const MATH = ["abs", "ceil", "floor", "max", "min", "round", "sign", "sqrt", "trunc"] as const;
const NUMBER = ["isFinite", "isInteger", "isNaN", "isSafeInteger", "parseFloat", "parseInt"] as const;
const GLOBAL = [
  "Number",
  "String",
  "encodeURI",
  "encodeURIComponent",
  "isFinite",
  "isNaN",
  "parseFloat",
  "parseInt",
] as const;

/** By the way they are called, e.g. `Math.max`. */
export const LANGUAGE_FUNCTIONS: ReadonlyMap<string, LanguageFunction> = new Map<string, LanguageFunction>([
  ...GLOBAL.map((name) => [name, ofPrimitives(globalThis[name])] as const),
  ...MATH.map((name) => [`Math.${name}`, ofPrimitives(Math[name])] as const),
  ...NUMBER.map((name) => [`Number.${name}`, ofPrimitives(Number[name])] as const),
  ["Boolean", (_, [value]) => Boolean(value)],
  ["Array.isArray", (_, [value]) => Array.isArray(value)],
  ["Object.keys", ofRecord(Object.keys)],
  ["Object.values", ofRecord(Object.values)],
  ["Object.entries", ofRecord(Object.entries)],
  ["JSON.stringify", stringify],
]);

function ofPrimitives(call: (...args: never[]) => unknown): LanguageFunction {
  return (run, args) => {
    for (const arg of args) {
      if (isObject(arg) || (typeof arg === "string" && run.limitText(arg) === undefined)) return run.giveUp();
    }
    return call(...(args as never[]));
  };
}

function ofRecord(list: (record: object) => unknown): LanguageFunction {
  return (run, [value]) => {
    if (value === null || value === undefined) return run.fail();
    return isObject(value) && !Array.isArray(value) ? list(copyFields(run, value)) : run.giveUp();
  };
}

function stringify(run: Run, [value, replacer, space]: readonly unknown[]): string | undefined {
  if ((replacer !== undefined && replacer !== null) || isObject(space)) return run.giveUp();
  return writeJson(run, value, space as string | number | undefined);
}

/** What `JSON.stringify` makes of a value, where no object in it has a say in that. */
export function writeJson(run: Run, value: unknown, space?: string | number): string | undefined {
  if (!run.isSure) return undefined;
  if (!isObject(value)) {
    return typeof value === "string" && run.limitText(value) === undefined
      ? undefined
      : JSON.stringify(value);
  }
  const maxChars = space === undefined ? MAX_JSON_CHARS : MAX_INDENTED_JSON_CHARS;
  const json = stringifyPlainData(value, maxChars, space);
  return json !== undefined && run.spend(json.length / JSON_CHARS_PER_STEP) ? json : run.giveUp();
}
