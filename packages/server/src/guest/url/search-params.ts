import {
  NativeTypeError,
  append,
  arraySort,
  iteratorSymbol,
  objectPropertyIsEnumerable,
  reflectApply,
  reflectOwnKeys,
  stringSlice,
  stringToWellFormed,
  toText,
} from "../primordials.ts";
import { type QueryPair, decodeForm, encodeForm } from "./form-encoding.ts";

/** Makes the parameters of a URL, which hears of every change as the new query. */
export let bindParams: (query: string, onChange: (query: string) => void) => URLSearchParams;
/** The URL's query changed. */
export let resetParams: (params: URLSearchParams, query: string) => void;
/** What `toString` gives, whatever a script did to it. */
export let serializeParams: (params: URLSearchParams) => string;

/** `URLSearchParams` of the URL standard (https://url.spec.whatwg.org/#interface-urlsearchparams). */
export class URLSearchParams {
  #pairs: QueryPair[] = [];
  #onChange: ((query: string) => void) | undefined;

  static {
    bindParams = (query, onChange) => {
      const params = new URLSearchParams();
      params.#pairs = decodeForm(query);
      params.#onChange = onChange;
      return params;
    };
    resetParams = (params, query) => {
      params.#pairs = decodeForm(query);
    };
    serializeParams = (params) => encodeForm(params.#pairs);
  }

  constructor(init: unknown = "") {
    if (typeof init !== "object" || init === null) {
      const text = toScalars(init);
      this.#pairs = decodeForm(text[0] === "?" ? stringSlice(text, 1) : text);
    } else if (#pairs in init) {
      this.#pairs = copyPairs(init.#pairs);
    } else if (iteratorSymbol in init) {
      this.#pairs = readList(init as Iterable<unknown>);
    } else {
      this.#pairs = readRecord(init as Readonly<Record<string, unknown>>);
    }
  }

  get size(): number {
    return this.#pairs.length;
  }

  append(name: unknown, value: unknown): void {
    append(this.#pairs, [toScalars(name), toScalars(value)]);
    this.#tell();
  }

  delete(name: unknown, value?: unknown): void {
    this.#pairs = this.#filter(toScalars(name), value, false);
    this.#tell();
  }

  get(name: unknown): string | null {
    const found = this.#filter(toScalars(name), undefined, true)[0];
    return found ? found[1] : null;
  }

  getAll(name: unknown): string[] {
    const values: string[] = [];
    const found = this.#filter(toScalars(name), undefined, true);
    for (let index = 0; index < found.length; index++) append(values, (found[index] as QueryPair)[1]);
    return values;
  }

  has(name: unknown, value?: unknown): boolean {
    return this.#filter(toScalars(name), value, true).length > 0;
  }

  /** The first of the name keeps its place; the others go. */
  set(name: unknown, value: unknown): void {
    const key = toScalars(name);
    const pair: QueryPair = [key, toScalars(value)];
    const kept: QueryPair[] = [];
    let isPlaced = false;
    for (let index = 0; index < this.#pairs.length; index++) {
      const other = this.#pairs[index] as QueryPair;
      if (other[0] !== key) append(kept, other);
      else if (!isPlaced) append(kept, pair);
      isPlaced ||= other[0] === key;
    }
    if (!isPlaced) append(kept, pair);
    this.#pairs = kept;
    this.#tell();
  }

  /** By names in UTF-16 code units; equal ones keep their order. */
  sort(): void {
    arraySort(this.#pairs, (a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
    this.#tell();
  }

  forEach(callback: (value: string, name: string, params: URLSearchParams) => unknown, self?: unknown): void {
    if (typeof callback !== "function") throw new NativeTypeError("URLSearchParams.forEach needs a function");
    for (let index = 0; index < this.#pairs.length; index++) {
      const pair = this.#pairs[index] as QueryPair;
      reflectApply(callback, self, [pair[1], pair[0], this]);
    }
  }

  // Who walks over the parameters sees what changes meanwhile: https://webidl.spec.whatwg.org/#es-iterable
  *entries(): Generator<[string, string]> {
    for (let index = 0; index < this.#pairs.length; index++) {
      const pair = this.#pairs[index] as QueryPair;
      yield [pair[0], pair[1]];
    }
  }

  *keys(): Generator<string> {
    for (let index = 0; index < this.#pairs.length; index++) yield (this.#pairs[index] as QueryPair)[0];
  }

  *values(): Generator<string> {
    for (let index = 0; index < this.#pairs.length; index++) yield (this.#pairs[index] as QueryPair)[1];
  }

  [Symbol.iterator](): Generator<[string, string]> {
    return this.entries();
  }

  toString(): string {
    return serializeParams(this);
  }

  /** The pairs that are, or are not, of a name and, if it is given, a value. */
  #filter(name: string, value: unknown, isWanted: boolean): QueryPair[] {
    const text = value === undefined ? undefined : toScalars(value);
    const kept: QueryPair[] = [];
    for (let index = 0; index < this.#pairs.length; index++) {
      const pair = this.#pairs[index] as QueryPair;
      const isMatch = pair[0] === name && (text === undefined || pair[1] === text);
      if (isMatch === isWanted) append(kept, pair);
    }
    return kept;
  }

  #tell(): void {
    this.#onChange?.(serializeParams(this));
  }
}

function copyPairs(pairs: readonly QueryPair[]): QueryPair[] {
  const copies: QueryPair[] = [];
  for (let index = 0; index < pairs.length; index++) {
    const pair = pairs[index] as QueryPair;
    append(copies, [pair[0], pair[1]]);
  }
  return copies;
}

function readList(list: Iterable<unknown>): QueryPair[] {
  const pairs: QueryPair[] = [];
  for (const item of list) {
    if (typeof item !== "object" || item === null || !(iteratorSymbol in item)) {
      throw new NativeTypeError("A parameter of a list must be a pair of name and value");
    }
    const parts: string[] = [];
    for (const part of item as Iterable<unknown>) append(parts, toScalars(part));
    if (parts.length !== 2)
      throw new NativeTypeError(`A parameter has 2 parts, this one has ${parts.length}`);
    append(pairs, parts as QueryPair);
  }
  return pairs;
}

/** Names that are the same once they are well-formed are one, with the last value. */
function readRecord(record: Readonly<Record<string, unknown>>): QueryPair[] {
  const pairs: QueryPair[] = [];
  const keys = reflectOwnKeys(record);
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] as string;
    if (!objectPropertyIsEnumerable(record, key)) continue;
    const name = toScalars(key);
    const value = toScalars(record[key]);
    let known: QueryPair | undefined;
    for (let at = 0; at < pairs.length; at++) if ((pairs[at] as QueryPair)[0] === name) known = pairs[at];
    if (known) known[1] = value;
    else append(pairs, [name, value]);
  }
  return pairs;
}

/** https://webidl.spec.whatwg.org/#es-USVString */
function toScalars(value: unknown): string {
  return stringToWellFormed(toText(value));
}
