/** One part of the platform that the soak keeps busy. */
export interface SoakSuite {
  readonly name: string;
  /** Works until the turn is over, and has let go of everything when it resolves. */
  run(turn: SoakTurn): Promise<void>;
}

/** One stretch of work. */
export interface SoakTurn {
  readonly durationMs: number;
  /** Aborts when the duration is over. */
  readonly signal: AbortSignal;
  readonly tally: Tally;
}

const MAX_SURPRISES = 20;

/** What came out of a suite's work. */
export class Tally {
  readonly counts: Record<string, number> = {};
  /** What should not have happened; the first of many. */
  readonly surprises: string[] = [];

  count(outcome: string, times = 1): void {
    this.counts[outcome] = (this.counts[outcome] ?? 0) + times;
  }

  /** Counts an outcome, and tells of one that is not among those that work of this kind may have. */
  judge(work: string, outcome: string, expected: readonly string[]): void {
    this.count(outcome);
    if (!expected.includes(outcome)) this.surprise(`${work}: ${outcome} instead of ${expected.join(" or ")}`);
  }

  surprise(text: string): void {
    if (this.surprises.length < MAX_SURPRISES) this.surprises.push(text);
  }
}
