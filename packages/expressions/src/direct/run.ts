import type { HostData } from "@skerry/sandbox/bridges";

/**
 * What an evaluation may do, in steps of some 25 ns: a node of the code that a callback evaluates once more, a part
 * of an element or field that is copied, 16 characters that are looked at. It keeps whoever waits from waiting more than
 * a few ms.
 */
const MAX_STEPS = 200_000;
/** Characters of a text that are looked at in one step. */
const CHARS_PER_STEP = 16;
/** Texts up to here are looked at for nothing. */
const FREE_CHARS = 256;
/** Longest text that is made, or searched, in UTF-16 units. */
export const MAX_TEXT_CHARS = 65_536;

/**
 * One direct evaluation. It is sure of its value until somebody says otherwise; from then on values mean nothing, and
 * the first who said so is right: what comes after it, the guest would not have evaluated.
 */
export class Run {
  readonly data: HostData;
  /** Values of names: those of the host's data, and parameters of callbacks. */
  readonly locals: unknown[] = [];
  #standing: "sure" | "thrown" | "unsure" = "sure";
  #steps = MAX_STEPS;

  constructor(data: HostData) {
    this.data = data;
  }

  get isSure(): boolean {
    return this.#standing === "sure";
  }

  /** Only the guest knows the value. */
  giveUp(): undefined {
    if (this.#standing === "sure") this.#standing = "unsure";
  }

  /** The guest would throw here, an error that is none of the extension functions. */
  fail(): undefined {
    if (this.#standing === "sure") this.#standing = "thrown";
  }

  /** Begins the next chunk if this one came to an error of the guest. @returns false if it did not. */
  recover(): boolean {
    if (this.#standing !== "thrown") return false;
    this.#standing = "sure";
    return true;
  }

  /** @returns Whether to go on: the evaluation is sure, and that many steps are left. */
  spend(steps: number): boolean {
    this.#steps -= steps;
    if (this.#steps < 0) this.giveUp();
    return this.isSure;
  }

  /** The steps for one look at a text. */
  spendText({ length }: string): boolean {
    return length <= FREE_CHARS || this.spend(length / CHARS_PER_STEP);
  }

  /** A text that was made, unless it is too long. */
  limitText(text: string): string | undefined {
    return text.length <= MAX_TEXT_CHARS && this.spendText(text) ? text : this.giveUp();
  }
}
