import type { AnyNode } from "acorn";
import { examineTemplate } from "../compiler/template-reading.ts";
import { scanCode } from "../template/code-scanner.ts";
import { MAX_OPEN_BRACKETS } from "../compiler/limits.ts";
import type { SourceRange } from "../errors.ts";
import { parseLoosely } from "./loose-parser.ts";
import { SyntaxTree } from "./syntax-tree.ts";

/** Code before a cursor that is worth parsing. */
const MAX_CODE_CHARS = 20_000;
/** Stands where the cursor is; a name that nobody uses. */
const MARKER = "ǃcursorǃ";
const WORD_BEFORE = /[\p{ID_Continue}$]*$/u;
const WORD_AFTER = /^[\p{ID_Continue}$]*/u;
/** Longest word that is looked for, on either side of the cursor. */
const MAX_WORD_CHARS = 100;

/** A place in the code of a template. */
export interface Cursor {
  /** The code between the braces. */
  readonly source: string;
  /** Where the code begins in the template. */
  readonly start: number;
  /** Where the cursor is in the code. */
  readonly offset: number;
  /** The part of the word at the cursor that is before it. */
  readonly word: string;
  /** The whole word at the cursor, in the code. */
  readonly wordRange: SourceRange;
}

/** The code before a cursor, with the node that the cursor is in. */
export interface CursorSyntax {
  readonly tree: SyntaxTree;
  /** A name, of which the cursor is the end, or a text. */
  readonly node: AnyNode;
  /** What the text says before the cursor. */
  readonly text: string;
  /** Where the node begins in the code. */
  readonly start: number;
}

/** Finds the code at a position of a template; undefined where that is text. */
export function findCursor(template: string, position: number): Cursor | undefined {
  const segment = examineTemplate(template).segments.find(
    ({ kind, range }) => kind === "code" && range.start <= position && position <= range.end,
  );
  if (segment?.kind !== "code") return undefined;
  const { source, range } = segment;
  const offset = position - range.start;
  const word = WORD_BEFORE.exec(source.slice(Math.max(0, offset - MAX_WORD_CHARS), offset))?.[0] ?? "";
  const rest = WORD_AFTER.exec(source.slice(offset, offset + MAX_WORD_CHARS))?.[0] ?? "";
  const wordRange = { start: offset - word.length, end: offset + rest.length };
  return { source, start: range.start, offset, word, wordRange };
}

/** Reads the code up to the word at the cursor. What follows it says nothing about what may be written there. */
export function readToCursor({ source, wordRange, word }: Cursor): CursorSyntax | undefined {
  const tree = readCode(source.slice(0, wordRange.start) + MARKER);
  const node = tree?.nodes.find((each) => textOf(each)?.includes(MARKER));
  if (!tree || !node) return undefined;
  const [before = ""] = (textOf(node) ?? "").split(MARKER);
  return { tree, node, text: before + word, start: startInCode(node) };
}

/** The name at the cursor, with the code before it. */
export function readName({ source, wordRange }: Cursor): CursorSyntax | undefined {
  const name = source.slice(wordRange.start, wordRange.end);
  const tree = name === "" ? undefined : readCode(source.slice(0, wordRange.end));
  const node = tree?.nodes.find(
    (each) => each.type === "Identifier" && each.name === name && startInCode(each) === wordRange.start,
  );
  return tree && node && { tree, node, text: name, start: wordRange.start };
}

/** A parenthesis before it makes an object of a leading brace. */
function readCode(code: string): SyntaxTree | undefined {
  if (code.length > MAX_CODE_CHARS || scanCode(code, 0).depth > MAX_OPEN_BRACKETS) return undefined;
  const program = parseLoosely(`(${code}`);
  return program && new SyntaxTree(program);
}

/** Of a node of {@link readCode}. */
function startInCode(node: AnyNode): number {
  return node.start - 1;
}

function textOf(node: AnyNode): string | undefined {
  if (node.type === "Identifier") return node.name;
  return node.type === "Literal" && typeof node.value === "string" ? node.value : undefined;
}
