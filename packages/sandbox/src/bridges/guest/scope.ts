import { NativeMap, mapClear, mapGet, mapSet } from "../../guest/primordials.ts";
import { arrayPush } from "./primordials.ts";

/** Characters of answers that the kernel keeps, of all scopes together; what comes later is asked anew. */
const MAX_KEPT_CHARS = 2_097_152;

/** Elements of an array that came in one answer. */
export interface Chunk {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

let keptChars = 0;

/**
 * What the kernel knows of one object of host data: the host's answers, as text. Each execution parses what it
 * touches, so that it has objects of its own.
 */
export class GuestScope {
  /** Length of the root, -1 unless it is an array. */
  readonly length: number;
  /** The data as JSON, where that says all of it. */
  readonly whole: string | undefined;
  readonly #answers = new NativeMap<string, string>();
  readonly #chunks = new NativeMap<number, Chunk[]>();
  #chars = 0;

  constructor(length: number, whole: string | undefined) {
    this.length = length;
    this.whole = whole;
  }

  /** The answer to a question, asked at most once. */
  recall(question: string, ask: (question: string) => string): string {
    const known = mapGet(this.#answers, question);
    if (known !== undefined) return known;
    const answer = ask(question);
    this.keep(question, answer);
    return answer;
  }

  keep(question: string, answer: string): void {
    if (this.#spend(question.length + answer.length)) mapSet(this.#answers, question, answer);
  }

  findChunk(node: number, index: number): Chunk | undefined {
    const chunks = mapGet(this.#chunks, node);
    if (!chunks) return undefined;
    for (let position = 0; position < chunks.length; position++) {
      const chunk = chunks[position] as Chunk;
      if (chunk.from <= index && index < chunk.to) return chunk;
    }
    return undefined;
  }

  keepChunk(node: number, chunk: Chunk): void {
    if (!this.#spend(chunk.text.length)) return;
    const chunks = mapGet(this.#chunks, node);
    if (chunks) arrayPush(chunks, chunk);
    else mapSet(this.#chunks, node, [chunk]);
  }

  /** Lets go of everything. */
  clear(): void {
    keptChars -= this.#chars;
    this.#chars = 0;
    mapClear(this.#answers);
    mapClear(this.#chunks);
  }

  #spend(chars: number): boolean {
    if (keptChars + chars > MAX_KEPT_CHARS) return false;
    keptChars += chars;
    this.#chars += chars;
    return true;
  }
}
