import { describe, expect, test } from "vitest";
import type { ExpressionError } from "../errors.ts";
import { type CompiledTree, compileTree, writeTree } from "./tree-compilation.ts";

function compile(tree: unknown): CompiledTree {
  return compileTree(writeTree(tree), { extensionNames: new Set(["first"]) });
}

/** Evaluates with a runtime that knows nothing but data. */
function evaluate(tree: unknown, data: Record<string, unknown>): unknown {
  const runtime = {
    begin: () => ({
      read: (name: string) => data[name],
      attempt: (_: number, run: () => unknown) => run(),
      demand: (_: number, run: () => unknown) => run(),
      join: (parts: unknown[]) => parts.join(""),
    }),
  };
  // oxlint-disable-next-line typescript/no-implied-eval -- what the test itself has compiled
  return (new Function("__expressions", "data", compile(tree).code({})) as (...args: unknown[]) => unknown)(
    runtime,
    data,
  );
}

describe("a tree of templates", () => {
  test("keeps its shape, and all that is no template", () => {
    const plain = {
      a: [1, -0.5, true, null, "x\\\\y", "}}", []],
      "": {},
      'b"\u2028': "\ud800",
      constructor: "c",
    };
    expect(evaluate(plain, {})).toEqual(plain);
    expect(evaluate({ "k{{ 1 }}": ["{{ a }}", "<{{ a.b }}>", "{{", "x {{"] }, { a: { b: 1 } })).toEqual({
      "k{{ 1 }}": [{ b: 1 }, "<1>", "", "x "],
    });
    expect(evaluate("{{ a }}", { a: 1 })).toBe(1);
  });

  test("a key named __proto__ is a key", () => {
    const value = evaluate(JSON.parse('{"__proto__":{"a":"{{ a }}"},"b":{"__proto__":"{{ a }}"}}'), {
      a: 1,
    }) as object;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(JSON.stringify(value)).toBe('{"__proto__":{"a":1},"b":{"__proto__":1}}');
  });

  test("a template's assignments end with it", () => {
    const tree = ["{{ (a = 2, a) }}", "{{ a }}", "{{ (Map = 3, Map) }}{{ Map }}", "{{ typeof Map }}"];
    expect(evaluate(tree, { a: 1 })).toEqual([2, 1, "33", "function"]);
  });

  test("asks for each name once, and knows where each chunk is", () => {
    const tree = compile({
      a: "{{ x }}",
      "b c": ["", "{{ x }}\n{{ y }}"],
      d: "{{ $evaluateExpression(z) }}",
    });
    expect(tree.code({}).match(/\.read\("x"\)/g)).toHaveLength(1);
    expect([...tree.names]).toEqual(["x", "y", "$evaluateExpression", "z"]);
    expect(tree.chunkCount).toBe(4);
    expect(tree.placeOf(2)).toEqual({ range: { start: 10, end: 13 }, text: '["b c"][1], line 2, column 3' });
    expect(tree.placeOf(4)).toBeUndefined();
  });

  test("what cannot be compiled tells its path", () => {
    expect(() => compile({ a: [{ "b-c": "{{ let }}" }] })).toThrow(
      expect.objectContaining({
        code: "EXPRESSION_UNSUPPORTED",
        range: { start: 3, end: 6 },
        message: expect.stringContaining('(a[0]["b-c"], line 1, column 4)') as string,
      }) as Error,
    );
  });

  test("what is no JSON data, or too much of it, is refused", () => {
    const nest = (depth: number): unknown => JSON.parse("[".repeat(depth) + "]".repeat(depth));
    const isUnsupported = expect.objectContaining({ code: "EXPRESSION_UNSUPPORTED" }) as ExpressionError;
    expect(() => writeTree(undefined)).toThrow(TypeError);
    expect(() => writeTree(1n)).toThrow(TypeError);
    expect(() => compile(nest(252))).toThrow(isUnsupported);
    expect(() => compile(nest(100_000))).toThrow(isUnsupported);
    expect(() => compile("x".repeat(2 ** 22))).toThrow(isUnsupported);
    expect(() => compile(Array.from({ length: 10_001 }, () => "{{ 1 }}"))).toThrow(isUnsupported);
    expect(compile(nest(250)).code({})).toContain("[[[[");
  });
});
