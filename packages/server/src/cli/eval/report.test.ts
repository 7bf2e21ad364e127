import { EXPRESSION_ERRORS, ExpressionError } from "@skerry/expressions";
import type { ExpressionErrorCode } from "@skerry/expressions";
import { describe, expect, test } from "vitest";
import { describeError, describeOutput, exitCodeOf, reportError, reportValue } from "./report.ts";

describe("a result is printed", () => {
  test.for<[name: string, value: unknown, text: string]>([
    ["a text as it is", "a\n\tb\u001b[2J", "a\n\tb\\u001b[2J\n"],
    ["a number", -0.5, "-0.5\n"],
    ["null", null, "null\n"],
    ["undefined as nothing", undefined, ""],
    [
      "data as JSON",
      { a: [1, undefined], b: undefined, ["__proto__"]: "c" },
      '{"a":[1,null],"__proto__":"c"}\n',
    ],
    ["a number that JSON has not", NaN, "NaN\n"],
    ["a BigInt inside", [-Infinity, 2n ** 64n], '["-Infinity","18446744073709551616"]\n'],
    ["a date", new Date(0), "1970-01-01T00:00:00.000Z\n"],
    ["an invalid date", [new Date(NaN)], '["Invalid Date"]\n'],
    ["what says itself in ISO 8601", { at: new Moment("PT1S") }, '{"at":"PT1S"}\n'],
    ["what is invalid there", new Moment(null), "Invalid\n"],
    ["a Map and a Set", new Map([["k", new Set([1])]]), '[["k",[1]]]\n'],
    ["bytes", [new Uint8Array([1]), new Uint8Array([2]).buffer], "[[1],[2]]\n"],
    ["boxed", [Object("x"), Object(1)], '["x",1]\n'],
    ["an error", new RangeError("far"), "RangeError: far\n"],
    // eslint-disable-next-line no-sparse-arrays
    ["holes", [, 1], "[null,1]\n"],
  ])("%s", ([, value, text]) => {
    expect(describeOutput(reportValue(value).output)).toBe(text);
  });

  test("a cycle ends, the same object twice is printed twice", () => {
    const one: Record<string, unknown> = { n: 1 };
    const pair = [one, one];
    one["self"] = pair;
    expect(reportValue(pair).output).toEqual([
      { n: 1, self: "[cycle]" },
      { n: 1, self: "[cycle]" },
    ]);
  });

  test("what would never end, or end the stack, is refused", () => {
    let doubled: unknown[] = ["x"];
    for (let level = 0; level < 40; level++) doubled = [doubled, doubled];
    expect(() => reportValue(doubled)).toThrow("more than 1,000,000 values");
    let deep: unknown[] = [];
    for (let level = 0; level < 100_000; level++) deep = [deep];
    expect(() => reportValue(deep)).toThrow(ExpressionError);
  });
});

test("every code has an exit code of exec's", () => {
  const exits = Object.keys(EXPRESSION_ERRORS).map((name) => {
    const code = name as ExpressionErrorCode;
    return [code, exitCodeOf(reportError(new ExpressionError(code, "")))];
  });
  const notOne = exits.filter(([, exit]) => exit !== 1);
  expect(Object.fromEntries(notOne)).toEqual({
    EXPRESSION_TIMEOUT: 3,
    EXPRESSION_MEMORY: 3,
    EXPRESSION_BRIDGE: 4,
    EXPRESSION_DISPOSED: 4,
  });
  expect(exitCodeOf(reportValue(1))).toBe(0);
});

describe("an error shows its place", () => {
  const draw = (template: string, start: number, end: number): string[] => {
    const error = new ExpressionError("EXPRESSION_FAILED", "m", { range: { start, end } });
    return describeError(reportError(error).error, template).split("\n").slice(1);
  };

  test.for<[name: string, template: string, range: [number, number], lines: string[]]>([
    ["on its line", "ab\r\n{{ x }}\ncd", [6, 9], ["  {{ x }}", "    ^^^"]],
    ["only to the end of that line", "{{ a\nb }}", [2, 7], ["  {{ a", "    ^^"]],
    ["at the very end", "{{ ", [3, 3], ["  {{ ", "     ^"]],
    ["after a tab", "\t{{ x }}", [3, 6], ["  \t{{ x }}", "  \t  ^^^"]],
    ["after wide characters", "日本 {{ 字 }}", [5, 8], ["  日本 {{ 字 }}", "         ^^^^"]],
    [
      "after characters that a terminal would obey",
      "\u001b{{ x }}",
      [3, 6],
      ["  \\u001b{{ x }}", "          ^^^"],
    ],
  ])("%s", ([, template, [start, end], lines]) => {
    expect(draw(template, start, end)).toEqual(lines);
  });

  test("and little of a long line", () => {
    const [line, carets] = draw(`${"a".repeat(500)}{{ b }}${"c".repeat(500)}`, 502, 505) as [string, string];
    expect(line).toMatch(/^ {2}…a{58}\{\{ b \}\}c{55}…$/);
    expect(line.slice(carets.indexOf("^"), carets.length)).toBe(" b ");
  });

  test("and forges no line of ours", () => {
    const error = new ExpressionError("EXPRESSION_FAILED", "a\nb", { range: { start: 0, end: 1 } });
    expect(describeError(reportError(error).error, "x\ny")).toBe("EXPRESSION_FAILED: a\n  b\n  x\n  ^");
  });
});

class Moment {
  readonly #iso: string | null;

  constructor(iso: string | null) {
    this.#iso = iso;
  }

  toISO(): string | null {
    return this.#iso;
  }

  toString(): string {
    return "Invalid";
  }
}
