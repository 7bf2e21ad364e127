import { type Failure, Question } from "../guest/wire.ts";

/** How the text of a call to a host function begins. */
const CALL = `[${Question.Call},`;

const DIFFERENT_CALL: Failure = {
  code: "BRIDGE_DATA",
  message:
    "the code called a host function, then ran again and called it differently (a random value, the time?): " +
    "in a page that is not cross-origin isolated the calls must be the same each time",
};

/**
 * How a worker asks that cannot wait for an answer: the question ends the attempt, and the next attempt at the same
 * run knows the answer. Attempts leave nothing behind in the realm, reading host data changes nothing, and calls are
 * made once: each attempt is given the answers of the first calls in their order.
 */
export class Replay {
  readonly #reads = new Map<string, string>();
  readonly #calls: { readonly question: string; readonly answer: string }[] = [];
  #nextCall = 0;
  #open: string | undefined;

  /** The question on which the attempt ended. */
  get open(): string | undefined {
    return this.#open;
  }

  /** For the kernel. Throws what ends the attempt; code that catches it has its result thrown away. */
  ask(question: string): string {
    const answer = this.#open === undefined ? this.#recall(question) : undefined;
    if (answer !== undefined) return answer;
    this.#open ??= question;
    throw new Error("this attempt is over");
  }

  /** Keeps the answer to the open question for the next attempt, which begins now. */
  answer(text: string): void {
    const question = this.#open ?? "";
    if (isCall(question)) this.#calls.push({ question, answer: text });
    else this.#reads.set(question, text);
    this.#nextCall = 0;
    this.#open = undefined;
  }

  #recall(question: string): string | undefined {
    if (!isCall(question)) return this.#reads.get(question);
    const call = this.#calls[this.#nextCall++];
    return call && call.question !== question ? JSON.stringify(DIFFERENT_CALL) : call?.answer;
  }
}

function isCall(question: string): boolean {
  return question.startsWith(CALL);
}
