import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ExpressionError, ExpressionEvaluator, IsolatedVmBridge, ProcessBridge } from "../index.ts";

const DATA = { $json: { user: { name: "ada lovelace", tags: ["x", "y"] }, total: 3, n: null } };

let evaluator: ExpressionEvaluator;

beforeAll(async () => {
  evaluator = new ExpressionEvaluator({ createBridge: () => new ProcessBridge({ timeoutMs: 1_000 }) });
  await evaluator.initialize();
});

afterAll(() => evaluator.dispose());

async function failureOf(run: () => unknown): Promise<ExpressionError> {
  try {
    await run();
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
  throw new Error("it did not fail");
}

describe("a template", () => {
  test.for([
    ["{{ $json.total + 1 }}", 4],
    ["{{ $json.user }}", DATA.$json.user],
    [" {{ $json.total }}", " 3"],
    ["Hello {{ $json.user.name.toTitleCase() }}{{ $json.n }}!", "Hello Ada Lovelace!"],
    ["{{ nothing.at.all }}", undefined],
    ["{{ _.chunk($json.user.tags, 1) }}", [["x"], ["y"]]],
    ["no code", "no code"],
  ] as const)("%s", async ([template, value]) => {
    const options = { errors: "undefined" } as const;
    expect(evaluator.evaluateSync(template, DATA, options)).toEqual(value);
    expect(await evaluator.evaluate(template, DATA, options)).toEqual(value);
    expect(await evaluator.evaluateAll({ deep: [template, 1, null] }, DATA, options)).toEqual({
      deep: [template === "no code" ? "no code" : value, 1, null],
    });
    using scope = evaluator.openScope(DATA);
    expect(scope.evaluateSync(template, options)).toEqual(value);
    expect(await scope.evaluate(template, options)).toEqual(value);
  });

  test("has the dates of its time zone and locale, and the same now throughout", () => {
    const template = "{{ DateTime.fromMillis(0).toFormat('yyyy LLLL d, HH:mm ZZ') }}";
    const options = { timezone: "Asia/Kolkata", locale: "fr" };
    expect(evaluator.evaluateSync(template, {}, options)).toBe("1970 janvier 1, 05:30 +05:30");
    expect(evaluator.evaluateSync(template, {}, { timezone: "UTC" })).toBe("1970 January 1, 00:00 +00:00");
    expect(evaluator.evaluateSync("{{ $now === $now && $now.startOf('day').equals($today) }}", {})).toBe(
      true,
    );
  });

  test("evaluates templates that it makes itself, within the same time", async () => {
    const twice = "{{ $evaluateExpression('{{ $json.total }' + '}') + $evaluateExpression('plain') }}";
    expect(evaluator.evaluateSync(twice, DATA)).toBe("3plain");
    const endless = "{{ $evaluateExpression('{{ (() => { for (;;); })() }' + '}') }}";
    expect(await failureOf(() => evaluator.evaluateSync(endless, DATA))).toMatchObject({
      code: "EXPRESSION_TIMEOUT",
    });
    const wrong = "{{ $evaluateExpression('{{ 1 + }' + '}') }}";
    expect(await failureOf(() => evaluator.evaluateSync(wrong, DATA, { errors: "undefined" }))).toMatchObject(
      {
        code: "EXPRESSION_FAILED",
        message: expect.stringContaining("line 1"),
      },
    );
  });
});

describe("an error", () => {
  test.for([
    ["a {{ 1 + }}", "EXPRESSION_SYNTAX"],
    ["{{ let x = 1 }}", "EXPRESSION_UNSUPPORTED"],
    ["ab {{ null.x }}", "EXPRESSION_FAILED"],
    ["{{ (5).toTitleCase() }}", "EXPRESSION_EXTENSION"],
    ["{{ () => 1 }}", "EXPRESSION_RESULT"],
    ["{{ (() => { for (;;); })() }}", "EXPRESSION_TIMEOUT"],
    ["{{ (() => { const a = []; for (;;) a.push(new Array(1e5).fill(1)) })() }}", "EXPRESSION_MEMORY"],
  ] as const)("%s: %s", async ([template, code]) => {
    const error = await failureOf(() => evaluator.evaluate(template, DATA));
    expect(error.code).toBe(code);
    expect(error.message).not.toMatch(/node_modules|\.ts\b|file:/);
    expect(await evaluator.evaluate("{{ 1 + $json.total }}", DATA)).toBe(4);
  });

  test("tells where in the template, and in a tree by which path", async () => {
    const inTemplate = await failureOf(() => evaluator.evaluate("ab\n {{ null.x }}", DATA));
    expect(inTemplate).toMatchObject({ guestName: "TypeError", range: { start: 6, end: 14 } });
    expect(inTemplate.message).toContain("line 2, column 4");
    const inTree = await failureOf(() => evaluator.evaluateAll({ a: [{ "b c": "{{ null.x }}" }] }, DATA));
    expect(inTree.message).toContain('a[0]["b c"]');
  });

  test("of the host's own making is told at once", async () => {
    expect(
      await failureOf(() => evaluator.evaluate("{{ 1 }}", DATA, { timezone: "Mars/Base" })),
    ).toMatchObject({
      code: "EXPRESSION_TIMEZONE",
    });
    expect(() => new ExpressionEvaluator({ createBridge: () => new ProcessBridge(), poolSize: -1 })).toThrow(
      RangeError,
    );
    expect(
      () => new ExpressionEvaluator({ createBridge: () => new ProcessBridge(), maxCodeCacheSize: 0.5 }),
    ).toThrow(RangeError);
  });
});

test("expressions of one owner never meet those of another", async () => {
  const pid = (owner: string): unknown =>
    evaluator.evaluate("{{ new Date().getTime() > 0 && x() }}", { x: () => owner }, { owner });
  expect(await Promise.all(["a", "b", "a"].map(pid))).toEqual(["a", "b", "a"]);
  expect(evaluator.stats().pool.owners).toBeGreaterThanOrEqual(2);
});

test("host data is never changed, and each evaluation begins with it as it is", () => {
  const data = { $json: { list: [1, 2, 3] } };
  using scope = evaluator.openScope(data);
  expect(scope.evaluateSync("{{ ($json.list.push(4), $json.x = 1, $json) }}")).toEqual({
    list: [1, 2, 3, 4],
    x: 1,
  });
  expect(scope.evaluateSync("{{ $json }}")).toEqual({ list: [1, 2, 3] });
  expect(data).toEqual({ $json: { list: [1, 2, 3] } });
});

test("templates are compiled once, and results are never kept", () => {
  const before = evaluator.stats().codeCache;
  const data = { count: 0 };
  for (; data.count < 3; data.count++)
    expect(evaluator.evaluateSync("{{ count + 0.5 }}", data)).toBe(data.count + 0.5);
  const after = evaluator.stats().codeCache;
  expect([after.misses - before.misses, after.hits - before.hits]).toEqual([1, 2]);
});

test("says what it needs when it cannot evaluate at once, and nothing works after the end", async () => {
  const early = new ExpressionEvaluator({ createBridge: () => new IsolatedVmBridge() });
  expect(await failureOf(() => early.evaluateSync("{{ [...'ab'].reverse() }}", {}))).toMatchObject({
    code: "EXPRESSION_BRIDGE",
    message: expect.stringContaining("await initialize()"),
  });
  expect(await early.evaluate("{{ [...'ab'].reverse() }}", {})).toEqual(["b", "a"]);
  const scope = early.openScope({ a: 1 });
  expect(scope.evaluateSync("{{ [a] }}")).toEqual([1]);
  scope.dispose();
  expect(await failureOf(() => scope.evaluate("{{ [a].reverse() }}"))).toMatchObject({
    code: "EXPRESSION_DISPOSED",
  });
  await early.dispose();
  await early.dispose();
  expect(early.isDisposed()).toBe(true);
  expect(await failureOf(() => early.evaluate("{{ 1 }}", {}))).toMatchObject({ code: "EXPRESSION_DISPOSED" });
});

test("validates and describes without running", () => {
  expect(evaluator.validate("{{ $json.a }}")).toEqual([]);
  expect(evaluator.validate("x {{ 1 + }}")).toMatchObject([{ code: "EXPRESSION_SYNTAX" }]);
  expect(evaluator.describe("{{ $json.user.email }}").map(({ path }) => path)).toEqual(["$json.user.email"]);
});

test("a logger hears of failures by their codes, never of templates", async () => {
  const lines: unknown[] = [];
  const write =
    (level: string) =>
    (...line: unknown[]): void =>
      void lines.push([level, ...line]);
  await using logged = new ExpressionEvaluator({
    createBridge: () => new ProcessBridge({ memoryLimitMb: 16 }),
    // No spare that the unknown owner could get.
    poolSize: 0,
    logger: { debug: write("debug"), warn: write("warn"), error: write("error") },
  });
  await failureOf(() => logged.evaluate("{{ secret.x() }}", {}));
  await failureOf(() =>
    logged.evaluate("{{ (() => { const a = []; for (;;) a.push(new Array(1e5).fill(1)) })() }}", {}),
  );
  await failureOf(() => logged.evaluateSync("{{ [1].map((x) => new Map()) }}", {}, { owner: "unknown" }));
  expect(lines).toEqual([
    ["debug", "an expression failed", { code: "EXPRESSION_FAILED" }],
    ["warn", "an expression used up its memory", { code: "EXPRESSION_MEMORY" }],
    ["error", "an expression could not be evaluated", { code: "EXPRESSION_BRIDGE" }],
  ]);
});
