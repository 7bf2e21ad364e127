import { describe, expect, test } from "vitest";
import { linkTo, locateSite, pathOf, rootOf, urlOf, withoutPrefix } from "./site-address.ts";
import type { SiteAddressOptions } from "./site-address.ts";

describe("locateSite", () => {
  test.each([
    [{}, { basePath: "", prefix: "" }, "", "http://node:3000"],
    [
      { basePath: "/skerry" },
      { basePath: "/skerry", prefix: "/skerry" },
      "/skerry",
      "http://node:3000/skerry",
    ],
    [
      { baseUrl: "https://shop.example" },
      { basePath: "", prefix: "" },
      "https://shop.example",
      "https://shop.example",
    ],
    [
      { baseUrl: "https://shop.example/a/b", basePath: "/a/b" },
      { basePath: "/a/b", prefix: "/a/b" },
      "https://shop.example/a/b",
      "https://shop.example/a/b",
    ],
    [
      // Requests come without the path that what stands before has taken away.
      { baseUrl: "https://shop.example/skerry", basePath: "/" },
      { basePath: "/skerry", prefix: "" },
      "https://shop.example/skerry",
      "https://shop.example/skerry",
    ],
  ])("%j", (options: SiteAddressOptions, expected, root, url) => {
    const site = locateSite(options);
    expect(site).toEqual({ baseUrl: options.baseUrl ?? "", ...expected });
    expect(rootOf(site)).toBe(root);
    expect(urlOf(site, "http://node:3000/t/acme?x=1")).toBe(url);
    expect(linkTo(site, "/sign-in")).toBe(`${expected.basePath}/sign-in`);
  });

  test.each([
    "",
    "skerry",
    "/skerry/",
    "//skerry",
    "/a//b",
    "/a/../b",
    "/./a",
    "/a;path=/",
    "/a b",
    "/a%2fb",
    "/a?b",
    "/a#b",
    "/a\\b",
    "/ä",
    `/${"a".repeat(65)}`,
    "/a".repeat(17),
    "/a\r\nset-cookie: b=c",
  ])("%j is no base path", (basePath) => {
    expect(() => locateSite({ basePath })).toThrow(/SKERRY_BASE_PATH.*must be/);
  });

  test.each([
    ["https://shop.example/other", "/skerry", "must end with basePath (SKERRY_BASE_PATH), /skerry"],
    ["https://shop.example", "/skerry", "must end with basePath"],
    ["https://shop.example/a;b", undefined, "SKERRY_BASE_URL"],
  ])("refuses %s with %s", (baseUrl, basePath, message) => {
    expect(() => locateSite({ baseUrl, basePath })).toThrow(message);
  });
});

describe("a base domain", () => {
  test.each([
    ["run.example.com", "https://scripts.example.com"],
    ["example.com", "https://example.com/skerry"],
    ["localhost", "http://localhost:3000"],
    ["xn--mnchen-3ya.example", "https://scripts.example"],
    ["example.com", "https://a.b.example.com"],
  ])("%s goes with %s", (baseDomain, baseUrl) => {
    expect(locateSite({ baseDomain, baseUrl })).toMatchObject({ baseDomain, baseUrl });
  });

  test.each([
    "",
    ".example.com",
    "example.com.",
    "Example.com",
    "*.example.com",
    "example..com",
    "-a.example",
    "example.com:3000",
    "https://example.com",
    "example.com/x",
    "127.0.0.1",
    "[::1]",
    "exämple.com",
    "a b",
    `${"a".repeat(64)}.example`,
    `${"a.".repeat(95)}example`,
    "a\r\nb",
  ])("%j is none", (baseDomain) => {
    expect(() => locateSite({ baseDomain, baseUrl: "https://x.example" })).toThrow(
      /SKERRY_BASE_DOMAIN.*must be/,
    );
  });

  test("wants an address of the platform, and one that is not at a tenant's host", () => {
    const baseDomain = "example.com";
    expect(() => locateSite({ baseDomain })).toThrow("SKERRY_BASE_URL");
    expect(() => locateSite({ baseDomain, baseUrl: "https://scripts.example.com/x" })).toThrow(
      "scripts.example.com a tenant's host",
    );
  });

  test("knows a tenant's host by its name with a dot at the end, too", () => {
    const baseDomain = "example.com";
    expect(() => locateSite({ baseDomain, baseUrl: "https://scripts.example.com.:8443" })).toThrow(
      "scripts.example.com a tenant's host",
    );
    expect(locateSite({ baseDomain, baseUrl: "https://example.com." })).toMatchObject({ baseDomain });
  });
});

test.each([
  ["http://h/skerry/t/acme?x=1", "http://h/t/acme?x=1"],
  ["http://h/skerry/", "http://h/"],
  ["http://h/skerry", "http://h/"],
  ["http://h/skerry?x=/skerry/", "http://h/?x=/skerry/"],
  ["http://h/skerry/skerry/t", "http://h/skerry/t"],
  ["http://h/t/acme", undefined],
  ["http://h/", undefined],
  ["http://h/skerry2/t", undefined],
  ["http://h/%73kerry/t", undefined],
  ["http://h/x/skerry/t", undefined],
])("withoutPrefix: %s is %s", (url, inner) => {
  expect(withoutPrefix({ prefix: "/skerry" }, url)).toBe(inner);
  expect(withoutPrefix({ prefix: "" }, url)).toBe(url);
});

test.each([
  ["http://h", "/"],
  ["http://h/", "/"],
  ["http://h/a%2Fb/", "/a%2Fb/"],
  ["http://h//a", "//a"],
  ["http://h/a?x=/b#c", "/a"],
  ["http://h/a#b?c", "/a"],
])("pathOf: %s is %s", (url, path) => {
  expect(pathOf(url)).toBe(path);
});
