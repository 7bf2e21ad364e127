import { homedir } from "node:os";
import { describe, expect, test } from "vitest";
import {
  ExpressionError,
  ExpressionEvaluator,
  ProcessBridge,
  QuickJsBridge,
  type RuntimeBridge,
} from "../../src/index.ts";
import { CASES, FIXTURES, isContainment } from "./cases.ts";
import { replay } from "./replay.ts";

const CONTAINMENT_CASES = CASES.filter(isContainment);
const LIMITS = { timeoutMs: 1_000, memoryLimitMb: 64 };
/** What a bridge may take beyond its time limit, to end an engine and start another, on a busy machine. */
const GRACE_MS = 8_000;

const SUBJECTS: ReadonlyArray<{ readonly name: string; readonly createBridge: () => RuntimeBridge }> = [
  { name: "ProcessBridge", createBridge: () => new ProcessBridge(LIMITS) },
  { name: "QuickJsBridge", createBridge: () => new QuickJsBridge(LIMITS) },
];

/** What an expression finds in its realm: the same whatever ran before. */
const REALM = `{{ [
  Object.getOwnPropertyNames((() => {}).constructor("return globalThis")()).sort(),
  [Object, Array, String, Number, Math, JSON, Date, RegExp, Map, Set, Error, Promise, DateTime, Duration, _, $ifEmpty, $max]
    .map((value) => Object.getOwnPropertyNames(value).sort().join()),
  [Object.prototype, Array.prototype, String.prototype, (() => {}).__proto__, DateTime.prototype, Error.prototype]
    .map((value) => Object.getOwnPropertyNames(value).sort().join()),
  [[3, 1].sort(), "a b".toTitleCase(), Math.max(1, 2), JSON.stringify({ a: 1 }), Object.keys({ a: 1 }), [1].first(),
    DateTime.fromMillis(0).toUTC().toISO(), new Date(0).toISOString(), "x".hash(), String(5), typeof pwned, typeof zork],
] }}`;

const HOST_TRACES = [process.cwd(), process.execPath, homedir(), "node_modules", "node:internal", ".ts:"];

describe.for(SUBJECTS)("on $name, whatever an expression does,", ({ createBridge }) => {
  test(
    "nothing of the host is reached, limits hold, and the next finds a clean realm",
    { timeout: 240_000 },
    async () => {
      await using evaluator = new ExpressionEvaluator({ createBridge });
      const clean = await evaluator.evaluate(REALM, {});
      const builtIns = describeBuiltIns();
      const failures: unknown[] = [];
      for (const each of CONTAINMENT_CASES) {
        const startedAt = performance.now();
        const outcome = await replay(each, evaluator, FIXTURES);
        const tookMs = performance.now() - startedAt;
        const text = JSON.stringify(outcome);
        const traces = HOST_TRACES.filter((trace) => text.includes(trace));
        const realm = await evaluator.evaluate(REALM, {}).catch((error: unknown) => error);
        const isContained =
          traces.length === 0 &&
          tookMs < (1 + (each.setup?.length ?? 0)) * LIMITS.timeoutMs + GRACE_MS &&
          JSON.stringify(realm) === JSON.stringify(clean) &&
          !("error" in outcome && outcome.code === "");
        if (!isContained)
          failures.push({ id: each.id, expression: each.expression, outcome, tookMs, traces, realm });
      }
      expect(failures).toEqual([]);
      expect(describeBuiltIns()).toEqual(builtIns);
    },
  );
});

test("the cases are here", () => {
  expect(CONTAINMENT_CASES).toHaveLength(277);
});

test.for(SUBJECTS)("the process lives on $name, and so do other owners", async ({ createBridge }) => {
  await using evaluator = new ExpressionEvaluator({ createBridge });
  const attack = "{{ (() => { const m = new Map(); let i = 0; for (;;) m.set(i++, {}); })() }}";
  const [bad, good] = await Promise.allSettled([
    evaluator.evaluate(attack, {}, { owner: "bad" }),
    evaluator.evaluate("{{ [1, 2].sum() + $json.a }}", { $json: { a: 1 } }, { owner: "good" }),
  ]);
  expect(bad).toMatchObject({ status: "rejected", reason: expect.any(ExpressionError) });
  expect(good).toEqual({ status: "fulfilled", value: 4 });
});

/** The host's own built-ins, which no guest can change. */
function describeBuiltIns(): string[] {
  return [Object.prototype, Array.prototype, Function.prototype, Error, globalThis].map((value) =>
    Object.getOwnPropertyNames(value).sort().join(),
  );
}
