/** One thing that is wrong with the `config` of a source. */
export interface ConfigProblem {
  readonly message: string;
  /** Counts from 1. */
  readonly line: number;
  /** In characters, counts from 1. */
  readonly column: number;
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

/** Tells of the place that an offset, in UTF-16 code units, is at. */
export function locateProblem(source: string, message: string, offset: number): ConfigProblem {
  const lines = source.slice(0, offset).split(/\r\n|[\n\r\u2028\u2029]/);
  return { message, line: lines.length, column: (lines.at(-1) ?? "").length + 1 };
}
