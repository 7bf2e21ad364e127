import fc from "fast-check";
import { expect, test } from "vitest";
import { createTextMatcher, MIN_PATTERN_LENGTH } from "./text-matcher.ts";

const letters = fc.constantFrom("a", "b", "\u4e2d", "\u4e3d");
const pattern = fc.string({ unit: letters, minLength: MIN_PATTERN_LENGTH, maxLength: 9 });

test("replaces what a plain search at every place would, leftmost and longest", () => {
  const cases = fc.property(
    fc.uniqueArray(pattern, { maxLength: 12 }),
    fc.string({ unit: letters, maxLength: 200 }),
    (texts, text) => {
      const matcher = createTextMatcher(
        texts.map((item) => ({ text: item, replacement: `[${item.length}]` })),
      );
      expect(matcher.replace(text)).toBe(replacePlainly(texts, text));
    },
  );
  fc.assert(cases, { numRuns: 2_000 });
});

function replacePlainly(texts: readonly string[], text: string): string {
  let replaced = "";
  for (let start = 0; start < text.length;) {
    const found = texts.filter((item) => text.startsWith(item, start));
    const length = Math.max(0, ...found.map((item) => item.length));
    replaced += length === 0 ? text.charAt(start) : `[${length}]`;
    start += Math.max(1, length);
  }
  return replaced;
}
