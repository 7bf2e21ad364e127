import {
  dateGetTime,
  errorIsError,
  mapSize,
  objectHasOwn,
  objectToString,
  regExpSource,
  setSize,
  stringIndexOf,
  toStringTagSymbol,
} from "./primordials.ts";

const PLAIN = "[object Object]";
/** Says whether a value is what its tag says: false or an error when it is not. */
const PROOFS = {
  __proto__: null,
  "[object Date]": dateGetTime,
  "[object Error]": errorIsError,
  "[object Map]": mapSize,
  "[object RegExp]": regExpSource,
  "[object Set]": setSize,
} as unknown as Readonly<Record<string, ((value: object) => unknown) | undefined>>;

/** What `Object.prototype.toString` says, unless a script only gave the value the name of something else. */
export function kindOf(value: object): string {
  const tag = objectToString(value);
  if (objectHasOwn(value, toStringTagSymbol)) return PLAIN;
  const prove = PROOFS[tag];
  if (!prove) return tag;
  try {
    return prove(value) === false ? PLAIN : tag;
  } catch {
    return PLAIN;
  }
}

/** Other objects that are more than their properties. */
export function isMoreThanData(tag: string): boolean {
  switch (tag) {
    case "[object AbortController]":
    case "[object AbortSignal]":
    case "[object Arguments]":
    case "[object AsyncGenerator]":
    case "[object Crypto]":
    case "[object Event]":
    case "[object EventTarget]":
    case "[object FormData]":
    case "[object Generator]":
    case "[object Headers]":
    case "[object Performance]":
    case "[object Promise]":
    case "[object ReadableStream]":
    case "[object ReadableStreamDefaultController]":
    case "[object ReadableStreamDefaultReader]":
    case "[object Request]":
    case "[object Response]":
    case "[object SubtleCrypto]":
    case "[object Symbol]":
    case "[object TextDecoder]":
    case "[object TextEncoder]":
    case "[object URL]":
    case "[object URLSearchParams]":
    case "[object WeakMap]":
    case "[object WeakSet]":
      return true;
    default:
      return stringIndexOf(tag, "[object Intl.") === 0;
  }
}
