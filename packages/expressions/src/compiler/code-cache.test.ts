import { describe, expect, test } from "vitest";
import { ExpressionError } from "../errors.ts";
import { CodeCache } from "./code-cache.ts";

const extensionNames: ReadonlySet<string> = new Set(["first"]);

describe("CodeCache", () => {
  test("compiles what it does not hold, and tells", () => {
    const cache = new CodeCache({ extensionNames, maxCodeCacheSize: 2 });
    const first = cache.compileTemplate("{{ a }}");
    expect(cache.compileTemplate("{{ a }}")).toBe(first);
    cache.compileTemplate("{{ b }}");
    cache.compileTemplate("{{ a }}");
    cache.compileTemplate("{{ c }}");
    expect(cache.stats()).toEqual({ hits: 2, misses: 3, evictions: 1, size: 2 });
    // The one that was not used for the longest time is gone.
    expect(cache.compileTemplate("{{ a }}")).toBe(first);
    expect(cache.stats()).toMatchObject({ hits: 3, misses: 3 });
  });

  test("knows trees by what they hold, and never for templates", () => {
    const cache = new CodeCache({ extensionNames });
    const tree = cache.compileTree({ a: "{{ b }}" });
    expect(cache.compileTree({ a: "{{ b }}" })).toBe(tree);
    cache.compileTemplate('{"a":"{{ b }}"}');
    expect(cache.stats()).toEqual({ hits: 1, misses: 2, evictions: 0, size: 2 });
  });

  test("keeps no failures, and nothing at all with size 0", () => {
    const cache = new CodeCache({ extensionNames, maxCodeCacheSize: 0 });
    cache.compileTemplate("{{ a }}");
    cache.compileTemplate("{{ a }}");
    expect(() => cache.compileTemplate("{{ ) }}")).toThrow(ExpressionError);
    expect(cache.stats()).toEqual({ hits: 0, misses: 3, evictions: 0, size: 0 });
    expect(() => new CodeCache({ extensionNames, maxCodeCacheSize: -1 })).toThrow(RangeError);
  });

  test("is bounded by what it holds, not by its count alone", () => {
    const cache = new CodeCache({ extensionNames });
    for (let number = 0; number < 60; number++) cache.compileTemplate("x".repeat(2 ** 20 - number));
    expect(cache.stats()).toMatchObject({ misses: 60, size: 32 });
  });
});
