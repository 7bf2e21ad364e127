import {
  NativeArrayBuffer,
  NativeRangeError,
  NativeTypeError,
  NativeUint16Array,
  NativeUint8Array,
  isView,
  stringCharCodeAt,
  stringToLowerCase,
  stringSlice,
  textOfUnits,
  toDictionary,
  toText,
} from "./primordials.ts";

/** Code units turned into text at once: below what `String.fromCharCode` may take as arguments. */
const CHUNK_UNITS = 2_048;
/** Where every decoder puts them meanwhile: decoding ends before anybody else can run. */
const UNITS = new Uint16Array(CHUNK_UNITS);
const REPLACEMENT = 0xfffd;
const BOM = 0xfeff;
const LABELS =
  /^[\t\n\f\r ]*(?:unicode-1-1-utf-8|unicode11utf8|unicode20utf8|utf-?8|x-unicode20utf8)[\t\n\f\r ]*$/;
const matchLabel = LABELS.exec.bind(LABELS);

/** UTF-8 of a text; lone surrogates become U+FFFD (https://encoding.spec.whatwg.org/#utf-8-encoder). */
export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  const { length } = text;
  const ascii = new NativeUint8Array(length);
  for (let index = 0; index < length; index++) {
    const unit = stringCharCodeAt(text, index);
    if (unit > 0x7f) return encodeRest(text, ascii, index);
    ascii[index] = unit;
  }
  return ascii;
}

/** Goes on where the first character outside ASCII stands; a code unit takes at most three bytes. */
function encodeRest(text: string, head: Uint8Array, start: number): Uint8Array<ArrayBuffer> {
  const bytes = new NativeUint8Array(start + (text.length - start) * 3);
  for (let index = 0; index < start; index++) bytes[index] = head[index] as number;
  const { written } = encodeRange(text, start, bytes, start);
  return new NativeUint8Array(bytes.buffer.slice(0, written));
}

/** Writes as many whole characters as fit; counts code units read and the end of what is written. */
function encodeRange(
  text: string,
  start: number,
  bytes: Uint8Array,
  offset: number,
): { read: number; written: number } {
  const { length } = text;
  const room = bytes.length;
  let read = start;
  let written = offset;
  while (read < length) {
    let code = stringCharCodeAt(text, read);
    let units = 1;
    if ((code & 0xf800) === 0xd800) {
      const next = read + 1 < length ? stringCharCodeAt(text, read + 1) : 0;
      if (code < 0xdc00 && (next & 0xfc00) === 0xdc00) {
        code = 0x10000 + ((code & 0x3ff) << 10) + (next & 0x3ff);
        units = 2;
      } else {
        code = REPLACEMENT;
      }
    }
    const size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (written + size > room) break;
    if (size === 1) {
      bytes[written] = code;
    } else {
      bytes[written] = (size === 2 ? 0xc0 : size === 3 ? 0xe0 : 0xf0) | (code >> ((size - 1) * 6));
      for (let index = 1; index < size; index++) {
        bytes[written + index] = 0x80 | ((code >> ((size - 1 - index) * 6)) & 0x3f);
      }
    }
    read += units;
    written += size;
  }
  return { read, written };
}

/** Text of UTF-8 bytes: a leading byte order mark is dropped, malformed parts become U+FFFD. */
export function decodeUtf8(bytes: Uint8Array): string {
  return new Utf8Decoder(false, false).decode(bytes, false);
}

/** As `decodeUtf8`, and a leading byte order mark is a character. */
export function decodeUtf8WithMark(bytes: Uint8Array): string {
  return new Utf8Decoder(false, true).decode(bytes, false);
}

/**
 * `TextEncoder` of the Encoding standard (https://encoding.spec.whatwg.org/#interface-textencoder).
 */
export class TextEncoder {
  get encoding(): string {
    return "utf-8";
  }

  encode(input: unknown = ""): Uint8Array {
    return encodeUtf8(toText(input));
  }

  encodeInto(source: unknown, destination: Uint8Array): { read: number; written: number } {
    if (!(destination instanceof NativeUint8Array)) {
      throw new NativeTypeError("encodeInto needs a Uint8Array");
    }
    return encodeRange(toText(source), 0, destination, 0);
  }
}

/** The UTF-8 decoder (https://encoding.spec.whatwg.org/#utf-8-decoder) with what it keeps between chunks. */
class Utf8Decoder {
  readonly #fatal: boolean;
  readonly #keepBom: boolean;
  #code = 0;
  #needed = 0;
  #lower = 0x80;
  #upper = 0xbf;
  #atStart = true;

  constructor(fatal: boolean, keepBom: boolean) {
    this.#fatal = fatal;
    this.#keepBom = keepBom;
  }

  decode(bytes: Uint8Array, more: boolean): string {
    try {
      return this.#decode(bytes, more);
    } catch (error) {
      this.#reset();
      throw error;
    }
  }

