import { MAX_TEXT_CHARS, type Run } from "./run.ts";

/** A method of texts. Its arguments are no objects. */
export type StringMethod = (run: Run, text: string, args: readonly unknown[]) => unknown;

/** Longest text that is searched for: what a search takes is the product of both lengths, in the worst case. */
const MAX_PATTERN_CHARS = 64;

/** Give a piece of the text without looking at all of it. */
const PIECES = ["at", "charAt", "charCodeAt", "codePointAt", "slice", "substring", "toString"] as const;

/** Go through the text once. */
const PASSES = ["toLowerCase", "toUpperCase", "trim", "trimEnd", "trimStart"] as const;

/** Look for their first argument. */
const SEARCHES = ["endsWith", "includes", "indexOf", "lastIndexOf", "startsWith"] as const;

/** Fill up to the length in their first argument. */
const PADDINGS = ["padEnd", "padStart"] as const;

/** Methods that take linear time, give the same in every engine, and run nothing of anybody's. */
export const STRING_METHODS: ReadonlyMap<string, StringMethod> = new Map<string, StringMethod>([
  ...PIECES.map((name) => [name, callMethod(name)] as const),
  ...PASSES.map((name) => [name, limitReceiver(callMethod(name))] as const),
  ...SEARCHES.map((name) => [name, limitReceiver(limitPattern(callMethod(name)))] as const),
  ...PADDINGS.map((name) => [name, limitReceiver(pad(callMethod(name)))] as const),
  ["concat", (run, text, args) => run.limitText(text.concat(...(args as string[])))],
  ["repeat", repeat],
  ["replace", limitReceiver(limitPattern(limitReplacement(callMethod("replace"))))],
  ["replaceAll", limitReceiver(limitPattern(limitReplacement(callMethod("replaceAll"))))],
  ["split", limitReceiver(limitPattern(limitParts(callMethod("split"))))],
]);

function callMethod(name: keyof string & string): StringMethod {
  const method = String.prototype[name as "trim"] as (...args: unknown[]) => unknown;
  return (_, text, args) => Reflect.apply(method, text, args);
}

function limitReceiver(method: StringMethod): StringMethod {
  return (run, text, args) => (run.limitText(text) === undefined ? undefined : method(run, text, args));
}

function limitPattern(method: StringMethod): StringMethod {
  return (run, text, args) => {
    const [pattern] = args;
    if (typeof pattern !== "string" || pattern.length > MAX_PATTERN_CHARS) return run.giveUp();
    return method(run, text, args);
  };
}

/** `$` in a replacement stands for something else, even for the whole text. */
function limitReplacement(method: StringMethod): StringMethod {
  return (run, text, args) => {
    const replacement = args[1];
    if (typeof replacement !== "string" || replacement.includes("$")) return run.giveUp();
    if ((text.length + 1) * replacement.length > MAX_TEXT_CHARS) return run.giveUp();
    return run.limitText(method(run, text, args) as string);
  };
}

function pad(method: StringMethod): StringMethod {
  return (run, text, args) => {
    const [length] = args;
    if (typeof length !== "number" || length > MAX_TEXT_CHARS) return run.giveUp();
    return run.limitText(method(run, text, args) as string);
  };
}

function repeat(run: Run, text: string, [count]: readonly unknown[]): string | undefined {
  const isPossible = typeof count === "number" && count >= 0 && text.length * count <= MAX_TEXT_CHARS;
  return isPossible ? run.limitText(text.repeat(count)) : run.giveUp();
}

function limitParts(method: StringMethod): StringMethod {
  return (run, text, args) => (run.spend(text.length) ? method(run, text, args) : undefined);
}
