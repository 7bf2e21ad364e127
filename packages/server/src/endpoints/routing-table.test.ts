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

describe("a wildcard", () => {
  const table = tableOf(
    "GET /files/*",
    "GET /files/:id",
    "GET /files/readme",
    "PUT /files/:path+",
    "GET /docs/:path*",
    "GET /docs",
    "GET /:lang/docs/:path*",
  );

  test.each([
    ["GET", "/files/readme", "GET /files/readme", {}],
    ["GET", "/files/7", "GET /files/:id", { id: "7" }],
    ["GET", "/files/a/b%20c", "GET /files/*", { 0: "a/b c" }],
    ["GET", "/files/", "GET /files/*", { 0: "" }],
    ["PUT", "/files/7", "PUT /files/:path+", { path: "7" }],
    ["GET", "/docs", "GET /docs", {}],
    ["GET", "/docs/a", "GET /docs/:path*", { path: "a" }],
    ["GET", "/docs/docs/a", "GET /docs/:path*", { path: "docs/a" }],
    ["GET", "/en/docs/a/b/", "GET /:lang/docs/:path*", { lang: "en", path: "a/b" }],
    ["GET", "/en/docs", "GET /:lang/docs/:path*", { lang: "en", path: "" }],
  ])("comes last: %s %s leads to %s", (method, path, target, params) => {
    expect(table.match(method, path)).toEqual({ target, params });
  });

  test("tells the methods of all that take the path", () => {
    expect(table.match("DELETE", "/files/7")).toEqual({ target: undefined, allow: ["GET", "HEAD", "PUT"] });
    expect(table.match("GET", "/files")).toEqual({ target: undefined, allow: [] });
    expect(table.match("PUT", "/files/a//b")).toEqual({ target: undefined, allow: ["GET", "HEAD"] });
  });

  const name = fc.constantFrom("a", "b", "c");
  const pattern = fc
    .tuple(
      fc.array(fc.oneof(name, fc.constantFrom(":x", ":y", ":z")), { maxLength: 3 }),
      fc.constantFrom("", "*", ":rest*", ":rest+"),
    )
    .map(([segments, last]) => `/${[...segments, ...(last === "" ? [] : [last])].join("/")}`)
    .filter(isPathPattern);

  test("takes what Node's URLPattern takes, as does any other pattern", () => {
    fc.assert(
      fc.property(pattern, fc.array(name, { minLength: 1, maxLength: 4 }), (pathname, segments) => {
        const path = `/${segments.join("/")}`;
        const groups = new URLPattern({ pathname }).exec({ pathname: path })?.pathname.groups;
        const expected =
          groups && Object.fromEntries(Object.entries(groups).map(([key, value]) => [key, value ?? ""]));
        const found = tableOf(`GET ${pathname}`).match("GET", path);
        expect(found.target === undefined ? undefined : found.params).toEqual(expected);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("a path pattern", () => {
  test.each(["/", "/a", "/a/:b", "/:a/:b", "/v1.0/x_y~z-", "/...", "/*", "/a/:b/*", "/a/:b*", "/:b+"])(
    "may be %j",
    (path) => {
      expect(isPathPattern(path)).toBe(true);
    },
  );

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
    "/*/a",
    "/a*",
    "/:a*/b",
    "/:a/:a+",
    "/:a?",
    "/**",
    "/:a(b)",
    "/é",
    `/${"a/".repeat(17)}a`,
    `/${"a".repeat(200)}`,
  ])("may not be %j", (path) => {
    expect(isPathPattern(path)).toBe(false);
  });

  test("has the shape of others that answer the same paths", () => {
    expect(shapeOf("/a/:b/c/:d_2")).toBe("/a/:/c/:");
    expect(["/a/:b/*", "/a/:c/:d*", "/a/:e/:f+"].map(shapeOf)).toEqual(Array(3).fill("/a/:/*"));
  });
});
