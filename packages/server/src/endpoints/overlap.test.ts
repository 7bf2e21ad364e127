import { describe, expect, test } from "vitest";
import { findOverlap } from "./overlap.ts";
import { shapeOf } from "./path-pattern.ts";
import { createRoutingTable } from "./routing-table.ts";

const PATTERNS = [
  "/",
  "/a",
  "/:x",
  "/*",
  "/:x*",
  "/:x+",
  "/a/b",
  "/a/:y",
  "/:x/b",
  "/:x/:y",
  "/a/*",
  "/a/:y+",
  "/:x/b/*",
];
const PATHS = ["/", "/a", "/a/", "/b", "/b/", "/a/b", "/a/b/", "/b/b", "/b/a", "/a/b/c", "/b/b/c", "/c/d/e"];

function answers(pattern: string, path: string): boolean {
  const table = createRoutingTable([{ method: "POST", pattern, target: pattern }]);
  return table.match("POST", path).target !== undefined;
}

describe("overlaps are what the routing table does", () => {
  const pairs = PATTERNS.flatMap((one) => PATTERNS.map((other) => [one, other] as const));
  // Two of one shape cannot be published with one method.
  test.each(pairs.filter(([one, other]) => shapeOf(one) !== shapeOf(other)))("%s and %s", (one, other) => {
    const shared = PATHS.filter((path) => answers(one, path) && answers(other, path));
    const overlap = findOverlap({ pattern: one, methods: ["POST"] }, { pattern: other, methods: ["POST"] });
    expect(overlap !== undefined).toBe(shared.length > 0);
    const table = createRoutingTable(
      [one, other].map((pattern) => ({ method: "POST", pattern, target: pattern })),
    );
    const winners = new Set(shared.map((path) => table.match("POST", path).target));
    if (overlap !== undefined) expect([...winners]).toEqual([overlap.firstWins ? one : other]);
  });
});

test("only methods that both take count, and HEAD is among those of GET", () => {
  const all = { pattern: "/a/:x", methods: undefined };
  expect(findOverlap(all, { pattern: "/a/b", methods: ["GET", "POST"] })).toEqual({
    methods: ["GET", "HEAD", "POST"],
    firstWins: false,
  });
  expect(findOverlap({ ...all, methods: ["PUT"] }, { pattern: "/a/b", methods: ["GET"] })).toBeUndefined();
});
