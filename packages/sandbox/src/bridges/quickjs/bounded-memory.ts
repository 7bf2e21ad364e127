const PAGE_BYTES = 65_536;
const PAGES_PER_MB = 16;
/** Emscripten asks for a fifth, a tenth and a twentieth more than it needs, in turn, before it gives up. */
const GROWTH_ATTEMPTS = 3;

/** Pages that were not empty, by number. */
export type MemoryImage = ReadonlyMap<number, Uint8Array>;

/** A WebAssembly memory with a maximum, which tells when it was reached and can be put back to what it was. */
export class BoundedMemory {
  readonly memory: WebAssembly.Memory;
  #refusals = 0;
  #isExhausted = false;

  /** @param initialMb What the module asks for at least, in MiB. */
  constructor(initialMb: number, maximumMb: number) {
    const initial = initialMb * PAGES_PER_MB;
    const maximum = Math.max(initial, Math.ceil(maximumMb * PAGES_PER_MB));
    this.memory = new WebAssembly.Memory({ initial, maximum });
    this.#watchGrowth();
  }

  /** Whether more was wanted than the maximum, since the start or the last {@link restore}. */
  get isExhausted(): boolean {
    return this.#isExhausted;
  }

  capture(): MemoryImage {
    const image = new Map<number, Uint8Array>();
    const bytes = new Uint8Array(this.memory.buffer);
    for (let page = 0; page * PAGE_BYTES < bytes.length; page++) {
      const content = bytes.subarray(page * PAGE_BYTES, (page + 1) * PAGE_BYTES);
      if (!isEmpty(content)) image.set(page, content.slice());
    }
    return image;
  }

  /** Makes every byte what it was; what has been added since is empty. */
  restore(image: MemoryImage): void {
    const bytes = new Uint8Array(this.memory.buffer);
    bytes.fill(0);
    for (const [page, content] of image) bytes.set(content, page * PAGE_BYTES);
    this.#refusals = 0;
    this.#isExhausted = false;
  }

  /** Emscripten grows the memory by this method and tells no one when it fails. */
  #watchGrowth(): void {
    const { memory } = this;
    const grow = memory.grow.bind(memory);
    memory.grow = (pages) => {
      try {
        const before = grow(pages);
        this.#refusals = 0;
        return before;
      } catch (error) {
        this.#refusals += 1;
        this.#isExhausted ||= this.#refusals >= GROWTH_ATTEMPTS;
        throw error;
      }
    };
  }
}

function isEmpty(page: Uint8Array): boolean {
  const words = new Int32Array(page.buffer, page.byteOffset, page.byteLength / Int32Array.BYTES_PER_ELEMENT);
  for (let index = 0; index < words.length; index++) if (words[index] !== 0) return false;
  return true;
}
