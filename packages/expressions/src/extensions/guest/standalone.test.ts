import { DateTime } from "luxon";
import { expect, test } from "vitest";
import { ExpressionExtensionError, STANDALONE_FUNCTIONS } from "./index.ts";

function call(name: string, ...args: unknown[]): unknown {
  return STANDALONE_FUNCTIONS.find((each) => each.name === name)?.run(...args);
}

test("$ifEmpty takes the default for what holds nothing, and never for a date", () => {
  for (const empty of [undefined, null, "", [], {}, new Map(), new Set(), Object.create(null)]) {
    expect(call("$ifEmpty", empty, "default")).toBe("default");
  }
  for (const value of [
    0,
    false,
    NaN,
    " ",
    [0],
    new Date(0),
    DateTime.fromMillis(0),
    new Map([[1, 2]]),
    /x/,
  ]) {
    expect(call("$ifEmpty", value, "default")).toBe(value);
  }
  expect(() => call("$ifEmpty", 1)).toThrow(ExpressionExtensionError);
});

test("numberList ends where memory would", () => {
  expect(() => call("numberList", 0, Infinity)).toThrow(RangeError);
  expect(() => call("numberList", 1)).toThrow(TypeError);
  expect(call("numberList", 1.5, 3)).toEqual([1.5, 2.5]);
});

test("zip and toPathSegment refuse what would lead elsewhere", () => {
  expect(() => call("zip", ["a"], [1, 2])).toThrow(ExpressionExtensionError);
  expect(() => call("zip", "ab", [1, 2])).toThrow(ExpressionExtensionError);
  expect(Object.getPrototypeOf(call("zip", ["__proto__"], [{ a: 1 }]))).toBe(Object.prototype);
  for (const value of ["", ".", "..", null, undefined, []]) {
    expect(() => call("toPathSegment", value)).toThrow(ExpressionExtensionError);
  }
  expect(call("toPathSegment", "../x")).toBe("..%2Fx");
});

test("$jmespath finds data of any name, and nothing that objects inherit", () => {
  const data = { caller: { arguments: 1 }, l: [{ id: 1 }, { id: 2 }] };
  expect(call("$jmespath", data, "caller.arguments")).toBe(1);
  expect(call("$jmespath", data, "l[-1].id")).toBe(2);
  expect(call("$jmespath", {}, "constructor")).toBeNull();
  expect(() => call("$jmespath", data, "[")).toThrow(/EOF/);
  expect(() => call("$jmespath", {}, 5)).toThrow(ExpressionExtensionError);
  expect(() => call("$jmespath", "text", "a")).toThrow(ExpressionExtensionError);
});
