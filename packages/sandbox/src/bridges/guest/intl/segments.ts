import { stringSlice } from "../../../guest/primordials.ts";
import { reflectDeleteProperty } from "../primordials.ts";

/** The answer of the host: where each segment ends and, for words, a 1 for each that is like one, else a 0. */
export type Cuts = readonly [ends: readonly number[], wordLikes?: string];

/** What `Intl.Segmenter.prototype.segment` gives (ECMA-402 18.5), all of it known. */
export class Segments {
  readonly #input: string;
  readonly #cuts: Cuts;

  constructor(input: string, cuts: Cuts) {
    this.#input = input;
    this.#cuts = cuts;
  }

  containing(index?: unknown): Intl.SegmentData | undefined {
    // ECMA-262 7.1.5, ToIntegerOrInfinity.
    const at = Math.trunc(+(index as string)) || 0;
    if (at < 0 || at >= this.#input.length) return undefined;
    const [ends] = this.#cuts;
    let low = 0;
    for (let high = ends.length - 1; low < high;) {
      const middle = (low + high) >> 1;
      if ((ends[middle] as number) > at) high = middle;
      else low = middle + 1;
    }
    return this.#read(low);
  }

  *[Symbol.iterator](): Generator<Intl.SegmentData, undefined> {
    const { length } = this.#cuts[0];
    for (let position = 0; position < length; position++) yield this.#read(position);
    return undefined;
  }

  #read(position: number): Intl.SegmentData {
    const [ends, wordLikes] = this.#cuts;
    const index = position === 0 ? 0 : (ends[position - 1] as number);
    const segment = stringSlice(this.#input, index, ends[position]);
    const data = { segment, index, input: this.#input };
    return wordLikes === undefined ? data : { ...data, isWordLike: wordLikes[position] === "1" };
  }
}

// As in the standard: nothing leads from an object to what makes them.
reflectDeleteProperty(Segments.prototype, "constructor");
