import { DateTime } from "luxon";
import { describe, expect, test } from "vitest";
import { type ExtensionDefinition, extensionsOn } from "./definition.ts";
import { createDispatch, createFinder } from "./dispatch.ts";
import { ExpressionExtensionError } from "./errors.ts";
import { EXTENSIONS, dispatch, findFunction } from "./index.ts";

describe("what is called", () => {
  test("the function of the value's type, before a method of that name", () => {
    const array = [1, 2];
    expect(dispatch(array, "reverse")).toEqual([2, 1]);
    expect(array).toEqual([1, 2]);
    expect(dispatch({ keys: () => "own" }, "keys")).toEqual(["keys"]);
    expect(dispatch({ constructor: 1 }, "isEmpty")).toBe(false);
  });

  test("else a method of the value", () => {
    expect(dispatch({ first: (x: number) => x + 1 }, "first", [1])).toBe(2);
    expect(dispatch("abc", "includes", ["b"])).toBe(true);
    expect(dispatch(Math, "round", [1.5])).toBe(2);
    expect(dispatch(Object, "keys", [{ a: 1 }])).toEqual(["a"]);
  });

  test("a method of a class before the function of objects", () => {
    expect([...(dispatch(new Map([[1, 2]]), "keys") as Iterable<number>)]).toEqual([1]);
    class Own {
      isEmpty(): string {
        return "own";
      }
    }
    expect(dispatch(new Own(), "isEmpty")).toBe("own");
    expect(dispatch(new Map([[1, 2]]), "isEmpty")).toBe(false);
  });

  test("else the function for any value", () => {
    for (const nothing of [undefined, null, 0, NaN, false, 0n])
      expect(dispatch(nothing, "isEmpty")).toBe(true);
    for (const thing of [1, true, 1n, Symbol("x"), () => 1]) expect(dispatch(thing, "isEmpty")).toBe(false);
  });

  test("a date is told by its class, not by what it says of itself", () => {
    expect(dispatch(DateTime.fromMillis(0), "toInt")).toBe(0);
    expect(dispatch(new Date(5), "toInt")).toBe(5);
    expect(() => dispatch({ isLuxonDateTime: true }, "isWeekend")).toThrow(ExpressionExtensionError);
  });
});

describe("errors", () => {
  test.each([
    [undefined, "first", "first() was called on undefined: check the path before it, or write ?.first()"],
    [null, "toInt", "toInt() was called on null: check the path before it, or write ?.toInt()"],
    ["abc", "first", 'first() is for arrays, not for the string "abc"'],
    [[1], "toNumber", "toNumber() is for strings and booleans, not for an array"],
    [5, "keys", "keys() is for objects, not for the number 5"],
    ["2024-05-06", "beginningOf", /write \.toDateTime\(\)\.beginningOf\(…\)$/],
    ["x".repeat(100), "sum", /the string "x{40}…"$/],
    ["a", "nope", 'There is no function nope() for the string "a"'],
  ])("%j.%s()", (value, name, message) => {
    const call = (): unknown => dispatch(value, name);
    expect(call).toThrow(ExpressionExtensionError);
    expect(call).toThrow(message);
  });
});

test("a finder binds what would be called, for calls that may find nothing", () => {
  expect(findFunction("a b", "toTitleCase")?.()).toBe("A B");
  expect(findFunction("abc", "at")?.(-1)).toBe("c");
  expect(findFunction(undefined, "isEmpty")?.()).toBe(true);
  expect(findFunction("abc", "first")).toBeUndefined();
  expect(findFunction(null, "first")).toBeUndefined();
});

test("a host adds functions of its own, and replaces ours", () => {
  const own: readonly ExtensionDefinition[] = [
    ...extensionsOn("string", [
      {
        name: "shout",
        description: "Loud.",
        parameters: [],
        returns: "string",
        examples: [],
        aliases: ["cry"],
        run: (value, mark: unknown = "!") => `${value.toUpperCase()}${mark as string}`,
      },
    ]),
    ...extensionsOn("array", [
      {
        name: "first",
        description: "Ours.",
        parameters: [],
        returns: "string",
        examples: [],
        run: () => "own",
      },
    ]),
  ];
  const call = createDispatch([...EXTENSIONS, ...own]);
  expect(call("a", "cry", ["?"])).toBe("A?");
  expect(call([1], "first")).toBe("own");
  expect(call([1], "last")).toBe(1);
  expect(createFinder(own)("a", "shout")?.()).toBe("A!");
});
