import { dequal } from "dequal";

const SHOWN_TEXT_CHARS = 32;

/**
 * A set that compares objects by their content. Values are told apart by a fingerprint first, so that most pairs of
 * different objects are never compared.
 */
export class DeepSet {
  readonly #primitives = new Set<unknown>();
  readonly #objects = new Map<string, unknown[]>();

  constructor(values: Iterable<unknown> = []) {
    for (const value of values) this.add(value);
  }

  has(value: unknown): boolean {
    if (!isObject(value)) return this.#primitives.has(value);
    return this.#objects.get(fingerprint(value))?.some((other) => dequal(other, value)) ?? false;
  }

  /** @returns whether the value is new. */
  add(value: unknown): boolean {
    if (!isObject(value)) {
      const { size } = this.#primitives;
      return this.#primitives.add(value).size > size;
    }
    const key = fingerprint(value);
    const bucket = this.#objects.get(key);
    if (bucket === undefined) this.#objects.set(key, [value]);
    else if (bucket.some((other) => dequal(other, value))) return false;
    else bucket.push(value);
    return true;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** Equal values have equal fingerprints: kind, and what lies one level deep, in the order of its keys. */
function fingerprint(value: object): string {
  if (Array.isArray(value)) return `[${value.map(mark).join()}`;
  if (value instanceof Date) return `@${value.getTime()}`;
  const keys = Object.keys(value).sort();
  return keys.map((key) => `${key}:${mark((value as Record<string, unknown>)[key])}`).join();
}

function mark(value: unknown): string {
  switch (typeof value) {
    case "string":
      return `"${value.length}${value.slice(0, SHOWN_TEXT_CHARS)}`;
    case "number":
    case "boolean":
    case "bigint":
      return `${value}`;
    default:
      return typeof value;
  }
}
