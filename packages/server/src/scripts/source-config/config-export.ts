import { locateProblems, UnreadableConfigError } from "./config-problem.ts";
import type { ConfigProblem } from "./config-problem.ts";
import { CHOICES, readLiteral, skipType } from "./literal.ts";
import type { Literal } from "./literal.ts";
import { TOKENS_PER_TURN, waitForTurn } from "./reading-turns.ts";
import { isCode, isSpace, TokenReader } from "./tokens.ts";
import type { SourceToken } from "./tokens.ts";

/** The object of `export const config = { … }` as it stands in a source. */
export interface ConfigExport extends Literal {
  readonly value: Readonly<Record<string, unknown>>;
}

/** What a look at a source came to. */
export interface FoundConfig {
  /** Undefined where the source has none, and where it has one that cannot be read: then there is a problem. */
  readonly found: ConfigExport | undefined;
  readonly problem: ConfigProblem | undefined;
}

const NAME = "config";
const ADVICE = "write it out as `export const config = { … }`, without anything that would have to be run";
/** Said where there is one all the same. */
export const UNREADABLE_CONFIG = `${NAME} cannot be read: ${ADVICE}`;
/** In characters, from what is exported on; a config has room for two JSON schemas. */
const MAX_EXPORT_LENGTH = 256 * 1024;

const NOTHING: FoundConfig = { found: undefined, problem: undefined };

/**
 * Finds the `config` of a script without running anything. Errors of syntax elsewhere are left to the compiler. Takes a
 * time that grows with the length of the source alone, and lets others have their turns meanwhile.
 */
export async function findConfigExport(source: string): Promise<FoundConfig> {
  // Most sources have none, and need not be gone through.
  const firstExport = source.indexOf("export");
  if (firstExport < 0 || source.lastIndexOf(NAME) < firstExport) return NOTHING;
  const tokens = new TokenReader(source);
  try {
    const found = await findExport(tokens);
    return { found, problem: undefined };
  } catch (error) {
    if (!(error instanceof UnreadableConfigError)) throw error;
    return { found: undefined, problem: locateProblems(source, [error])[0] };
  }
}

/** @throws UnreadableConfigError for what is exported as `config` and has no value that stands there. */
async function findExport(tokens: TokenReader): Promise<ConfigExport | undefined> {
  let previous = "";
  for (let count = 0; ; count += 1) {
    if (count % TOKENS_PER_TURN === 0) await waitForTurn();
    const token = tokens.step();
    if (token === undefined) return undefined;
    if (isSpace(token)) continue;
    if (token.type === "IdentifierName" && !MEMBER_MARKS.has(previous)) {
      if (token.value === "export") {
        tokens.limit(((await skipSpaces(tokens)) ?? token).end + MAX_EXPORT_LENGTH);
        const found = await readExport(tokens);
        if (found !== undefined) return found;
        tokens.limit(Number.POSITIVE_INFINITY);
      } else if (BLOCK_WORDS.has(token.value)) await skipNamespace(tokens);
    }
    previous = token.value;
  }
}

/** @returns the token that comes next. */
async function skipSpaces(tokens: TokenReader): Promise<SourceToken | undefined> {
  for (let count = 1; ; count += 1) {
    if (count % TOKENS_PER_TURN === 0) await waitForTurn();
    const token = tokens.step();
    if (token !== undefined && isSpace(token)) continue;
    tokens.putBack(token);
    return token;
  }
}

/** Behind them a word is the name of a member. */
const MEMBER_MARKS: ReadonlySet<string> = new Set([".", "?."]);
/** What begins a block that has exports of its own, in TypeScript. */
const BLOCK_WORDS: ReadonlySet<string> = new Set(["namespace", "module"]);

