const CONTINUES = 0x80;
const PAYLOAD = 0x7f;

/** Reads the bytes of a WebAssembly module in order. */
export class WasmReader {
  readonly bytes: Uint8Array;
  readonly end: number;
  position: number;

  constructor(bytes: Uint8Array, position = 0, end = bytes.length) {
    this.bytes = bytes;
    this.position = position;
    this.end = end;
  }

  get isAtEnd(): boolean {
    return this.position >= this.end;
  }

  byte(): number {
    const value = this.bytes[this.position];
    if (value === undefined || this.isAtEnd)
      throw new Error(`the module ends early, at byte ${this.position}`);
    this.position += 1;
    return value;
  }

  /** An unsigned LEB128 number. */
  u32(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value |= (byte & PAYLOAD) << shift;
      if (byte < CONTINUES) return value >>> 0;
    }
  }

  /** Passes over one LEB128 number of any width and sign. */
  skipLeb(): void {
    while (this.byte() >= CONTINUES);
  }

  skip(length: number): void {
    this.position += length;
  }

  /** What was read since `start`. */
  since(start: number): Uint8Array {
    return this.bytes.subarray(start, this.position);
  }
}

/** Collects the bytes of a WebAssembly module. */
export class WasmWriter {
  #bytes: Uint8Array;
  #length = 0;

  constructor(capacity = 1024) {
    this.#bytes = new Uint8Array(capacity);
  }

  byte(...values: number[]): this {
    return this.raw(values);
  }

  u32(value: number): this {
    let rest = value;
    while (rest >= CONTINUES) {
      this.byte((rest & PAYLOAD) | CONTINUES);
      rest >>>= 7;
    }
    return this.byte(rest);
  }

  raw(bytes: ArrayLike<number>): this {
    const length = this.#length + bytes.length;
    if (length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(length, this.#bytes.length * 2));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length = length;
    return this;
  }

  /** A name: its length and its UTF-8 bytes. */
  name(text: string): this {
    return this.sized(new TextEncoder().encode(text));
  }

  /** A length and that many bytes. */
  sized(bytes: Uint8Array): this {
    return this.u32(bytes.length).raw(bytes);
  }

  finish(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#bytes.subarray(0, this.#length));
  }
}
