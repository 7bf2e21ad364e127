import { describe, expect, test } from "vitest";
import { parseLogLines } from "./log-lines.ts";

const line = { level: "info", time: 1, message: "x" };

describe("parseLogLines", () => {
  test("takes lines as they are", () => {
    const lines = [line, { ...line, level: "error", fields: { a: { b: [1] } } }];
    expect(parseLogLines(JSON.stringify(lines))).toEqual(lines);
  });

  test.each([
    ["\u001b[2Jgone", "\\u001b[2Jgone"],
    ["a\rb\u2028c", "a\\u000db\\u2028c"],
    ["abc\u202egnp.exe", "abc\\u202egnp.exe"],
    ["\ud800", "\ufffd"],
    ["tab\tand\nline, é😀", "tab\tand\nline, é😀"],
  ])("makes %j harmless", (message, clean) => {
    expect(parseLogLines(JSON.stringify([{ ...line, message }]))).toEqual([{ ...line, message: clean }]);
  });

  test.each([
    "",
    "{}",
    "[1]",
    JSON.stringify([{ ...line, level: "fatal" }]),
    JSON.stringify([{ ...line, time: "now" }]),
    JSON.stringify([{ ...line, time: -1 }]),
    JSON.stringify([{ ...line, message: "x".repeat(10_000) }]),
    JSON.stringify([{ ...line, fields: [1] }]),
    JSON.stringify([{ ...line, tenant: "other" }]),
    JSON.stringify([line, null]),
  ])("refuses what is not log lines: %s", (json) => {
    expect(parseLogLines(json)).toBeUndefined();
  });
});
