import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { escapeControls, indentContinuation } from "./text.ts";

describe("escapeControls", () => {
  test("shows what would drive a terminal", () => {
    expect(escapeControls("\x1b]0;owned\x07 \x9b31m \u202etxt.exe\r")).toBe(
      "\\u001b]0;owned\\u0007 \\u009b31m \\u202etxt.exe\\u000d",
    );
  });

  test("leaves text, line feeds and tabs alone", () => {
    expect(escapeControls("Grüße\n\t日本語 🦭")).toBe("Grüße\n\t日本語 🦭");
  });

  test("keeps the meaning of JSON text", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const json = JSON.stringify(value);
        expect(JSON.parse(escapeControls(json))).toEqual(JSON.parse(json));
      }),
    );
    expect(JSON.parse(escapeControls(JSON.stringify("\x7f\x9b\u2028")))).toBe("\x7f\x9b\u2028");
  });
});

test("indentContinuation keeps a script from writing a line of its own", () => {
  expect(indentContinuation("done\nerror forged", "      ")).toBe("done\n      error forged");
});
