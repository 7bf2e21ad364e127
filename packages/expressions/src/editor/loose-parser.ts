import type { Options, Program } from "acorn";
import { LooseParser } from "acorn-loose";

/** What acorn-loose has and its types leave out. */
interface Internals {
  readToken(): unknown;
  resetTo(position: number): void;
}

const Base = LooseParser as unknown as {
  new (input: string, options: Options): Internals;
  parse(input: string, options: Options): Program;
};

const OPTIONS: Options = { ecmaVersion: "latest", sourceType: "script", preserveParens: true };

/** Each mistake costs a pass over the code, so many would cost its square. */
const MAX_MISTAKES = 50;
const MAX_TOKENS = 10_000;

/** Parses code that somebody is typing, as far as sense can be made of it at a bounded cost. */
class BoundedParser extends Base {
  #mistakes = 0;
  #tokens = 0;

  override readToken(): unknown {
    if (++this.#tokens > MAX_TOKENS) throw new RangeError("too many tokens");
    return super.readToken();
  }

  override resetTo(position: number): void {
    if (++this.#mistakes > MAX_MISTAKES) throw new RangeError("too many mistakes");
    super.resetTo(position);
  }
}

/**
 * The syntax of unfinished code; undefined for what is no code by any measure. Positions count from the beginning of
 * the code.
 */
export function parseLoosely(code: string): Program | undefined {
  // acorn-loose takes indentation for a sign of where blocks end. This one it does not see.
  const flat = code.replaceAll(/^[ \t]+/gm, (blanks) => "\u00a0".repeat(blanks.length));
  try {
    return BoundedParser.parse(flat, OPTIONS);
  } catch (error) {
    if (error instanceof RangeError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
