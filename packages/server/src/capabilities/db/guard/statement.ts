/** One statement that scripts may run, as far as its text tells. */
export interface Statement {
  readonly text: string;
  /** Adds, changes, removes or locks rows, at the top or within. */
  readonly writes: boolean;
  /** Answers with rows: a SELECT, or with RETURNING. */
  readonly returnsRows: boolean;
}

/** A statement of a script, and what it names. */
export interface GuardedStatement extends Statement {
  readonly relations: readonly RelationName[];
}

/** As the statement names it. */
export interface RelationName {
  readonly schema: string | undefined;
  readonly name: string;
}
