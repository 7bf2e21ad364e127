/** Texts that the kernel keeps compiled, and their characters together. */
const MAX_CODES = 1_000;
const MAX_CODE_CHARS = 1_048_576;

/** What the kernel knows a code by. */
export interface CachedCode {
  readonly id: number;
  readonly text: string;
}

/** Numbers the texts of code, and says which of them the kernel may forget: the least recently used. */
export class CodeCache {
  readonly #codes = new Map<string, CachedCode>();
  #latest: CachedCode | undefined;
  #chars = 0;
  #lastId = 0;
  #forgotten: number[] = [];

  /** The code of a text. A new one makes room for itself. */
  take(text: string): CachedCode {
    if (this.#latest?.text === text) return this.#latest;
    let code = this.#codes.get(text);
    if (code) this.#codes.delete(text);
    else {
      code = { id: ++this.#lastId, text };
      this.#chars += text.length;
    }
    this.#codes.set(text, code);
    this.#latest = code;
    this.#makeRoom();
    return code;
  }

  /** Numbers to be forgotten since the last call. */
  takeForgotten(): readonly number[] {
    if (this.#forgotten.length === 0) return this.#forgotten;
    const forgotten = this.#forgotten;
    this.#forgotten = [];
    return forgotten;
  }

  #makeRoom(): void {
    if (!this.#isFull()) return;
    // A Map keeps insertion order: the first is the least recently used, the last is in use now.
    for (const [text, { id }] of this.#codes) {
      if (!this.#isFull()) return;
      this.#codes.delete(text);
      this.#chars -= text.length;
      this.#forgotten.push(id);
    }
  }

  #isFull(): boolean {
    const { size } = this.#codes;
    return size > MAX_CODES || (size > 1 && this.#chars > MAX_CODE_CHARS);
  }
}
