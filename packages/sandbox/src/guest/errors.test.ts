import { describe, expect, test } from "vitest";
import { GuestError, describeError } from "./errors.ts";

describe("describeError", () => {
  test.each([
    [new Error("plain"), "SCRIPT_ERROR", "plain"],
    [new TypeError("typed"), "SCRIPT_ERROR", "TypeError: typed"],
    [new Error(""), "SCRIPT_ERROR", "Error"],
    [new GuestError("CACHE_FULL", "no room"), "CACHE_FULL", "no room"],
    ["text", "SCRIPT_ERROR", "Thrown: text"],
    [undefined, "SCRIPT_ERROR", "Thrown: undefined"],
    [7n, "SCRIPT_ERROR", "Thrown: 7"],
    [Symbol("s"), "SCRIPT_ERROR", "Thrown: Symbol(s)"],
    [{ message: "like an error" }, "SCRIPT_ERROR", "Thrown: like an error"],
    [{ code: "X" }, "SCRIPT_ERROR", "Thrown: [object Object]"],
    [() => 1, "SCRIPT_ERROR", "Thrown: a function"],
  ])("tells of %s", (thrown, code, message) => {
    expect(describeError(thrown)).toMatchObject({ code, message });
  });

  test("survives errors that resist being read, and passes on text only", () => {
    const hostile = new Error("x");
    Object.defineProperty(hostile, "message", {
      get: () => {
        throw hostile;
      },
    });
    Object.defineProperty(hostile, "stack", { value: { toString: () => "no" } });
    expect(describeError(hostile)).toEqual({ code: "SCRIPT_ERROR", message: "Error", stack: "" });
  });

  test("cuts what is too long", () => {
    const long = Object.assign(new Error("m".repeat(1e6)), { stack: "s".repeat(1e6) });
    const { message, stack } = describeError(long);
    expect(message).toHaveLength(8_193);
    expect(stack).toHaveLength(16_385);
  });
});
