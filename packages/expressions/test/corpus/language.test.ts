import { describe, expect, test } from "vitest";
import {
  ExpressionEvaluator,
  IsolatedVmBridge,
  ProcessBridge,
  QuickJsBridge,
  type RuntimeBridge,
} from "../../src/index.ts";
import { CASES, FIXTURES, isContainment } from "./cases.ts";
import { DIVERGENCES, QUICKJS_DIVERGENCES } from "./divergences.ts";
import { isAsRecorded } from "./record.ts";
import { replay } from "./replay.ts";

const LANGUAGE_CASES = CASES.filter((each) => !isContainment(each));

interface Subject {
  readonly name: string;
  readonly createBridge: () => RuntimeBridge;
  readonly divergences: Readonly<Record<string, string>>;
}

const SUBJECTS: readonly Subject[] = [
  { name: "IsolatedVmBridge", createBridge: () => new IsolatedVmBridge(), divergences: DIVERGENCES },
  { name: "ProcessBridge", createBridge: () => new ProcessBridge(), divergences: DIVERGENCES },
  {
    name: "QuickJsBridge",
    createBridge: () => new QuickJsBridge({ timeoutMs: 10_000 }),
    divergences: { ...DIVERGENCES, ...QUICKJS_DIVERGENCES },
  },
];

describe("the recorded language", () => {
  test("has its cases here", () => {
    expect(LANGUAGE_CASES).toHaveLength(1_613);
    const ids = new Set(CASES.map(({ id }) => id));
    expect(Object.keys({ ...DIVERGENCES, ...QUICKJS_DIVERGENCES }).filter((id) => !ids.has(id))).toEqual([]);
  });

  test.for(SUBJECTS)("on $name, but for the listed divergences", { timeout: 180_000 }, async (subject) => {
    await using evaluator = new ExpressionEvaluator({ createBridge: subject.createBridge });
    const different: Record<string, unknown> = {};
    for (const each of LANGUAGE_CASES) {
      const outcome = await replay(each, evaluator, FIXTURES);
      if (!isAsRecorded(each, outcome)) different[each.id] = { expression: each.expression, outcome };
    }
    const unlisted = Object.entries(different).filter(([id]) => !Object.hasOwn(subject.divergences, id));
    expect(unlisted).toEqual([]);
    expect(Object.keys(subject.divergences).filter((id) => !Object.hasOwn(different, id))).toEqual([]);
  });
});

test("of the cases without quirks, 99 in 100 are as recorded or better", () => {
  const plain = LANGUAGE_CASES.filter(({ quirks }) => quirks === undefined);
  // An error where the record has a result, or another result; where the record has an error, a result is better.
  const worse = plain.filter(({ id, error }) => Object.hasOwn(DIVERGENCES, id) && error === undefined);
  expect(worse.filter(({ group }) => group !== "lodash").length / plain.length).toBeLessThan(0.01);
});