/** What comes behind `export`. @throws UnreadableConfigError. */
async function readExport(tokens: TokenReader): Promise<ConfigExport | undefined> {
  if (tokens.accept("const") !== undefined) return await readConstant(tokens);
  if (tokens.accept("{") !== undefined) {
    refuseListed(tokens);
    return undefined;
  }
  // `let config`, `async function* config`, `class config`, `* as config`.
  while (tokens.accept(...DECLARING_WORDS) !== undefined);
  refuseNamed(tokens.peek());
  return undefined;
}

const DECLARING_WORDS = ["let", "var", "async", "function", "abstract", "class", "enum", "*", "as"];

async function readConstant(tokens: TokenReader): Promise<ConfigExport | undefined> {
  const isEnum = tokens.accept("enum") !== undefined;
  const name = tokens.peek();
  if (name === undefined || !isConfig(name)) return undefined;
  tokens.take();
  if (tokens.accept(":") !== undefined) skipType(tokens, ["=", ";"]);
  if (isEnum || tokens.accept("=") === undefined) throw refuseUnread(name);
  return await readValue(tokens, name);
}

/** @throws UnreadableConfigError. */
async function readValue(tokens: TokenReader, name: SourceToken): Promise<ConfigExport> {
  const first = tokens.peek() ?? name;
  if (first.value !== "{") throw new UnreadableConfigError(`${NAME} is no object: ${ADVICE}`, first.start);
  const literal = await readLiteral(tokens, NAME);
  const next = skipAssertions(tokens) ? tokens.accept(...CHOICES) : tokens.peek();
  if (next !== undefined && goesOn(next)) throw refuseUnread(first);
  return { ...literal, value: literal.value as ConfigExport["value"] };
}

/** Passes over the `as A.B` behind a value. Of other types there may be something left. */
function skipAssertions(tokens: TokenReader): boolean {
  let isAsserted = false;
  while (tokens.accept("as", "satisfies") !== undefined) {
    do tokens.take();
    while (tokens.accept(".") !== undefined);
    isAsserted = true;
  }
  return isAsserted;
}

/** Whether a token makes more of the expression before it. */
function goesOn({ type, value }: SourceToken): boolean {
  if (type === "Punctuator") return ![";", ",", "{", "@", "++", "--"].includes(value);
  return type.includes("Template") || value === "in" || value === "instanceof";
}

/** `{ a as config, type config }`: of what is a type alone nothing is to be read. @throws UnreadableConfigError. */
function refuseListed(tokens: TokenReader): void {
  let listed: SourceToken[] = [];
  for (let token = tokens.take(); token !== undefined; token = tokens.take()) {
    if (token.value !== "," && token.value !== "}") {
      listed.push(token);
      continue;
    }
    const isType = listed.length > 1 && listed[0]?.value === "type" && listed[1]?.value !== "as";
    if (!isType) refuseNamed(listed.at(-1));
    if (token.value === "}") return;
    listed = [];
  }
}

/** @throws UnreadableConfigError. */
function refuseNamed(name: SourceToken | undefined): void {
  if (name !== undefined && isConfig(name)) throw refuseUnread(name);
}

function refuseUnread({ start }: SourceToken): UnreadableConfigError {
  return new UnreadableConfigError(UNREADABLE_CONFIG, start);
}

function isConfig({ type, value }: SourceToken): boolean {
  return type === "IdentifierName" && value === NAME;
}

/** Passes over `A.B { … }` and `"a" { … }`. */
async function skipNamespace(tokens: TokenReader): Promise<void> {
  const first = await skipSpaces(tokens);
  if (first?.type === "StringLiteral") tokens.take();
  else if (first?.type !== "IdentifierName") return;
  while (tokens.peek()?.type === "IdentifierName" || tokens.peek()?.value === ".") tokens.take();
  if (tokens.accept("{") === undefined) return;
  for (let depth = 1, count = 1; depth > 0; count += 1) {
    if (count % TOKENS_PER_TURN === 0) await waitForTurn();
    const token = tokens.step();
    if (token === undefined) return;
    if (!isCode(token)) continue;
    if (token.value === "{") depth += 1;
    else if (token.value === "}") depth -= 1;
  }
}
