import fc from "fast-check";
import { hostData } from "./data.ts";
import type { FuzzCase, Outcome } from "./outcomes.ts";
import { runPlainly } from "./plain.ts";
import { program } from "./programs.ts";
import type { FuzzSubject } from "./subjects.ts";

/** Cases that go to each bridge at once. */
const BATCH = 25;

/** How long a difference is made smaller. */
const SHRINK_MS = 120_000;
/** How much of an outcome a report shows, around where it begins to differ. */
const SHOWN_CHARS = 400;

const batch: fc.Arbitrary<FuzzCase[]> = fc.array(fc.record({ data: hostData, code: program }), {
  minLength: 1,
  maxLength: BATCH,
  size: "max",
});

export interface FuzzOptions {
  readonly seed: number;
  /** Batches of cases to run. */
  readonly batches: number;
}

export interface FuzzReport {
  /** Cases that all bridges ran, shrinking included. */
  readonly compared: number;
  /** The smallest case found on which a bridge differs from plain JavaScript, and how. */
  readonly counterexample?: string;
}

/** Compares bridges with plain JavaScript on generated programs and data. */
export async function fuzz(
  subjects: readonly FuzzSubject[],
  { seed, batches }: FuzzOptions,
): Promise<FuzzReport> {
  let compared = 0;
  const createProperty = (subjects: readonly FuzzSubject[]): fc.IAsyncProperty<[FuzzCase[]]> =>
    fc.asyncProperty(batch, async (cases) => {
      compared += await compare(cases, subjects);
    });
  const found = await fc.check(createProperty(subjects), { seed, numRuns: batches, endOnFailure: true });
  if (!found.failed) return { compared };
  const difference = found.errorInstance;
  if (!(difference instanceof Difference)) throw difference;
  const differing = subjects.filter(({ name }) => difference.subjects.includes(name));
  const smallest = await fc.check(createProperty(differing), {
    seed,
    ...(found.counterexamplePath !== null && { path: found.counterexamplePath }),
    interruptAfterTimeLimit: SHRINK_MS,
    markInterruptAsFailure: false,
  });
  // One that did not come again is told as it was.
  const told = smallest.errorInstance instanceof Difference ? smallest.errorInstance : difference;
  return { compared, counterexample: told.message };
}

/** Throws for the first case with a difference; gives the number of cases that were compared. */
async function compare(cases: readonly FuzzCase[], subjects: readonly FuzzSubject[]): Promise<number> {
  const known = cases.flatMap((item) => {
    const expected = runPlainly(item);
    return expected === undefined ? [] : [{ item, expected }];
  });
  const outcomes = await Promise.all(subjects.map((subject) => subject.run(known.map(({ item }) => item))));
  for (const [index, { item, expected }] of known.entries()) {
    const found = subjects.map(({ name }, subject) => ({ name, outcomes: outcomes[subject]?.[index] ?? [] }));
    const differing = found.filter(({ outcomes }) => outcomes.length !== 1 || outcomes[0] !== expected);
    if (differing.length > 0) {
      throw new Difference(
        describeDifference(item, [{ name: "plain JavaScript", outcomes: [expected] }, ...found]),
        differing.map(({ name }) => name),
      );
    }
  }
  return known.length;
}

/** Everything that came of a case on one subject. */
interface Result {
  readonly name: string;
  readonly outcomes: readonly Outcome[];
}

class Difference extends Error {
  /** Names of those that differ. */
  readonly subjects: readonly string[];

  constructor(message: string, subjects: readonly string[]) {
    super(message);
    this.subjects = subjects;
  }
}

function describeDifference({ data, code }: FuzzCase, results: readonly Result[]): string {
  const start = Math.max(0, findDifference(results.flatMap(({ outcomes }) => outcomes)) - SHOWN_CHARS / 2);
  const shorten = (outcome: Outcome): string => `\n  ${outcome.slice(start, start + SHOWN_CHARS)}`;
  return [
    `host data:\n  ${data.host}`,
    ...(data.guest === data.host ? [] : [`as code must see it:\n  ${data.guest}`]),
    `code:${code}`,
    ...results.map(({ name, outcomes }) => `${name}:${outcomes.map(shorten).join("")}`),
  ].join("\n");
}

/** Where texts begin to differ. */
function findDifference(texts: readonly string[]): number {
  const [first = ""] = texts;
  const ends = texts.map((text) => {
    let end = 0;
    while (end < text.length && text[end] === first[end]) end++;
    return text === first ? Infinity : end;
  });
  return Math.min(...ends);
}
