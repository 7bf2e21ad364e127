import { afterAll, beforeAll, expect, test } from "vitest";
import { fuzz } from "./fuzz.ts";
import { runPlainly } from "./plain.ts";
import { type FuzzBench, type FuzzSubject, openBench } from "./subjects.ts";

/** `npm run fuzz` takes another each time. */
const SEED = 20_261_122;
const BATCHES = 8;
/** On a machine that has much else to do. */
const TIMEOUT_MS = 120_000;

let bench: FuzzBench;

beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

test(
  `generated programs have the same outcome on all bridges as in plain JavaScript (seed ${SEED})`,
  async () => {
    const { counterexample, compared } = await fuzz(bench.subjects, { seed: SEED, batches: BATCHES });
    expect(counterexample).toBeUndefined();
    expect(compared).toBeGreaterThan(BATCHES);
  },
  TIMEOUT_MS,
);

test(
  "a bridge that differs is found, with the smallest program that shows it",
  async () => {
    const liar: FuzzSubject = {
      name: "a liar",
      run: async (cases) =>
        cases.map((item) => [/Math\.max/.test(item.code) ? "0" : (runPlainly(item, TIMEOUT_MS) ?? "")]),
    };
    const { counterexample = "" } = await fuzz([liar], { seed: SEED, batches: 200 });
    expect(counterexample).toContain("a liar:\n  0");
    expect(counterexample).toContain("Math.max(0, 0)");
  },
  TIMEOUT_MS,
);
