import { isToken } from "./http-token.ts";
import {
  NativeTypeError,
  append,
  arraySort,
  objectPropertyIsEnumerable,
  reflectApply,
  reflectOwnKeys,
  stringCharCodeAt,
  stringSlice,
  stringToLowerCase,
  toText,
} from "./primordials.ts";

/** One header as it travels: `[name, value]`. */
export type HeaderPair = readonly [name: string, value: string];

export type HeadersInit = Headers | Iterable<Iterable<unknown>> | Readonly<Record<string, unknown>>;

interface Entry {
  /** Lower case. */
  readonly name: string;
  value: string;
}

/** Fills a list without checks, with pairs that the host has checked. */
export let receiveHeaders: (pairs: readonly HeaderPair[], immutable: boolean) => Headers;
/** What the headers hold, as it goes to the host. */
export let headerPairs: (headers: Headers) => HeaderPair[];
/** Sets a header unless it is there. */
export let setDefaultHeader: (headers: Headers, name: string, value: string) => void;

/**
 * `Headers` of the Fetch standard (https://fetch.spec.whatwg.org/#headers-class), with the guards "none" and
 * "immutable" only: what may go over the wire is decided by the host.
 */
export class Headers {
  #entries: Entry[] = [];
  #immutable = false;
  /** Made when somebody asks, gone when something changes. */
  #sortedPairs: HeaderPair[] | undefined;

