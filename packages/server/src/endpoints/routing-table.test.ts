import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isPathPattern, shapeOf } from "./path-pattern.ts";
import { createRoutingTable } from "./routing-table.ts";

function tableOf(...routes: readonly `${string} ${string}`[]) {
  return createRoutingTable(
    routes.map((route) => {
      const [method = "", pattern = ""] = route.split(" ");
      return { method, pattern, target: route };
    }),
  );
}

describe("createRoutingTable", () => {
  const table = tableOf(
    "GET /",
    "GET /orders/:id",
    "POST /orders/:id",
    "GET /orders/new",
    "DELETE /orders/new",
    "GET /orders/:id/lines/:line",
    "GET /constructor",
  );

  test.each([
    ["GET", "/", "GET /", {}],
    ["GET", "/orders/7", "GET /orders/:id", { id: "7" }],
    ["GET", "/orders/7/", "GET /orders/:id", { id: "7" }],
    ["GET", "/orders/new", "GET /orders/new", {}],
    ["GET", "/orders/n%65w", "GET /orders/new", {}],
    ["POST", "/orders/new", "POST /orders/:id", { id: "new" }],
    ["HEAD", "/orders/7", "GET /orders/:id", { id: "7" }],
    ["GET", "/orders/a%2Fb/lines/%C3%A9", "GET /orders/:id/lines/:line", { id: "a/b", line: "é" }],
    ["GET", "/constructor", "GET /constructor", {}],
  ])("leads %s %s to %s", (method, path, target, params) => {
    expect(table.match(method, path)).toEqual({ target, params });
  });

  test("tells the methods of a path that lacks this one", () => {
    expect(table.match("PUT", "/orders/new")).toEqual({
      target: undefined,
      allow: ["DELETE", "GET", "HEAD", "POST"],
    });
  });

  test.each([
    "/order",
    "/orders",
    "/orders//lines/1",
    "/orders/7/lines",
    "/__proto__",
    "/%zz",
    "/ORDERS/new",
    "//orders/7",
    "",
  ])("does not know %j", (path) => {
    expect(table.match("GET", path)).toEqual({ target: undefined, allow: [] });
  });

  test("answers any path without throwing", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (path) => {
        expect(table.match("GET", `/${path}`)).toHaveProperty("target");
      }),
    );
  });
});

describe("a path pattern", () => {
  test.each(["/", "/a", "/a/:b", "/:a/:b", "/v1.0/x_y~z-", "/..."])("may be %j", (path) => {
    expect(isPathPattern(path)).toBe(true);
  });

  test.each([
    "",
    "a",
    "/a/",
    "//",
    "/a//b",
    "/..",
    "/a/./b",
    "/:",
    "/:a/:a",
    "/a b",
    "/%41",
    "/a?b",
    "/a#b",
    "/*",
    "/é",
    `/${"a/".repeat(17)}a`,
    `/${"a".repeat(200)}`,
  ])("may not be %j", (path) => {
    expect(isPathPattern(path)).toBe(false);
  });

  test("has the shape of others that answer the same paths", () => {
    expect(shapeOf("/a/:b/c/:d_2")).toBe("/a/:/c/:");
  });
});
