import { isDeepStrictEqual } from "node:util";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { structuredClone as guestClone } from "./structured-clone.ts";

const anyData = fc.anything({
  withBigInt: true,
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
  withUnicodeString: true,
});

describe("structuredClone", () => {
  test("clones data to what Node clones it to", () => {
    fc.assert(
      fc.property(anyData, (value) => {
        expect(isDeepStrictEqual(guestClone(value), structuredClone(value))).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test("keeps cycles, and what is shared stays shared", () => {
    const bytes = Uint8Array.of(1, 2, 3, 4);
    const source: Record<string, unknown> = {
      part: bytes.subarray(1, 3),
      whole: bytes,
      list: [bytes.buffer],
    };
    source["self"] = new Map([["set", new Set([source])]]);
    const clone = guestClone(source) as {
      part: Uint8Array;
      whole: Uint8Array;
      list: unknown[];
      self: Map<string, Set<unknown>>;
    };
    expect(clone.self.get("set")?.has(clone)).toBe(true);
    expect(clone.part.buffer).toBe(clone.whole.buffer);
    expect(clone.list[0]).toBe(clone.whole.buffer);
    expect(clone.part).toEqual(Uint8Array.of(2, 3));
    expect(clone.whole.buffer).not.toBe(bytes.buffer);
  });

  test("clones regular expressions, errors with their cause, and views", () => {
    const error = new RangeError("far", { cause: { at: [1] } });
    const clone = guestClone({ error, pattern: /a(b)/giu, view: new DataView(new ArrayBuffer(4), 1, 2) }) as {
      error: RangeError;
      pattern: RegExp;
      view: DataView;
    };
    expect(clone.error).toBeInstanceOf(RangeError);
    expect(clone.error).toMatchObject({ message: "far", cause: { at: [1] }, stack: error.stack });
    expect(clone.pattern).toEqual(/a(b)/giu);
    expect([clone.view.byteOffset, clone.view.byteLength]).toEqual([1, 2]);
  });

  test("a name like __proto__ is data", () => {
    const clone = guestClone(JSON.parse('{"__proto__": {"polluted": true}}')) as object;
    expect(Object.keys(clone)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(clone)).toBe(Object.prototype);
  });

  test("moves what is to be transferred", () => {
    const buffer = new ArrayBuffer(8);
    const clone = guestClone({ buffer }, { transfer: [buffer] }) as { buffer: ArrayBuffer };
    expect([clone.buffer.byteLength, buffer.byteLength, buffer.detached]).toEqual([8, 0, true]);
  });

  test.for<[string, unknown]>([
    ["a function", () => 1],
    ["a symbol", Symbol("s")],
    ["a promise", Promise.resolve()],
    ["a weak map", new WeakMap()],
    ["a boxed symbol", Object(Symbol("s"))],
    ["a formatter", new Intl.NumberFormat("en")],
    ["a nested function", { list: [new Map([["f", () => 1]])] }],
  ])("refuses %s", ([, value]) => {
    expect(() => guestClone(value)).toThrow(expect.objectContaining({ name: "DataCloneError", code: 25 }));
  });
});
