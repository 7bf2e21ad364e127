import { type Expression, type Options, Parser, type TokenType, tokTypes } from "acorn";
import { ChunkError } from "./chunk-error.ts";

const OPTIONS: Options = {
  ecmaVersion: "latest",
  sourceType: "script",
  preserveParens: true,
  // Read, so that it can be refused with a reason.
  allowAwaitOutsideFunction: true,
};

/** Words that begin a statement, and how to write it as an expression. */
const STATEMENTS: ReadonlyMap<string, string> = new Map([
  ...["let", "const", "var"].map((word) => [word, "(() => { const a = 1; return a })()"] as const),
  ...["if", "switch"].map((word) => [word, 'condition ? "yes" : "no"'] as const),
  ...["for", "while", "do"].map((word) => [word, "list.map((item) => item.name)"] as const),
  ...["try", "throw"].map((word) => [word, "(() => { try { return a() } catch { return 0 } })()"] as const),
  ...["break", "continue", "debugger", "with"].map((word) => [word, "(() => { … })()"] as const),
  ["return", "the value alone, without `return`"],
]);

const LINE_END = /[\n\r\u2028\u2029]/;
/** Characters of the code that a message repeats. */
const MAX_QUOTE = 200;

/**
 * Parses a piece of code: one expression. What stands behind `;`, or on a new line where JavaScript would set one,
 * has to be readable and does nothing.
 *
 * @returns The expression; positions count from the beginning of the source, and parentheses are nodes.
 * @throws ChunkError
 */
export function parseChunk(source: string): Expression {
  try {
    return ChunkParser.read(source);
  } catch (error) {
    throw toChunkError(error, source);
  }
}

/** acorn, with the parts of it that its types leave out. */
class ChunkParser extends Parser {
  declare readonly type: TokenType;
  declare readonly value: unknown;
  declare readonly start: number;
  declare readonly end: number;
  declare readonly lastTokEnd: number;
  declare readonly nextToken: () => void;
  declare readonly parseExpression: () => Expression;
  declare readonly unexpected: () => never;

  /** Compiled code is the body of a function. */
  get allowNewDotTarget(): boolean {
    return true;
  }

  static read(source: string): Expression {
    const parser = new ChunkParser(OPTIONS, source);
    parser.nextToken();
    parser.refuseStatement();
    const expression = parser.parseExpression();
    const isSentence = parser.type === tokTypes.eof || parser.type === tokTypes.semi || parser.isOnNewLine();
    if (!isSentence) parser.unexpected();
    if (parser.type !== tokTypes.eof) readRest(source, parser.lastTokEnd);
    return expression;
  }

  private refuseStatement(): void {
    const range = { start: this.start, end: this.end };
    if (this.type === tokTypes.eof) {
      throw new ChunkError(
        "EXPRESSION_SYNTAX",
        "There is no code between {{ and }}: write an expression",
        range,
      );
    }
    const isName = this.type === tokTypes.name;
    const word = isName ? String(this.value) : (this.type.keyword ?? "");
    const instead = STATEMENTS.get(word);
    if (instead !== undefined) throw unsupported(`\`${word}\` begins a statement`, instead, range);
    const isModuleWord =
      word === "export" || (word === "import" && !/^\s*\(/.test(this.input.slice(this.end)));
    if (isModuleWord) throw unsupported(`\`${word}\` belongs to modules`, "the value alone", range);
  }

  private isOnNewLine(): boolean {
    return LINE_END.test(this.input.slice(this.lastTokEnd, this.start));
  }
}

function unsupported(what: string, instead: string, range: { start: number; end: number }): ChunkError {
  const message = `${what}, and an expression is one value: write ${instead}`;
  return new ChunkError("EXPRESSION_UNSUPPORTED", message, range);
}

/** Blanks keep the positions. */
function readRest(source: string, start: number): void {
  ChunkParser.parse(" ".repeat(start) + source.slice(start), OPTIONS);
}

interface AcornError extends SyntaxError {
  readonly pos: number;
}

function toChunkError(error: unknown, source: string): unknown {
  if (!(error instanceof SyntaxError)) return error;
  const { message, pos } = error as AcornError;
  if (message.startsWith("Not enough stack space")) return tooDeep(pos, source.length);
  const text = message.replace(/ \(\d+:\d+\)$/, "").slice(0, MAX_QUOTE);
  const word = readWord(source, pos);
  const range = { start: pos, end: pos + word.length };
  return new ChunkError("EXPRESSION_SYNTAX", explain(text, word), range);
}

/** For code that ran out of stack. */
export function tooDeep(start: number, end: number): ChunkError {
  const message = "The code is nested too deeply: split it into several expressions";
  return new ChunkError("EXPRESSION_UNSUPPORTED", message, { start: Math.min(start, end), end });
}

function readWord(source: string, start: number): string {
  const pattern = /[\w$\u0080-\uffff]+|[^]?/y;
  pattern.lastIndex = start;
  return pattern.exec(source)?.[0].slice(0, MAX_QUOTE) ?? "";
}

function explain(text: string, word: string): string {
  if (text !== "Unexpected token") return text;
  if (word === "") return "The code ends too early: a value, a closing bracket or a closing quote is missing";
  const hint = /^[\w$'"`]/.test(word)
    ? ": an operator, a comma or a quote is missing before it, or it is a reserved word"
    : "";
  return `Unexpected ${JSON.stringify(word)}${hint}`;
}
