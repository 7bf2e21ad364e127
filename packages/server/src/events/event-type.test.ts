import { describe, expect, test } from "vitest";
import { createPatternTable } from "./event-type.ts";

function matchAll(patterns: readonly string[], type: string): readonly string[] {
  return createPatternTable(patterns.map((pattern) => ({ patterns: [pattern], value: pattern }))).match(type);
}

describe("patterns of event types", () => {
  test.each([
    ["order.created", "order.created", true],
    ["order.created", "order.created.late", false],
    ["order.created", "order", false],
    ["order.*", "order.created", true],
    ["order.*", "order", false],
    ["order.*", "order.line.added", false],
    ["*.created", "invoice.created", true],
    ["*.*", "a.b", true],
    ["*.*", "a", false],
    ["order.**", "order", true],
    ["order.**", "order.line.added", true],
    ["order.**", "orders.line", false],
    ["order.*.**", "order.line", true],
    ["order.*.**", "order", false],
    ["**", "anything.at.all", true],
  ])("%s and %s: %s", (pattern, type, fits) => {
    expect(matchAll([pattern], type)).toEqual(fits ? [pattern] : []);
  });

  test("give a value once, however many of its patterns fit, in the order of the entries", () => {
    const table = createPatternTable([
      { patterns: ["**", "order.*", "order.created"], value: "first" },
      { patterns: ["invoice.*"], value: "never" },
      { patterns: ["*.created"], value: "second" },
    ]);
    expect(table.match("order.created")).toEqual(["first", "second"]);
  });

  test("are found in a time that neither many others nor many wildcards make long", () => {
    const others = Array.from({ length: 10_000 }, (_, place) => `other.${place}.*`);
    const words = Array.from({ length: 50 }, () => "a");
    // Every choice of words and wildcards leads on: walked one by one they would be 2 to the power of 50.
    const wild = words.map((_, place) => words.map((word, at) => (at === place ? "*" : word)).join("."));
    const table = createPatternTable(
      [...others, ...wild].map((pattern) => ({ patterns: [pattern], value: pattern })),
    );
    const since = process.threadCpuUsage();
    for (let turn = 0; turn < 100; turn += 1) expect(table.match(words.join("."))).toHaveLength(wild.length);
    expect(process.threadCpuUsage(since).user).toBeLessThan(2_000_000);
  });
});