  static {
    receiveHeaders = (pairs, immutable) => {
      const headers = new Headers();
      const { length } = pairs;
      for (let index = 0; index < length; index++) {
        const pair = pairs[index] as HeaderPair;
        append(headers.#entries, { name: stringToLowerCase(pair[0]), value: pair[1] });
      }
      headers.#immutable = immutable;
      return headers;
    };
    headerPairs = (headers) => {
      const pairs: HeaderPair[] = [];
      const entries = headers.#entries;
      const { length } = entries;
      for (let index = 0; index < length; index++) {
        const entry = entries[index] as Entry;
        append(pairs, [entry.name, entry.value]);
      }
      return pairs;
    };
    setDefaultHeader = (headers, name, value) => {
      if (headers.#find(name) !== undefined) return;
      append(headers.#entries, { name, value });
      headers.#sortedPairs = undefined;
    };
  }

  constructor(init?: HeadersInit) {
    if (init === undefined) return;
    if (typeof init !== "object" || init === null) {
      throw new NativeTypeError("Headers needs an object of names and values, or a list of pairs");
    }
    if (#entries in init) this.#copy(init);
    else if (typeof (init as Iterable<unknown>)[Symbol.iterator] === "function") {
      this.#fillFromPairs(init as Iterable<unknown>);
    } else this.#fillFromRecord(init as Readonly<Record<string, unknown>>);
  }

  append(name: unknown, value: unknown): void {
    this.#append(name, value);
  }

  delete(name: unknown): void {
    const key = checkName(name);
    this.#checkMutable();
    this.#remove(key);
  }

  get(name: unknown): string | null {
    const key = checkName(name);
    let combined: string | null = null;
    const { length } = this.#entries;
    for (let index = 0; index < length; index++) {
      const entry = this.#entries[index] as Entry;
      if (entry.name === key) combined = combined === null ? entry.value : `${combined}, ${entry.value}`;
    }
    return combined;
  }

  /** Every `set-cookie` on its own: their values cannot be combined. */
  getSetCookie(): string[] {
    const values: string[] = [];
    const { length } = this.#entries;
    for (let index = 0; index < length; index++) {
      const entry = this.#entries[index] as Entry;
      if (entry.name === "set-cookie") append(values, entry.value);
    }
    return values;
  }

  has(name: unknown): boolean {
    return this.#find(checkName(name)) !== undefined;
  }

  set(name: unknown, value: unknown): void {
    const key = checkName(name);
    const text = checkValue(key, value);
    this.#checkMutable();
    const found = this.#find(key);
    if (!found) {
      append(this.#entries, { name: key, value: text });
      return;
    }
    // The first of its name keeps its place; the others go.
    this.#remove(key, found);
    found.value = text;
  }

  forEach(callback: (value: string, name: string, headers: Headers) => unknown, self?: unknown): void {
    if (typeof callback !== "function") throw new NativeTypeError("Headers.forEach needs a function");
    for (let index = 0; index < this.#sorted().length; index++) {
      const pair = this.#sorted()[index] as HeaderPair;
      reflectApply(callback, self, [pair[1], pair[0], this]);
    }
  }

  *entries(): Generator<[string, string]> {
    for (let index = 0; index < this.#sorted().length; index++) {
      const pair = this.#sorted()[index] as HeaderPair;
      yield [pair[0], pair[1]];
    }
  }

  *keys(): Generator<string> {
    for (let index = 0; index < this.#sorted().length; index++)
      yield (this.#sorted()[index] as HeaderPair)[0];
  }

  *values(): Generator<string> {
    for (let index = 0; index < this.#sorted().length; index++)
      yield (this.#sorted()[index] as HeaderPair)[1];
  }

  [Symbol.iterator](): Generator<[string, string]> {
    return this.entries();
  }

  #append(name: unknown, value: unknown): void {
    const key = checkName(name);
    const text = checkValue(key, value);
    this.#checkMutable();
    append(this.#entries, { name: key, value: text });
  }

  #copy(source: Headers): void {
    const { length } = source.#entries;
    for (let index = 0; index < length; index++) {
      const entry = source.#entries[index] as Entry;
      append(this.#entries, { name: entry.name, value: entry.value });
    }
  }

  #fillFromPairs(pairs: Iterable<unknown>): void {
    for (const pair of pairs) {
      if (
        typeof pair !== "object" ||
        pair === null ||
        typeof (pair as never)[Symbol.iterator] !== "function"
      ) {
        throw new NativeTypeError("A header of a list must be a pair of name and value");
      }
      const parts: unknown[] = [];
      for (const part of pair as Iterable<unknown>) append(parts, part);
      if (parts.length !== 2) {
        throw new NativeTypeError(`A header must have 2 parts, this one has ${parts.length}`);
      }
      this.#append(parts[0], parts[1]);
    }
  }

  #fillFromRecord(record: Readonly<Record<string, unknown>>): void {
    const keys = reflectOwnKeys(record);
    const { length } = keys;
    for (let index = 0; index < length; index++) {
      const key = keys[index] as string;
      if (objectPropertyIsEnumerable(record, key)) this.#append(key, record[key]);
    }
  }

  #find(name: string): Entry | undefined {
    const { length } = this.#entries;
    for (let index = 0; index < length; index++) {
      const entry = this.#entries[index] as Entry;
      if (entry.name === name) return entry;
    }
    return undefined;
  }

  #remove(name: string, keep?: Entry): void {
    const kept: Entry[] = [];
    const { length } = this.#entries;
    for (let index = 0; index < length; index++) {
      const entry = this.#entries[index] as Entry;
      if (entry.name !== name || entry === keep) append(kept, entry);
    }
    this.#entries = kept;
  }

  /**
   * Names in order, values of one name combined, each `set-cookie` on its own. Who walks over the headers sees what
   * changes meanwhile (https://webidl.spec.whatwg.org/#es-iterable), so they ask again at every step.
   */
  #sorted(): readonly HeaderPair[] {
    return (this.#sortedPairs ??= this.#sort());
  }

  #sort(): HeaderPair[] {
    const sorted: Entry[] = [];
    const { length } = this.#entries;
    for (let index = 0; index < length; index++) append(sorted, this.#entries[index] as Entry);
    arraySort(sorted, (a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
    const pairs: [string, string][] = [];
    for (let index = 0; index < length; index++) {
      const { name, value } = sorted[index] as Entry;
      const last = pairs[pairs.length - 1];
      if (last && last[0] === name && name !== "set-cookie") last[1] = `${last[1]}, ${value}`;
      else append(pairs, [name, value]);
    }
    return pairs;
  }

  /** Before every change. */
  #checkMutable(): void {
    if (this.#immutable) {
      throw new NativeTypeError("These headers are immutable: copy them with new Headers(headers)");
    }
    this.#sortedPairs = undefined;
  }
}

/** A field name in lower case. */
function checkName(value: unknown): string {
  const name = toByteString(value, "name");
  if (!isToken(name)) throw new NativeTypeError(`"${stringSlice(name, 0, 64)}" is not a valid header name`);
  return stringToLowerCase(name);
}

/** Strips white space at both ends; what would break the line is refused. */
function checkValue(name: string, value: unknown): string {
  const text = toByteString(value, "value");
  let start = 0;
  let end = text.length;
  while (start < end && isSpaceCode(stringCharCodeAt(text, start))) start++;
  while (end > start && isSpaceCode(stringCharCodeAt(text, end - 1))) end--;
  for (let index = start; index < end; index++) {
    const code = stringCharCodeAt(text, index);
    if (code === 0 || code === 0x0a || code === 0x0d) {
      throw new NativeTypeError(`The value of the header "${name}" holds a NUL or a line break`);
    }
  }
  return stringSlice(text, start, end);
}

function isSpaceCode(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;
}

/** https://webidl.spec.whatwg.org/#es-ByteString */
function toByteString(value: unknown, what: string): string {
  const text = toText(value);
  const { length } = text;
  for (let index = 0; index < length; index++) {
    if (stringCharCodeAt(text, index) > 0xff) {
      throw new NativeTypeError(`A header ${what} holds a character above U+00FF at position ${index}`);
    }
  }
  return text;
}
