import { z } from "zod";
import { UnreadableConfigError } from "./config-problem.ts";
import { TOKENS_PER_TURN, waitForTurn } from "./reading-turns.ts";
import { isCode } from "./tokens.ts";
import type { SourceToken, TokenReader } from "./tokens.ts";

/** A value that is written out in a source: what JSON can hold, with the comments and commas of JavaScript. */
export interface Literal {
  readonly value: unknown;
  /** In UTF-16 code units; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
  /** What is in it, by key or index. */
  readonly members: ReadonlyMap<string | number, Literal>;
}

/** Honest ones stay below 10. */
const MAX_DEPTH = 100;
/** A value has a comma or colon, or both. */
const VALUES_PER_TURN = TOKENS_PER_TURN / 2;
const CLOSING: ReadonlyMap<string, string> = new Map([
  ["(", ")"],
  ["[", "]"],
  ["{", "}"],
  ["<", ">"],
]);
/** What is behind a value and no part of a type: another value is chosen. */
export const CHOICES = ["&&", "||", "??"];
const NO_MEMBERS: Literal["members"] = new Map();

/**
 * Reads the value that the next tokens write out, without running anything, and lets others have their turns meanwhile.
 * `name` is what messages call it.
 *
 * @throws UnreadableConfigError for anything else.
 */
export async function readLiteral(tokens: TokenReader, name: string): Promise<Literal> {
  return await new LiteralReader(tokens, name).read();
}

/**
 * Where a value was written, by its path in `INPUT_INVALID`: `limits.cpuMs`. Of one that is not there it is the place of
 * the nearest around it.
 */
export function findPlace(literal: Literal, path: string): number {
  for (const [key, member] of literal.members) {
    const step = z.core.toDotPath([key]);
    if (!path.startsWith(step)) continue;
    const rest = path.slice(step.length);
    if (rest === "" || rest.startsWith("[")) return findPlace(member, rest);
    if (rest.startsWith(".")) return findPlace(member, rest.slice(1));
  }
  return literal.start;
}

/** Passes over a type, up to one of these marks that is not within it. */
export function skipType(tokens: TokenReader, ends: readonly string[]): void {
  const open: string[] = [];
  for (let token = tokens.peek(); token !== undefined; token = tokens.peek()) {
    if (open.length === 0 && isCode(token) && ends.includes(token.value)) return;
    tokens.take();
    if (token.type !== "Punctuator") continue;
    const closing = CLOSING.get(token.value);
    // `>>` closes two.
    for (const mark of /^>+$/.test(token.value) ? token.value : [token.value]) {
      if (closing !== undefined) open.push(closing);
      else if (mark === open.at(-1)) open.pop();
    }
  }
}

class LiteralReader {
  readonly #tokens: TokenReader;
  readonly #name: string;
  readonly #start: number;
  /** Of the value that is being read. */
  readonly #path: (string | number)[] = [];
  #count = 0;

  constructor(tokens: TokenReader, name: string) {
    this.#tokens = tokens;
    this.#name = name;
    this.#start = tokens.peek()?.start ?? 0;
  }

