import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ExpressionExtensionError } from "../errors.ts";
import { dispatch } from "../index.ts";
import { formatNumber } from "../number/format.ts";

const anyValues = fc.array(
  fc.oneof(
    fc.integer({ min: 0, max: 3 }),
    fc.constantFrom("", "a", null, undefined, NaN, true),
    fc.object({ maxDepth: 2, key: fc.constantFrom("a", "b"), values: [fc.nat(2), fc.constantFrom("x")] }),
  ),
);

test("sets compare by content", () => {
  const has = (list: unknown[], value: unknown): boolean =>
    list.some((other) => isDeepStrictEqual(other, value));
  fc.assert(
    fc.property(anyValues, anyValues, (one, other) => {
      const unique = one.filter((value, index) => !has(one.slice(0, index), value));
      expect(dispatch(one, "unique")).toEqual(unique);
      expect(dispatch(one, "difference", [other])).toEqual(unique.filter((value) => !has(other, value)));
      expect(dispatch(one, "intersection", [other])).toEqual(unique.filter((value) => has(other, value)));
      expect(dispatch(one, "union", [other])).toEqual(dispatch([...one, ...other], "unique"));
    }),
  );
  expect(dispatch([new Date(1), new Date(1), new Date(2)], "unique")).toHaveLength(2);
  expect(dispatch([new Map([[1, 2]]), new Map([[1, 2]]), new Map([[1, 3]])], "unique")).toHaveLength(2);
});

test("10,000 different objects are told apart in no time", () => {
  const objects = Array.from({ length: 10_000 }, (_, id) => ({ id, tags: ["x"], name: "same" }));
  const start = process.threadCpuUsage();
  expect(dispatch([...objects, ...objects], "unique")).toHaveLength(10_000);
  expect(process.threadCpuUsage(start).user).toBeLessThan(1_000_000);
});

test("names such as __proto__ are fields like all others", () => {
  const record = JSON.parse('{"__proto__": 1, "a": 2}') as object;
  const calls: ReadonlyArray<readonly [unknown, string, unknown[]]> = [
    [[record], "merge", []],
    [[{ a: 2, p: 1 }], "renameKeys", ["p", "__proto__"]],
    [[{ k: "__proto__", v: 1 }], "smartJoin", ["k", "v"]],
    [record, "compact", []],
    [record, "removeField", ["b"]],
  ];
  for (const [value, name, args] of calls) {
    const result = dispatch(value, name, args);
    const object = (Array.isArray(result) ? result[0] : result) as object;
    expect([name, Object.getPrototypeOf(object) === Object.prototype]).toEqual([name, true]);
    expect([name, Object.getOwnPropertyDescriptor(object, "__proto__")?.value]).toEqual([name, 1]);
  }
});

test("compact keeps arrays, dates and instances what they are", () => {
  const date = new Date(0);
  const map = new Map([[1, null]]);
  expect(dispatch([[1, null, [""]], { date, map, empty: new Set() }], "compact")).toEqual([
    [1, []],
    { date, map },
  ]);
});

describe("bad arguments", () => {
  test.each([
    [[1], "chunk", [-1]],
    [[1], "chunk", [0]],
    [[1], "chunk", [NaN]],
    [[1], "chunk", [1e-9]],
    [[1], "merge", [null]],
    [[1], "union", []],
    [[{}], "renameKeys", ["a"]],
    [[{}], "smartJoin", ["a"]],
    [[1, "2"], "sum", []],
    [[true], "max", []],
    [{}, "keepFieldsContaining", [""]],
  ])("%j.%s(%j)", (value, name, args) => {
    expect(() => dispatch(value, name, args)).toThrow(ExpressionExtensionError);
  });
});

test("statistics take as many numbers as there are", () => {
  const many = Array.from({ length: 300_000 }, (_, index) => index);
  expect(dispatch(many, "max")).toBe(299_999);
  expect(dispatch(many, "min")).toBe(0);
});

test("an engine without Intl writes numbers as en-US does", () => {
  const numbers = [0, -0, 1, -1.5, 1234.5678, 1e6, -987654321.125, 1e15, 0.0004, Infinity, NaN];
  const withIntl = numbers.map((number) => formatNumber(number, "en-US", undefined));
  const { Intl: intl } = globalThis;
  try {
    Reflect.set(globalThis, "Intl", undefined);
    expect(numbers.map((number) => formatNumber(number, "de-DE", undefined))).toEqual(withIntl);
  } finally {
    Reflect.set(globalThis, "Intl", intl);
  }
});
