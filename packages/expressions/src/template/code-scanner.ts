/** How a piece of code was read. */
export interface CodeReading {
  /** The code, as long as the part of the template that it stands for. */
  readonly source: string;
  /** Where it ends in the template: position of its `}}`, or the length of the template. */
  readonly end: number;
  readonly isClosed: boolean;
  /** How many brackets are open at once, at the most. */
  readonly depth: number;
}

const CLOSER = "}}";

/** Words after which a value follows, so that `/` begins a regular expression. */
const WORDS_BEFORE_VALUE = new Set(
  "await case delete do else in instanceof new of return throw typeof void yield".split(" "),
);
/** Words whose parentheses hold no value. */
const WORDS_BEFORE_PARENTHESES = new Set(["for", "if", "while", "with"]);

const LINE_END = /[\n\r\u2028\u2029]/g;
const LINE_COMMENT_END = /[\n\r\u2028\u2029]|\}\}/g;
const STRING_END = { '"': /["\n\r]|\\(?:\r\n|[^])/g, "'": /['\n\r]|\\(?:\r\n|[^])/g } as const;
const TEMPLATE_STOP = /`|\$\{|\\[^]/g;
const REGEX_STOP = /[/[\]\n\r\u2028\u2029]|\\[^\n\r\u2028\u2029]/g;
const NUMBER = /[\d.][\w.]*/y;
const WORD = /[\w$\u0080-\uffff]+/y;
const BLANK = /[\s\ufeff]+/y;

/** `(` of a value, `c`: `(` after a word such as `if`, `[`, `{`, `$`: `${` of a template literal. */
type Bracket = "(" | "c" | "[" | "{" | "$";

/**
 * Reads code until the `}}` that no string, template literal, regular expression, block comment or brace of the code
 * holds. `}}` ends a line comment too when nothing else is open. `\}}` outside of texts is `}}` that does not end the
 * code. Code that makes no sense is read to some end as well; time is linear in what is read.
 */
export function scanCode(template: string, start: number): CodeReading {
  return new CodeScanner(template, start).scan();
}

/** Reads code until the first `}}` without a backslash before it, whatever it belongs to. */
export function scanCodePlainly(template: string, start: number): CodeReading {
  let end = template.indexOf(CLOSER, start);
  while (end > start && template[end - 1] === "\\") end = template.indexOf(CLOSER, end + CLOSER.length);
  const isClosed = end !== -1;
  if (!isClosed) end = template.length;
  return { source: template.slice(start, end), end, isClosed, depth: 0 };
}

class CodeScanner {
  readonly #template: string;
  readonly #start: number;
  readonly #open: Bracket[] = [];
  /** Positions of backslashes that are no part of the code. */
  readonly #escapes: number[] = [];
  #at: number;
  #openBraces = 0;
  #depth = 0;
  /** Whether a value stands before the position, so that `/` divides. */
  #isAfterValue = false;
  #isAfterControlWord = false;

  constructor(template: string, start: number) {
    this.#template = template;
    this.#start = start;
    this.#at = start;
  }

  scan(): CodeReading {
    const { length } = this.#template;
    while (this.#at < length && !this.#isAtCloser()) this.#step();
    const end = Math.min(this.#at, length);
    return { source: this.#source(end), end, isClosed: end < length, depth: this.#depth };
  }

  #isAtCloser(): boolean {
    return this.#openBraces === 0 && this.#template.startsWith(CLOSER, this.#at);
  }

  #step(): void {
    const character = this.#template.charAt(this.#at);
    switch (character) {
      case '"':
      case "'":
        return this.#skipString(STRING_END[character]);
      case "`":
        return this.#skipTemplateText();
      case "/":
        return this.#skipSlash();
      case "(":
        return this.#push(this.#isAfterControlWord ? "c" : "(", 1);
      case "[":
      case "{":
        return this.#push(character, 1);
      case ")":
      case "]":
        return this.#closeParenthesis();
      case "}":
        return this.#closeBrace();
      case "\\":
        return this.#skipBackslash();
      default:
        return this.#skipBlank() || this.#skipWord() ? undefined : this.#skipPunctuator(character);
    }
  }

  #skipString(stops: RegExp): void {
    let stop: string | undefined;
    this.#at++;
    do stop = this.#find(stops);
    while (stop?.startsWith("\\"));
    this.#endValue();
  }

  /** From its opening mark, or from the end of a `${…}`, to its closing mark or the next `${`. */
  #skipTemplateText(): void {
    let stop: string | undefined;
    this.#at++;
    do stop = this.#find(TEMPLATE_STOP);
    while (stop?.startsWith("\\"));
    if (stop === "${") return this.#push("$", 0);
    this.#endValue();
  }

  #skipSlash(): void {
    const next = this.#template.charAt(this.#at + 1);
    if (next === "*") return this.#skipBlockComment();
    if (next === "/") return this.#skipLineComment();
    if (this.#isAfterValue) return this.#skipPunctuator("/");
    this.#skipRegex();
  }

  #skipBlockComment(): void {
    const end = this.#template.indexOf("*/", this.#at + 2);
    this.#at = end === -1 ? this.#template.length : end + 2;
  }

  #skipLineComment(): void {
    const stop = this.#find(this.#open.length === 0 ? LINE_COMMENT_END : LINE_END);
    if (stop === CLOSER) this.#at -= CLOSER.length;
  }

  #skipRegex(): void {
    let isInClass = false;
    this.#at++;
    for (;;) {
      const stop = this.#find(REGEX_STOP);
      if (stop === "[") isInClass = true;
      else if (stop === "]") isInClass = false;
      else if (stop?.startsWith("\\") || (stop === "/" && isInClass)) continue;
      else return this.#endValue();
    }
  }

  #push(bracket: Bracket, width: number): void {
    this.#open.push(bracket);
    this.#depth = Math.max(this.#depth, this.#open.length);
    if (isBrace(bracket)) this.#openBraces++;
    this.#at += width;
    this.#beginValue();
  }

  #closeParenthesis(): void {
    const bracket = this.#open.at(-1);
    if (bracket !== undefined && !isBrace(bracket)) this.#open.pop();
    this.#at++;
    this.#endValue();
    if (bracket === "c") this.#beginValue();
  }

  /** Closes what was left open inside the braces as well. */
  #closeBrace(): void {
    let bracket = this.#openBraces > 0 ? this.#open.pop() : undefined;
    while (bracket !== undefined && !isBrace(bracket)) bracket = this.#open.pop();
    if (bracket !== undefined) this.#openBraces--;
    if (bracket === "$") return this.#skipTemplateText();
    this.#at++;
    this.#endValue();
  }

  #skipBackslash(): void {
    if (!this.#template.startsWith(CLOSER, this.#at + 1)) {
      this.#at++;
      return;
    }
    this.#escapes.push(this.#at);
    this.#at += this.#openBraces > 0 ? 1 : 1 + CLOSER.length;
  }

  #skipBlank(): boolean {
    return this.#match(BLANK) !== undefined;
  }

  /** Names, words and numbers. */
  #skipWord(): boolean {
    const isProperty = this.#template.charAt(this.#at - 1) === ".";
    const word = this.#match(/\d/.test(this.#template.charAt(this.#at)) ? NUMBER : WORD);
    if (word === undefined) return false;
    this.#isAfterValue = isProperty || !WORDS_BEFORE_VALUE.has(word);
    this.#isAfterControlWord = !isProperty && WORDS_BEFORE_PARENTHESES.has(word);
    return true;
  }

  #skipPunctuator(character: string): void {
    const isDoubled = character === this.#template.charAt(this.#at + 1);
    if (isDoubled && (character === "+" || character === "-")) {
      // `x++ / 2` and `++/x/.lastIndex`: what stands before decides.
      this.#at += 2;
      return;
    }
    this.#at++;
    this.#beginValue();
  }

  #beginValue(): void {
    this.#isAfterValue = false;
    this.#isAfterControlWord = false;
  }

  #endValue(): void {
    this.#isAfterValue = true;
    this.#isAfterControlWord = false;
  }

  /** Goes behind the next match, or to the end of the template. */
  #find(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#template)?.[0];
    this.#at = match === undefined ? this.#template.length : pattern.lastIndex;
    return match;
  }

  /** Goes behind a match at the position, if there is one. */
  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#template)?.[0];
    if (match !== undefined) this.#at = pattern.lastIndex;
    return match;
  }

  #source(end: number): string {
    let source = "";
    let position = this.#start;
    for (const escape of this.#escapes) {
      source += `${this.#template.slice(position, escape)} `;
      position = escape + 1;
    }
    return source + this.#template.slice(position, end);
  }
}

function isBrace(bracket: Bracket): boolean {
  return bracket === "{" || bracket === "$";
}
