import { expect, test } from "vitest";
import { ownPath } from "./own-path.ts";

test.each([
  ["/t/demo/scripts?tour=1", "/t/demo/scripts?tour=1"],
  ["/t/demo/scripts#top", "/t/demo/scripts"],
  ["/t/../operator/", "/operator/"],
  ["/поиск", "/%D0%BF%D0%BE%D0%B8%D1%81%D0%BA"],
])("%s stays %s", (to, path) => {
  expect(ownPath(to, { basePath: "" })).toBe(path);
});

test.each([
  ["/skerry/t/demo?tour=1", "/skerry/t/demo?tour=1"],
  ["/skerry/", "/skerry/"],
  ["/skerry", "/skerry/"],
  ["/skerry2/t/demo", "/skerry/"],
  ["/skerry/../admin", "/skerry/"],
  ["/", "/skerry/"],
  ["", "/skerry/"],
])("below a base path %j becomes %s", (to, path) => {
  expect(ownPath(to, { basePath: "/skerry" })).toBe(path);
});

test.each([
  "",
  "scripts",
  "https://evil.example/",
  "javascript:alert(1)",
  "//evil.example",
  "/\\evil.example",
  "/\t/evil.example",
  "/.//evil.example",
  "/x/..//evil.example",
  "/%2e//evil.example",
  " //evil.example",
  "/\n\\evil.example/..",
])("%j leads nowhere else", (to) => {
  const { host } = new URL(ownPath(to, { basePath: "" }), "https://skerry.example");
  expect(host).toBe("skerry.example");
  expect(ownPath(to, { basePath: "" })).toMatch(/^\/(?![/\\])/);
});
