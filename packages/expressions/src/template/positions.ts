/** A place for people: both count from 1, columns in UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Line and column of an offset in a text. Lines end as in ECMA-262 §12.3. */
export function locate(text: string, offset: number): Position {
  const lines = text.slice(0, offset).split(/\r\n|[\n\r\u2028\u2029]/);
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}

export function describePosition({ line, column }: Position): string {
  return `line ${line}, column ${column}`;
}
