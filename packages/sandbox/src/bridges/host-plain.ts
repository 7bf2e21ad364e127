import { PlainTest, isPlainTree } from "./guest/plain.ts";
import { PART_DEPTH } from "./guest/wire.ts";

/**
 * JSON of an object of the host, if JSON says all of it in at most so many characters, roughly.
 *
 * @param excludes Objects inside it that must not be told as JSON. Default: none.
 * @param onWide See {@link PlainTest}.
 */
export function describeShort(
  value: object,
  maxChars: number,
  excludes: (inner: object) => boolean = isNone,
  onWide?: (inner: object) => void,
): string | undefined {
  const test = new PlainTest(maxChars, excludes, onWide);
  return describeIf(value, () => test.acceptsContent(value, PART_DEPTH - 1));
}

/** JSON of host data, if JSON says all of it and which of its objects are the same. */
export function describeTree(value: object): string | undefined {
  return describeIf(value, () => isPlainTree(value, isNone));
}

/**
 * What `JSON.stringify` makes of plain data of the host, without running anything of the data's.
 *
 * @param maxChars Longest text, roughly.
 * @param space As for `JSON.stringify`.
 * @returns undefined for a longer text, and where JSON does not say all: accessors, `toJSON`, dates, NaN, holes, cycles …
 */
export function stringifyPlainData(
  value: object,
  maxChars: number,
  space?: string | number,
): string | undefined {
  const json = describeShort(value, maxChars);
  return json === undefined || space === undefined ? json : JSON.stringify(value, undefined, space);
}

function describeIf(value: object, isPlain: () => boolean): string | undefined {
  try {
    return isPlain() ? JSON.stringify(value) : undefined;
  } catch {
    // A Proxy whose traps throw.
    return undefined;
  }
}

function isNone(): boolean {
  return false;
}
