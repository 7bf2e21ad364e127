/** Lines shown before and after the one that is marked. */
const AROUND = 4;
const MAX_LINE = 400;
/** `at name (file:line:column)` or `at file:line:column`; names of modules that were compiled in begin with `@`. */
const FRAME = /^\s*at (?:.*\()?([^()@]*?):(\d{1,7}):(\d{1,7})\)?$/;

/** Where in the author's source an error came from; both count from 1. */
export interface SourcePlace {
  readonly line: number;
  readonly column: number;
}

/** The innermost frame of a stack that lies in the script's own file. */
export function findPlace(stack: string | undefined): SourcePlace | undefined {
  for (const frame of stack?.split("\n") ?? []) {
    const [, , line, column] = FRAME.exec(frame) ?? [];
    if (line !== undefined && column !== undefined) return { line: Number(line), column: Number(column) };
  }
  return undefined;
}

/** A line of an excerpt. */
export interface ExcerptLine {
  /** Counts from 1. */
  readonly number: number;
  readonly text: string;
  readonly isMarked: boolean;
}

/** The lines around a place; none where the source has no such line. */
export function cutExcerpt(source: string, place: SourcePlace): readonly ExcerptLine[] {
  const lines = source.split("\n");
  if (place.line > lines.length) return [];
  const first = Math.max(1, place.line - AROUND);
  return lines.slice(first - 1, place.line + AROUND).map((text, index) => ({
    number: first + index,
    text: text.length > MAX_LINE ? `${text.slice(0, MAX_LINE)}…` : text,
    isMarked: first + index === place.line,
  }));
}
