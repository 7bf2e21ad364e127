import fc from "fast-check";
import { expect, test } from "vitest";
import { isDeeperThan } from "./json-depth.ts";

/** As the definition has it: brackets outside of strings. */
function depthOf(json: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\[^])*"?|[[\]{}]/g)) {
    if (token === "[" || token === "{") deepest = Math.max(deepest, ++depth);
    else if (token === "]" || token === "}") depth--;
  }
  return deepest;
}

/** Lengths around the place in a string from which another way of searching goes on, and escapes across it. */
const piece = fc.oneof(
  fc.constantFrom('"', "\\", "[", "]", "{", "}", '\\"', "\\\\", "x"),
  fc
    .tuple(fc.constantFrom("x", "\\", '\\"', "["), fc.integer({ min: 126, max: 130 }))
    .map(([text, count]) => text.repeat(count)),
);

test("brackets count outside of strings only, however strings end, also in text that is not JSON", () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), fc.integer({ min: 0, max: 3 }), (pieces, limit) => {
      const json = pieces.join("");
      expect(isDeeperThan(Buffer.from(json), limit)).toBe(depthOf(json) > limit);
    }),
    { numRuns: 2_000 },
  );
});

test("a nest is as deep as its brackets", () => {
  const nest = Buffer.from(`${"[".repeat(100)}${"]".repeat(100)}`);
  expect([isDeeperThan(nest, 99), isDeeperThan(nest, 100)]).toEqual([true, false]);
});
