import jsTokens from "js-tokens";
import { UnreadableConfigError } from "./config-problem.ts";

/** A token of JavaScript, with its place in UTF-16 code units; `end` is exclusive. */
export interface SourceToken {
  readonly type: ReturnType<typeof jsTokens> extends Iterable<infer Token extends { readonly type: string }>
    ? Token["type"]
    : never;
  readonly value: string;
  /** False for a text, template or regular expression that the source ends in. */
  readonly isClosed: boolean;
  readonly start: number;
  readonly end: number;
}

/**
 * The tokens of a source in JavaScript or TypeScript, one by one, as far as somebody asks. Whatever the source is, its
 * tokens are found in a time that grows with its length alone: nothing is parsed, tried and given up.
 */
export class TokenReader {
  readonly #tokens: Iterator<SourceToken, undefined>;
  #limit = Number.POSITIVE_INFINITY;
  /** Read, and not taken yet. */
  #next: SourceToken | undefined;

  constructor(source: string) {
    this.#tokens = listTokens(source);
  }

  /** Lets no token be read that ends behind an offset. */
  limit(offset: number): void {
    this.#limit = offset;
  }

  /** Passes over spaces and comments. @returns undefined at the end. @throws UnreadableConfigError at the limit. */
  peek(): SourceToken | undefined {
    for (let token = this.#next ?? this.#read(); ; token = this.#read()) {
      if (token !== undefined && isSpace(token)) continue;
      this.#next = token;
      return token;
    }
  }

  /** Goes on behind the token that `peek` sees. @throws UnreadableConfigError at the limit. */
  take(): SourceToken | undefined {
    const token = this.peek();
    this.#next = undefined;
    return token;
  }

  /** Goes on by one token, be it a space or a comment. @returns undefined at the end. */
  step(): SourceToken | undefined {
    return this.#next === undefined ? this.#read() : this.take();
  }

  /** Lets a token be seen once more that was just read. */
  putBack(token: SourceToken | undefined): void {
    this.#next = token;
  }

  /** Takes the next token where it is one of these texts. */
  accept(...values: readonly string[]): SourceToken | undefined {
    const token = this.peek();
    return token !== undefined && isCode(token) && values.includes(token.value) ? this.take() : undefined;
  }

  #read(): SourceToken | undefined {
    const { value } = this.#tokens.next();
    if (value === undefined || value.end <= this.#limit) return value;
    const message = "What is exported is too long to look for a config in it";
    throw new UnreadableConfigError(message, value.start);
  }
}

/** Whether a token is a space or a comment. */
export function isSpace({ type }: SourceToken): boolean {
  return SPACES.has(type);
}

export function isComment({ type }: SourceToken): boolean {
  return COMMENTS.has(type);
}

/** Whether a token is a name or a mark, and not the text of a literal. */
export function isCode({ type }: SourceToken): boolean {
  return type === "IdentifierName" || type === "Punctuator";
}

const COMMENTS: ReadonlySet<SourceToken["type"]> = new Set(["SingleLineComment", "MultiLineComment"]);
const SPACES: ReadonlySet<SourceToken["type"]> = new Set([
  ...COMMENTS,
  "HashbangComment",
  "WhiteSpace",
  "LineTerminatorSequence",
]);

function* listTokens(source: string): Generator<SourceToken, undefined> {
  let start = 0;
  for (const token of jsTokens(source)) {
    const end = start + token.value.length;
    const isClosed = !("closed" in token) || token.closed;
    yield { type: token.type, value: token.value, isClosed, start, end };
    start = end;
  }
  return undefined;
}
