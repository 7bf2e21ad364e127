import { expect, test } from "vitest";
import { findRewriting } from "./rewriting.ts";

const SENT = "head { old } tail";
const SAVED = "head { new, more } tail";

test.each([
  ["the same", SENT, SAVED],
  ["written on behind it", `${SENT}!`, `${SAVED}!`],
  ["written on before it", `a ${SENT}`, `a ${SAVED}`],
  ["written on in it", "head { older } tail", undefined],
  ["written on around it", `a ${SENT}!`, undefined],
])("a text that is %s", (_what, current, expected) => {
  const found = findRewriting(current, SENT, SAVED);
  const after = found && current.slice(0, found.start) + found.text + current.slice(found.end);
  expect(after).toBe(expected);
});

test("what only grows or shrinks is told as well", () => {
  expect(findRewriting("aa", "aa", "aaa")).toEqual({ start: 2, end: 2, text: "a" });
  expect(findRewriting("aaa", "aaa", "aa")).toEqual({ start: 2, end: 3, text: "" });
  expect(findRewriting("", "", "x")).toEqual({ start: 0, end: 0, text: "x" });
});
