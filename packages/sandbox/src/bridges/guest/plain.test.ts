import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PlainTest, isPlainTree } from "./plain.ts";

function never(): false {
  return false;
}

function accepts(value: object, chars = Infinity): boolean {
  return new PlainTest(chars, never).accepts(value, 31);
}

function nest(levels: number): object {
  let value: object = [];
  for (let level = 1; level < levels; level++) value = level % 2 ? { value } : [value];
  return value;
}

const fail = (): never => {
  throw new Error("code of the value ran");
};

describe("a test for plain data", () => {
  test("accepts nothing that JSON would change", () => {
    const values = fc.anything({
      withBigInt: true,
      withBoxedValues: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withSparseArray: true,
      withTypedArray: true,
      withNullPrototype: true,
      withUnicodeString: true,
    });
    let accepted = 0;
    fc.assert(
      fc.property(fc.oneof(values, fc.jsonValue()), (value) => {
        if (typeof value !== "object" || value === null || !accepts(value)) return;
        accepted++;
        expect(JSON.parse(JSON.stringify(value))).toEqual(value);
      }),
      { numRuns: 1_500 },
    );
    expect(accepted).toBeGreaterThan(100);
  });

  test("accepts all that JSON.parse makes", () => {
    const refused = fc
      .sample(fc.json({ noUnicodeString: false }), 500)
      .map((text) => JSON.parse(text.replaceAll("-0", "0")) as unknown)
      .filter((value) => typeof value === "object" && value !== null && !accepts(value));
    expect(refused).toEqual([]);
  });

  test.each<[string, object]>([
    [
      "a getter",
      {
        get x() {
          return fail();
        },
      },
    ],
    [
      "a setter",
      {
        set x(_: unknown) {
          fail();
        },
      },
    ],
    ["a getter as an element", Object.defineProperty([1, 2], 1, { get: fail, enumerable: true })],
    ["an element that is hidden", Object.defineProperty([1, 2], 1, { value: 2, enumerable: false })],
    ["a hole", Object.assign([1], { length: 2 })],
    ["a method toJSON", { toJSON: fail }],
    ["a hidden toJSON", Object.defineProperty({}, "toJSON", { value: fail })],
    [
      "a getter toJSON",
      {
        get toJSON() {
          return fail();
        },
      },
    ],
    [
      "an instance",
      new (class {
        x = 1;
      })(),
    ],
    ["an instance of a kind of array", new (class extends Array<number> {})(1, 2)],
    ["-0", [-0]],
    ["NaN", { x: NaN }],
    ["undefined", { x: undefined }],
    ["a symbol", [Symbol("s")]],
    ["a function", { list: [{ fail }] }],
  ])("refuses %s, and runs nothing of it", (_, value) => {
    expect(accepts({ list: [value] })).toBe(false);
  });

  test("accepts own keys that elsewhere are special, and leaves out what is hidden, inherited or a symbol", () => {
    expect(accepts(JSON.parse('{"__proto__": {"x": 1}, "constructor": 1, "length": 2}') as object)).toBe(
      true,
    );
    const value = Object.defineProperty({ [Symbol("s")]: fail, x: 1 }, "hidden", { get: fail });
    expect(accepts(value)).toBe(true);
    expect(JSON.stringify(value)).toBe('{"x":1}');
  });

  test("ends at its depth and its size, cycles included", () => {
    const cycle: unknown[] = [];
    cycle.push(cycle, cycle);
    expect(accepts(cycle, 100_000)).toBe(false);
    expect([accepts(nest(31)), accepts(nest(32))]).toEqual([true, false]);
    expect([accepts(["x".repeat(100)], 200), accepts(["x".repeat(100)], 100)]).toEqual([true, false]);
    expect(accepts(Object.assign([], { length: 4_000_000_000 }), 1e9)).toBe(false);
  });

  test("tells of what is too wide to be tried again", () => {
    const wide = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`k${index}`, index]));
    const told: object[] = [];
    expect(new PlainTest(8_000, never, (value) => told.push(value)).accepts({ list: [wide] }, 31)).toBe(
      false,
    );
    expect(told).toEqual([wide]);
  });

  test("refuses a tree with an object twice: JSON would make two of it", () => {
    const shared = { x: 1 };
    expect(isPlainTree([{ x: 1 }, { x: 1 }], never)).toBe(true);
    expect(isPlainTree([shared, { shared }], never)).toBe(false);
  });
});
