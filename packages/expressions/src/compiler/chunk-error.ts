import { ExpressionError, type SourceRange } from "../errors.ts";
import { describePosition, locate } from "../template/positions.ts";

export type ChunkErrorCode = "EXPRESSION_SYNTAX" | "EXPRESSION_UNSUPPORTED";

/** What is wrong with a piece of code. The range is counted from the beginning of that piece. */
export class ChunkError extends Error {
  override readonly name = "ChunkError";
  readonly code: ChunkErrorCode;
  readonly range: SourceRange;

  constructor(code: ChunkErrorCode, message: string, { start, end }: SourceRange) {
    super(message);
    this.code = code;
    this.range = { start, end };
  }
}

/** Something wrong in a template. */
export interface Diagnostic {
  readonly code: ChunkErrorCode;
  /** What is wrong and how to mend it, without the place. */
  readonly message: string;
  /** Where in the template. */
  readonly range: SourceRange;
}

/** @param start Where the piece of code begins in its template. */
export function toDiagnostic({ code, message, range }: ChunkError, start: number): Diagnostic {
  return { code, message, range: { start: start + range.start, end: start + range.end } };
}

/** @param where What the template is, where that is not clear, e.g. its path in a tree. */
export function toExpressionError(
  { code, message, range }: Diagnostic,
  template: string,
  where = "",
): ExpressionError {
  const place = describePosition(locate(template, range.start));
  return new ExpressionError(code, `${message} (${where}${place})`, { range });
}
