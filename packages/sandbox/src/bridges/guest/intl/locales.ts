import { NativeRangeError, NativeTypeError } from "../../../guest/primordials.ts";
import { NativeObject, NativeWeakMap, arrayPush, weakMapGet, weakMapSet } from "../primordials.ts";
import { writeText } from "./arguments.ts";
import { MAX_LOCALES, MAX_WORD_CHARS } from "./schema.ts";

/** Tags of the objects that Intl.Locale made. */
const tags = new NativeWeakMap<object, string>();

export function registerLocale(locale: object, tag: string): void {
  weakMapSet(tags, locale, tag);
}

/** A list of locales as it was given (ECMA-402 9.2.1, CanonicalizeLocaleList). May run guest code. */
export function readLocales(source: unknown): string[] {
  if (source === undefined) return [];
  if (source === null) throw new NativeTypeError("Incorrect locale information provided");
  if (typeof source === "string") return [writeText(source, MAX_WORD_CHARS)];
  const tag = findLocale(source);
  if (tag !== undefined) return [tag];
  const list = NativeObject(source) as ArrayLike<unknown>;
  const locales: string[] = [];
  // As the length of an array is read: nothing for what is no number.
  const length = +(list.length as unknown as string) || 0;
  for (let index = 0; index < length; index++) {
    if (index >= MAX_LOCALES) throw new NativeRangeError(`more than ${MAX_LOCALES} locales`);
    if (index in list) arrayPush(locales, readLocale(list[index]));
  }
  return locales;
}

/** One locale: a text, or an object of Intl.Locale or with a text. */
export function readLocale(value: unknown): string {
  if (
    typeof value !== "string" &&
    (typeof value !== "object" || value === null) &&
    typeof value !== "function"
  ) {
    throw new NativeTypeError("Incorrect locale information provided");
  }
  return findLocale(value) ?? writeText(value, MAX_WORD_CHARS);
}

function findLocale(value: unknown): string | undefined {
  return typeof value === "object" && value !== null ? weakMapGet(tags, value) : undefined;
}
