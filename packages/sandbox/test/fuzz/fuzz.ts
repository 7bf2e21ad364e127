import fc from "fast-check";
import { hostData } from "./data.ts";
import type { FuzzCase, Outcome } from "./outcomes.ts";
import { runPlainly } from "./plain.ts";
import { program } from "./programs.ts";
import type { FuzzSubject } from "./subjects.ts";

/** Cases that go to each bridge at once. */
const BATCH = 25;

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
export async function fuzz(subjects: readonly FuzzSubject[], options: FuzzOptions): Promise<FuzzReport> {
  let compared = 0;
  const property = fc.asyncProperty(batch, async (cases) => {
    const expected = cases.map(runPlainly);
    const kept = cases.filter((_, index) => expected[index] !== undefined);
    const outcomes = await Promise.all(subjects.map((subject) => subject.run(kept)));
    compared += kept.length;
    const wanted = expected.filter((outcome) => outcome !== undefined);
    for (const [index, item] of kept.entries()) {
      requireSame(
        item,
        wanted[index] as Outcome,
        subjects.map(({ name }, subject) => [name, outcomes[subject]?.[index] ?? []]),
      );
    }
  });
  const details = await fc.check(property, { seed: options.seed, numRuns: options.batches });
  if (!details.failed) return { compared };
  const counterexample =
    details.errorInstance instanceof Error ? details.errorInstance.message : String(details.errorInstance);
  return { compared, counterexample };
}

function requireSame(
  { data, code }: FuzzCase,
  expected: Outcome,
  found: ReadonlyArray<readonly [name: string, outcomes: readonly Outcome[]]>,
): void {
  const isSame = found.every(([, outcomes]) => outcomes.length === 1 && outcomes[0] === expected);
  if (isSame) return;
  const results = [["plain JavaScript", [expected]] as const, ...found];
  const start = Math.max(0, findDifference(results.flatMap(([, outcomes]) => outcomes)) - SHOWN_CHARS / 2);
  throw new Error(
    [
      `host data:\n  ${data.host}`,
      data.guest !== data.host && `as code must see it:\n  ${data.guest}`,
      `code:${code}`,
      ...results.map(
        ([name, outcomes]) =>
          `${name}:\n  ${outcomes.map((text) => text.slice(start, start + SHOWN_CHARS)).join("\n  ")}`,
      ),
    ]
      .filter(Boolean)
      .join("\n"),
  );
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