  #decode(bytes: Uint8Array, more: boolean): string {
    const { length } = bytes;
    let text = "";
    let filled = 0;
    for (let index = 0; index < length; index++) {
      // The longest character is two code units, and a malformed sequence may end just before it.
      if (filled > CHUNK_UNITS - 4) {
        text += this.#take(filled);
        filled = 0;
      }
      const byte = bytes[index] as number;
      if (this.#needed === 0) {
        if (byte < 0x80) {
          const count = copyAscii(bytes, index, filled);
          filled += count;
          index += count - 1;
        } else if (!this.#begin(byte)) {
          UNITS[filled++] = this.#malformed();
        }
      } else if (byte < this.#lower || byte > this.#upper) {
        UNITS[filled++] = this.#malformed();
        index--;
      } else {
        this.#lower = 0x80;
        this.#upper = 0xbf;
        this.#code = (this.#code << 6) | (byte & 0x3f);
        if (--this.#needed === 0) filled = this.#write(filled);
      }
    }
    if (!more && this.#needed > 0) UNITS[filled++] = this.#malformed();
    text += this.#take(filled);
    if (!more) this.#reset();
    return text;
  }

  /** A lead byte; says whether it can be one. */
  #begin(byte: number): boolean {
    if (byte >= 0xc2 && byte <= 0xdf) {
      this.#needed = 1;
      this.#code = byte & 0x1f;
    } else if (byte >= 0xe0 && byte <= 0xef) {
      if (byte === 0xe0) this.#lower = 0xa0;
      if (byte === 0xed) this.#upper = 0x9f;
      this.#needed = 2;
      this.#code = byte & 0xf;
    } else if (byte >= 0xf0 && byte <= 0xf4) {
      if (byte === 0xf0) this.#lower = 0x90;
      if (byte === 0xf4) this.#upper = 0x8f;
      this.#needed = 3;
      this.#code = byte & 0x7;
    } else {
      return false;
    }
    return true;
  }

  #write(at: number): number {
    const code = this.#code;
    if (code < 0x10000) {
      UNITS[at] = code;
      return at + 1;
    }
    UNITS[at] = 0xd800 + ((code - 0x10000) >> 10);
    UNITS[at + 1] = 0xdc00 + (code & 0x3ff);
    return at + 2;
  }

  #malformed(): number {
    if (this.#fatal) throw new NativeTypeError("The encoded data was not valid for encoding utf-8");
    this.#needed = 0;
    this.#lower = 0x80;
    this.#upper = 0xbf;
    return REPLACEMENT;
  }

  /** The units filled so far as text, without the mark that the very first of them may be. */
  #take(filled: number): string {
    if (filled === 0) return "";
    const start = this.#atStart && !this.#keepBom && UNITS[0] === BOM ? 1 : 0;
    this.#atStart = false;
    return textOfUnits(new NativeUint16Array(UNITS.buffer, start * 2, filled - start));
  }

  #reset(): void {
    this.#needed = 0;
    this.#lower = 0x80;
    this.#upper = 0xbf;
    this.#atStart = true;
  }
}

/** Copies characters of ASCII as long as there are some and there is room; most text is little else. */
function copyAscii(bytes: Uint8Array, from: number, filled: number): number {
  const left = bytes.length - from;
  const room = CHUNK_UNITS - filled;
  const most = left < room ? left : room;
  let count = 0;
  while (count < most) {
    const byte = bytes[from + count] as number;
    if (byte > 0x7f) break;
    UNITS[filled + count++] = byte;
  }
  return count;
}

/** `TextDecoder` of the Encoding standard, for UTF-8. @throws RangeError for every other encoding */
export class TextDecoder {
  readonly #fatal: boolean;
  readonly #ignoreBom: boolean;
  readonly #decoder: Utf8Decoder;

  constructor(label: unknown = "utf-8", options: { fatal?: boolean; ignoreBOM?: boolean } = {}) {
    const name = toText(label);
    if (!matchLabel(stringToLowerCase(name))) {
      throw new NativeRangeError(
        `The encoding "${stringSlice(name, 0, 64)}" is not supported here: only utf-8 is`,
      );
    }
    const { fatal, ignoreBOM } = toDictionary(options);
    this.#fatal = !!fatal;
    this.#ignoreBom = !!ignoreBOM;
    this.#decoder = new Utf8Decoder(this.#fatal, this.#ignoreBom);
  }

  get encoding(): string {
    return "utf-8";
  }

  get fatal(): boolean {
    return this.#fatal;
  }

  get ignoreBOM(): boolean {
    return this.#ignoreBom;
  }

  decode(input?: ArrayBuffer | ArrayBufferView, options: { stream?: boolean } = {}): string {
    return this.#decoder.decode(
      input === undefined ? new NativeUint8Array(0) : bytesOf(input),
      !!options?.stream,
    );
  }
}

/** The bytes that a buffer or a view shows, not copied. @throws TypeError for anything else */
export function bytesOf(source: ArrayBuffer | ArrayBufferView): Uint8Array {
  if (source instanceof NativeUint8Array) return source;
  if (isView(source)) return new NativeUint8Array(source.buffer, source.byteOffset, source.byteLength);
  if (source instanceof NativeArrayBuffer) return new NativeUint8Array(source);
  throw new NativeTypeError("an ArrayBuffer or a view of one is needed");
}