  async read(): Promise<Literal> {
    this.#count += 1;
    if (this.#count % VALUES_PER_TURN === 0) await waitForTurn();
    const token = this.#take();
    if (this.#path.length > MAX_DEPTH)
      throw new UnreadableConfigError(`${this.#name} is nested too deep to be read`, token.start);
    switch (token.value) {
      case "[":
        return await this.#readList(token);
      case "{":
        return await this.#readObject(token);
      case "-":
        return this.#readNegative(token);
      default:
        return { value: this.#readPlain(token), ...placeOf(token), members: NO_MEMBERS };
    }
  }

  async #readList(open: SourceToken): Promise<Literal> {
    const members = new Map<number, Literal>();
    for (;;) {
      const close = this.#tokens.accept("]");
      if (close !== undefined) return join([...members.values()].map(valueOf), open, close, members);
      const next = this.#tokens.peek();
      if (next?.value === "," || next?.value === "...") throw this.#refuse(open);
      members.set(members.size, await this.#readMember(members.size, "]"));
    }
  }

  async #readObject(open: SourceToken): Promise<Literal> {
    const members = new Map<string, Literal>();
    for (;;) {
      const close = this.#tokens.accept("}");
      if (close !== undefined) {
        const entries = [...members].map(([key, member]) => [key, member.value] as const);
        return join(Object.fromEntries(entries), open, close, members);
      }
      const token = this.#take();
      const key = readKey(token);
      if (key === undefined || this.#tokens.accept(":") === undefined) throw this.#refuse(token);
      if (members.has(key))
        throw new UnreadableConfigError(`${this.#nameOf(key)} is there twice`, token.start);
      members.set(key, await this.#readMember(key, "}"));
    }
  }

  /** A value, and the comma behind it unless the list or object ends there. */
  async #readMember(key: string | number, close: string): Promise<Literal> {
    this.#path.push(key);
    const member = await this.read();
    while (this.#tokens.accept("as", "satisfies") !== undefined) {
      skipType(this.#tokens, [",", close, "as", "satisfies", ...CHOICES]);
    }
    const next = this.#tokens.peek();
    if (next === undefined) throw this.#refuseEnd();
    if (this.#tokens.accept(",") === undefined && next.value !== close) throw this.#refuse(member);
    this.#path.pop();
    return member;
  }

  #readNegative(minus: SourceToken): Literal {
    const token = this.#take();
    if (token.type !== "NumericLiteral") throw this.#refuse(minus);
    const value = -(this.#readPlain(token) as number);
    return { value, start: minus.start, end: token.end, members: NO_MEMBERS };
  }

  #readPlain(token: SourceToken): unknown {
    const { type, value, isClosed } = token;
    if (type === "NumericLiteral" && !value.endsWith("n")) return this.#readNumber(token);
    if (isClosed && type === "StringLiteral") return unescapeText(value.slice(1, -1));
    if (isClosed && type === "NoSubstitutionTemplate")
      return unescapeText(value.slice(1, -1).replaceAll(/\r\n?/g, "\n"));
    if (type === "IdentifierName" && Object.hasOwn(WORDS, value)) return WORDS[value];
    throw this.#refuse(token);
  }

  #readNumber({ value, start }: SourceToken): number {
    const number = Number(value.replaceAll("_", ""));
    if (Number.isFinite(number)) return number;
    throw new UnreadableConfigError(`${this.#nameOf()} is larger than a number can be`, start);
  }

  #take(): SourceToken {
    const token = this.#tokens.take();
    if (token === undefined) throw this.#refuseEnd();
    return token;
  }

  #refuseEnd(): UnreadableConfigError {
    return new UnreadableConfigError(`${this.#name} does not end`, this.#start);
  }

  #refuse({ start }: Pick<SourceToken, "start">): UnreadableConfigError {
    const message = `${this.#nameOf()} is computed, and ${this.#name} is read without being run; write the value`;
    return new UnreadableConfigError(message, start);
  }

  #nameOf(...inner: readonly string[]): string {
    const path = [...this.#path, ...inner];
    return path.length === 0 ? this.#name : `${this.#name}.${z.core.toDotPath(path)}`;
  }
}

const WORDS: Readonly<Record<string, unknown>> = { true: true, false: false, null: null };

function placeOf({ start, end }: SourceToken): Pick<Literal, "start" | "end"> {
  return { start, end };
}

function join(value: unknown, open: SourceToken, close: SourceToken, members: Literal["members"]): Literal {
  return { value, start: open.start, end: close.end, members };
}

function valueOf({ value }: Literal): unknown {
  return value;
}

/** @returns undefined for what is no key that is written out. */
function readKey({ type, value, isClosed }: SourceToken): string | undefined {
  if (type === "IdentifierName") return value;
  if (type === "StringLiteral" && isClosed) return unescapeText(value.slice(1, -1));
  return type === "NumericLiteral" && !value.endsWith("n")
    ? String(Number(value.replaceAll("_", "")))
    : undefined;
}

const ESCAPE =
  /\\(?:u\{(?<point>[\da-fA-F]+)\}|u(?<unit>[\da-fA-F]{4})|x(?<byte>[\da-fA-F]{2})|(?<newline>\r\n|[\n\r\u2028\u2029])|(?<character>[^]))/gu;
const ESCAPED: Readonly<Record<string, string>> = {
  0: "\0",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** What the text of a literal stands for (ECMA-262, 12.9.4). What is no escape there, the compiler refuses. */
function unescapeText(text: string): string {
  return text.replaceAll(ESCAPE, (escape: string, ...rest: readonly unknown[]) => {
    const {
      point,
      unit,
      byte,
      newline,
      character = "",
    } = rest.at(-1) as Readonly<Record<string, string | undefined>>;
    if (newline !== undefined) return "";
    const code = point ?? unit ?? byte;
    if (code === undefined) return ESCAPED[character] ?? character;
    const value = Number.parseInt(code, 16);
    return value <= MAX_CODE_POINT ? String.fromCodePoint(value) : escape;
  });
}

const MAX_CODE_POINT = 0x10_ff_ff;
