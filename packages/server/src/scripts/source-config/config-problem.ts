/** One thing that is wrong with the `config` of a source. */
export interface ConfigProblem {
  readonly message: string;
  /** Counts from 1. */
  readonly line: number;
  /** In characters, counts from 1. */
  readonly column: number;
  /** The author's line with a mark under the place. */
  readonly frame: string;
}

/** Why a `config` cannot be read. */
export class UnreadableConfigError extends Error {
  override readonly name = "UnreadableConfigError";
  /** In UTF-16 code units of the source. */
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** What is wrong, and where: in UTF-16 code units of the source. */
export type UnlocatedProblem = Pick<UnreadableConfigError, "message" | "offset">;

/** In characters. */
const FRAME_WIDTH = 80;

/** Tells of the places that problems are at. Goes over the source once, however many there are. */
export function locateProblems(source: string, problems: readonly UnlocatedProblem[]): ConfigProblem[] {
  const starts = listLineStarts(source, Math.max(...problems.map(({ offset }) => offset)));
  return problems.map(({ message, offset }) => {
    const index = starts.findLastIndex((start) => start <= offset);
    const place = { line: index + 1, column: offset - (starts[index] ?? 0) + 1 };
    return { message, ...place, frame: drawFrame(source, offset, place) };
  });
}

/** Where the lines begin that begin no later than an offset. */
function listLineStarts(source: string, last: number): number[] {
  const starts = [0];
  for (let index = 0; index < last; index += 1) {
    const code = source.charCodeAt(index);
    const isEnd = code === 0x0d ? source.charCodeAt(index + 1) !== 0x0a : LINE_ENDS.has(code);
    if (isEnd) starts.push(index + 1);
  }
  return starts;
}

const LINE_ENDS: ReadonlySet<number> = new Set([0x0a, 0x20_28, 0x20_29]);

/** Laid out as the compiler's; of a long line what is around the place. */
function drawFrame(
  source: string,
  offset: number,
  { line, column }: Pick<ConfigProblem, "line" | "column">,
): string {
  const before = Math.min(column - 1, FRAME_WIDTH / 2);
  const [text = ""] = source
    .slice(offset - before, offset - before + FRAME_WIDTH)
    .split(/[\n\r\u2028\u2029]/);
  const shown = text.replaceAll("\t", " ").toWellFormed();
  const margin = " ".repeat(String(line).length);
  return `    ${line} │ ${shown}\n    ${margin} ╵ ${" ".repeat(before)}^`;
}
