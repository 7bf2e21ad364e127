/**
 * An index that an expression gave.
 *
 * @param what For the message, e.g. `first() takes the number of an output`.
 * @throws TypeError
 */
export function readIndex(value: unknown, what: string): number | undefined {
  if (value === undefined || (Number.isSafeInteger(value) && (value as number) >= 0)) {
    return value as number | undefined;
  }
  throw new TypeError(`${what}, counted from 0, not ${describe(value)}`);
}

export function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  return typeof value === "object" && value !== null ? "an object" : String(value);
}
