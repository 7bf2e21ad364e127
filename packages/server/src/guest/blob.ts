import {
  NativeArrayBuffer,
  NativeNumber,
  NativeTypeError,
  NativeUint8Array,
  append,
  arrayBufferSlice,
  bytesSet,
  dateNow,
  isView,
  iteratorSymbol,
  mathRound,
  mathTrunc,
  numberIsInteger,
  stringCharCodeAt,
  stringToLowerCase,
  stringToWellFormed,
  toText,
} from "./primordials.ts";
import { type ReadableStream, createStream } from "./readable-stream.ts";
import { bytesOf, decodeUtf8, encodeUtf8 } from "./text-encoding.ts";

export interface BlobOptions {
  /** Media type; what has other characters than printable ASCII counts as none. */
  readonly type?: unknown;
}

export interface FileOptions extends BlobOptions {
  /** Milliseconds since the epoch. Default now. */
  readonly lastModified?: unknown;
}

/** What a blob holds; nobody may write to it. */
export let blobBytes: (blob: Blob) => Uint8Array<ArrayBuffer>;
export let isBlob: (value: unknown) => value is Blob;
export let isFile: (value: unknown) => value is File;

/** `Blob` of the File API (https://w3c.github.io/FileAPI/#blob-section), in memory; line endings stay as they are. */
export class Blob {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #type: string;

  static {
    blobBytes = (blob) => blob.#bytes;
    isBlob = (value): value is Blob => typeof value === "object" && value !== null && #bytes in value;
  }

  constructor(parts?: Iterable<unknown>, options: BlobOptions | null = {}) {
    this.#bytes = joinBytes(parts === undefined ? [] : readParts(parts));
    this.#type = normalizeType(options?.type);
  }

  get size(): number {
    return this.#bytes.length;
  }

  get type(): string {
    return this.#type;
  }

  /** From `start` up to but without `end`; negative counts from the end. */
  slice(start?: unknown, end?: unknown, type?: unknown): Blob {
    const { length, buffer } = this.#bytes;
    const from = clampIndex(start, 0, length);
    const to = clampIndex(end, length, length);
    const bytes = new NativeUint8Array(arrayBufferSlice(buffer, from, to > from ? to : from));
    return new Blob([bytes], { type });
  }

  async text(): Promise<string> {
    return decodeUtf8(this.#bytes);
  }

  async bytes(): Promise<Uint8Array> {
    return new NativeUint8Array(this.#bytes);
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    return new NativeUint8Array(this.#bytes).buffer;
  }

  stream(): ReadableStream {
    let isGiven = this.#bytes.length === 0;
    const next = async () => {
      const done = isGiven;
      isGiven = true;
      return { done, value: done ? undefined : new NativeUint8Array(this.#bytes) };
    };
    return createStream({ next, cancel: () => {} });
  }
}

/** `File` of the File API (https://w3c.github.io/FileAPI/#file-section). */
export class File extends Blob {
  readonly #name: string;
  readonly #lastModified: number;

  static {
    isFile = (value): value is File => typeof value === "object" && value !== null && #name in value;
  }

  constructor(parts: Iterable<unknown>, name: unknown, options: FileOptions | null = {}) {
    if (parts === undefined || name === undefined) {
      throw new NativeTypeError("File needs a list of parts and a name");
    }
    super(parts, options);
    this.#name = stringToWellFormed(toText(name));
    const { lastModified } = options ?? {};
    this.#lastModified = lastModified === undefined ? dateNow() : toInteger(lastModified);
  }

  get name(): string {
    return this.#name;
  }

  get lastModified(): number {
    return this.#lastModified;
  }
}

function readParts(parts: Iterable<unknown>): Uint8Array[] {
  if (typeof parts !== "object" || parts === null || typeof parts[iteratorSymbol] !== "function") {
    throw new NativeTypeError("The parts of a blob must be a list");
  }
  const read: Uint8Array[] = [];
  for (const part of parts) append(read, partBytes(part));
  return read;
}

function partBytes(part: unknown): Uint8Array {
  if (isBlob(part)) return blobBytes(part);
  if (part instanceof NativeArrayBuffer || isView(part)) return bytesOf(part);
  return encodeUtf8(toText(part));
}

/** One array of several. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (let index = 0; index < parts.length; index++) length += (parts[index] as Uint8Array).length;
  const all = new NativeUint8Array(length);
  for (let index = 0, at = 0; index < parts.length; index++) {
    const part = parts[index] as Uint8Array;
    bytesSet(all, part, at);
    at += part.length;
  }
  return all;
}

function normalizeType(type: unknown): string {
  if (type === undefined) return "";
  const text = toText(type);
  for (let index = 0; index < text.length; index++) {
    const unit = stringCharCodeAt(text, index);
    if (unit < 0x20 || unit > 0x7e) return "";
  }
  return stringToLowerCase(text);
}

function clampIndex(value: unknown, absent: number, length: number): number {
  if (value === undefined) return absent;
  const number = NativeNumber(value);
  const index = number === number ? mathRound(number) : 0;
  if (index < 0) return length + index > 0 ? length + index : 0;
  return index < length ? index : length;
}

/** As Web IDL converts to `long long`; infinity is 0 as what is no number. */
function toInteger(value: unknown): number {
  const number = mathTrunc(NativeNumber(value));
  return numberIsInteger(number) ? number : 0;
}
