import { diffArrays, diffWordsWithSpace } from "diff";
import type { ArrayChange } from "diff";

/** Unchanged lines that stay visible around a change. */
const CONTEXT = 3;
/** The search for the smallest diff blocks this thread, and takes quadratic time on texts that share little. */
const SEARCH_MS = 100;
/** Longer lines are compared as a whole. */
const MAX_WORD_DIFF = 2_000;

export interface DiffPart {
  readonly text: string;
  readonly isChanged: boolean;
}

export interface DiffCell {
  /** Counts from 1. */
  readonly line: number;
  readonly parts: readonly DiffPart[];
}

/** One line of each text, side by side. */
export interface DiffRow {
  readonly before: DiffCell | undefined;
  readonly after: DiffCell | undefined;
  readonly isChanged: boolean;
}

/** Unchanged lines that nobody needs to see. */
export interface DiffFold {
  readonly folded: readonly DiffRow[];
}

/** Pairs the lines of two texts; undefined where they share too little for a quick comparison. */
export function diffRows(before: string, after: string): (DiffRow | DiffFold)[] | undefined {
  const changes = diffArrays(linesOf(before), linesOf(after), { timeout: SEARCH_MS });
  if (changes === undefined) return undefined;
  const blocks = pairChanges(changes);
  let [oldLine, newLine] = [1, 1];
  return blocks.flatMap((block, index) => {
    const rows = pairLines(block, oldLine, newLine);
    oldLine += block.before.length;
    newLine += block.after.length;
    return block.isChanged ? rows : foldRows(rows, index === 0, index === blocks.length - 1);
  });
}

/** Lines of both texts that stand beside each other. */
interface Block {
  readonly before: readonly string[];
  after: readonly string[];
  readonly isChanged: boolean;
}

/** What is added right after something was removed takes its place. */
function pairChanges(changes: readonly ArrayChange<string>[]): readonly Block[] {
  const blocks: Block[] = [];
  for (const { value, added, removed } of changes) {
    const last = blocks.at(-1);
    if (added && last?.isChanged === true) last.after = value;
    else
      blocks.push({ before: added ? [] : value, after: removed ? [] : value, isChanged: added || removed });
  }
  return blocks;
}

function pairLines({ before, after, isChanged }: Block, oldLine: number, newLine: number): DiffRow[] {
  return Array.from({ length: Math.max(before.length, after.length) }, (_, index) => {
    const [oldParts, newParts] = diffLine(before[index], after[index]);
    return {
      before: oldParts && { line: oldLine + index, parts: oldParts },
      after: newParts && { line: newLine + index, parts: newParts },
      isChanged,
    };
  });
}

function foldRows(rows: DiffRow[], isFirst: boolean, isLast: boolean): (DiffRow | DiffFold)[] {
  const start = isFirst ? 0 : CONTEXT;
  const end = isLast ? rows.length : rows.length - CONTEXT;
  if (end - start < 2) return rows;
  return [...rows.slice(0, start), { folded: rows.slice(start, end) }, ...rows.slice(end)];
}

/** A newline at the end of a text is no line of its own. */
function linesOf(text: string): string[] {
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}

type Parts = readonly DiffPart[] | undefined;

/** Marks the words that differ within two lines that stand beside each other. */
function diffLine(before: string | undefined, after: string | undefined): readonly [Parts, Parts] {
  const isWhole = before === undefined || after === undefined || before === after;
  if (isWhole || before.length + after.length > MAX_WORD_DIFF) return [wholeLine(before), wholeLine(after)];
  const words = diffWordsWithSpace(before, after);
  return [
    words.filter(({ added }) => !added).map(({ value, removed }) => ({ text: value, isChanged: removed })),
    words.filter(({ removed }) => !removed).map(({ value, added }) => ({ text: value, isChanged: added })),
  ];
}

function wholeLine(text: string | undefined): Parts {
  return text === undefined ? undefined : [{ text, isChanged: false }];
}
