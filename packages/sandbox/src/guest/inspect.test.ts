import { describe, expect, test } from "vitest";
import { inspect } from "./inspect.ts";

describe("inspect", () => {
  test.each([
    ["plain text", "plain text"],
    [["text"], '[ "text" ]'],
    [{ a: 1, b: { c: [null, undefined, true] } }, "{ a: 1, b: { c: [ null, undefined, true ] } }"],
    [12n, "12n"],
    [Symbol("s"), "Symbol(s)"],
    [() => 1, "[Function]"],
    [new Date(0), "1970-01-01T00:00:00.000Z"],
    [new Date(Number.NaN), "Invalid Date"],
    [/a/u, "/a/u"],
    [new Map(), "[object Map]"],
    [[], "[]"],
    [{}, "{}"],
    [-0, "0"],
  ])("shows %s", (value, text) => {
    expect(inspect(value)).toBe(text);
  });

  test("shows an error as its stack", () => {
    expect(inspect(new RangeError("too far"))).toContain("RangeError: too far\n    at ");
    expect(inspect(Object.assign(new Error("x"), { stack: 1 }))).toBe("[Error]");
  });

  test("is bounded in depth, items and length, cycles included", () => {
    const cyclic: unknown[] = [];
    cyclic.push({ self: cyclic });
    expect(inspect(cyclic)).toBe("[ { self: [ { self: [Array] } ] } ]");
    expect(inspect(Array(1_000).fill(1))).toContain("… 900 more ]");
    expect(inspect("x".repeat(100_000)).length).toBeLessThan(9_000);
    expect(inspect(Array(100).fill("x".repeat(1_000))).length).toBeLessThan(9_000);
    expect(inspect({ ["k".repeat(100_000)]: 1 }).length).toBeLessThan(9_000);
  });

  test("asks the guest for no formatting of its own", () => {
    const forbidden = (): never => {
      throw new Error("was called");
    };
    const value = {
      toString: forbidden,
      toJSON: forbidden,
      [Symbol.for("nodejs.util.inspect.custom")]: forbidden,
    };
    expect(inspect(value)).toBe("{ toString: [Function], toJSON: [Function] }");
  });
});
