import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_JSON_DEPTH, encode } from "./encode.ts";
import { GuestError } from "./errors.ts";

const CODES = { invalid: "INVALID", limit: "LIMIT" };
const ROOMY = 1_000_000;

function refusal(value: unknown, maxChars = ROOMY): { code: string; message: string } {
  try {
    encode(value, maxChars, CODES);
  } catch (error) {
    if (error instanceof GuestError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error("the value was encoded");
}

describe("encode", () => {
  test("writes what JSON.stringify writes, for every JSON value", () => {
    fc.assert(
      fc.property(fc.jsonValue({ depthSize: "large" }), (value) => {
        expect(encode(value, ROOMY, CODES)).toBe(JSON.stringify(value));
      }),
    );
  });

  test("follows JSON.stringify where nothing is lost silently", () => {
    const value = {
      left: undefined,
      list: [undefined, Number.NaN, Infinity, -0],
      date: new Date(0),
      custom: { toJSON: (key: string) => `from ${key}` },
      bare: Object.assign(Object.create(null) as object, { a: 1 }),
      boxed: [Object.create({ inherited: 1 })],
      "__proto__ ": "\ud800",
    };
    expect(encode(value, ROOMY, CODES)).toBe(JSON.stringify(value));
    expect(encode(undefined, ROOMY, CODES)).toBe("null");
    expect(encode(new TypeError("no"), ROOMY, CODES)).toBe('{"name":"TypeError","message":"no"}');
  });

  const cyclic: Record<string, unknown> = { a: [{}] };
  (cyclic["a"] as unknown[])[0] = cyclic;
  test.each([
    [() => 1, "the value is a function"],
    [{ items: [0, { run: () => 1 }] }, "the value at .items[1].run is a function"],
    [{ id: 1n }, "the value at .id is a BigInt"],
    [{ tag: Symbol("x") }, "the value at .tag is a symbol"],
    [[new Map()], "the value at [0] is a Map: use Object.fromEntries(map)"],
    [{ s: new Set() }, "the value at .s is a Set"],
    [{ r: /a+/g }, "the value at .r is the regular expression /a+/g"],
    [{ p: Promise.resolve() }, "the value at .p is a promise: await it"],
    [{ b: new Uint8Array(2) }, "the value at .b is [object Uint8Array]"],
    [{ b: new ArrayBuffer(2) }, "the value at .b is [object ArrayBuffer]"],
    [cyclic, "the value at .a[0] is a cycle"],
  ])("names the path of what is not data: %#", (value, message) => {
    expect(refusal(value)).toEqual({ code: "INVALID", message: expect.stringContaining(message) });
  });

  test("the same object twice is no cycle", () => {
    const shared = { a: 1 };
    expect(encode([shared, shared], ROOMY, CODES)).toBe('[{"a":1},{"a":1}]');
  });

  test("refuses nesting at the depth that the other side of the wall refuses", () => {
    const nest = (levels: number): unknown => JSON.parse("[".repeat(levels) + "]".repeat(levels));
    expect(encode(nest(MAX_JSON_DEPTH), ROOMY, CODES)).toHaveLength(2 * MAX_JSON_DEPTH);
    expect(refusal(nest(MAX_JSON_DEPTH + 1)).code).toBe("LIMIT");
  });

  test("refuses nesting before the stack ends", () => {
    let nested: unknown = 1;
    for (let depth = 0; depth < 100_000; depth++) nested = [nested];
    expect(refusal(nested)).toEqual({
      code: "LIMIT",
      message: expect.stringMatching(/nested deeper than \d+ levels/),
    });
    const endless = { toJSON: () => ({ ...endless }) };
    expect(refusal(endless).code).toBe("LIMIT");
  });

  test("never writes more than the budget, whatever the text needs for escapes", () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ stringUnit: "binary" }),
        fc.integer({ min: 0, max: 200 }),
        (value, maxChars) => {
          const text = JSON.stringify(value);
          if (text.length <= maxChars / 8) expect(encode(value, maxChars, CODES)).toBe(text);
          else if (text.length > maxChars) expect(refusal(value, maxChars).code).toBe("LIMIT");
        },
      ),
    );
    expect(refusal(Array(60).fill(undefined), 200).code).toBe("LIMIT");
    expect(refusal("\u0001".repeat(60), 100).code).toBe("LIMIT");
    expect(refusal({ ["\u0001".repeat(60)]: 1 }, 100).code).toBe("LIMIT");
    expect(refusal(Array(60).fill(-1.234567890123456e-300), 1_000).code).toBe("LIMIT");
  });

  test("stops early on values that expand without end", () => {
    let reads = 0;
    const count = <Value extends object>(target: Value, length?: number): Value =>
      new Proxy(target, {
        get: (from, key, self) => {
          reads++;
          return key === "length" && length ? length : (Reflect.get(from, key, self) as unknown);
        },
      });
    let bomb: unknown[] = count(["lol"]);
    for (let level = 0; level < 20; level++) bomb = count(Array(10).fill(bomb) as unknown[]);
    expect(refusal(bomb, 10_000).code).toBe("LIMIT");
    expect(reads).toBeLessThan(50_000);
    reads = 0;
    expect(refusal(count([], 2 ** 32 - 1)).message).toContain("4294967295 elements");
    expect(reads).toBeLessThan(5);
  });

  test("reads each property once", () => {
    const reads: string[] = [];
    const watched = new Proxy(
      { a: 1, b: [2], c: "x" },
      {
        get: (target, key, self) => {
          reads.push(String(key));
          return Reflect.get(target, key, self) as unknown;
        },
      },
    );
    expect(encode(watched, ROOMY, CODES)).toBe('{"a":1,"b":[2],"c":"x"}');
    expect(reads.filter((key) => key !== "Symbol(Symbol.toStringTag)").sort()).toEqual([
      "a",
      "b",
      "c",
      "toJSON",
    ]);
  });
});
