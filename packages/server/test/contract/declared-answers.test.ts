import { expect, test } from "vitest";
import { checkDeclared } from "./declared-answers.ts";

const SECRET = {
  name: "A",
  version: 1,
  createdAt: "2026-01-01T00:00:00Z",
  updatedAt: "2026-01-01T00:00:00Z",
  updatedBy: "operator",
};
const PROBLEM = { type: "urn:x", title: "x", status: 404, code: "SECRET_NOT_FOUND", detail: "x" };

function check(status: number, body: unknown, type = "application/json", path = "/api/v1/secrets"): void {
  const headers = new Headers({ "content-type": type });
  checkDeclared({ method: "GET", path, status, headers, text: JSON.stringify(body) });
}

test.each([
  ["a field that nobody declared", 200, { items: [{ ...SECRET, value: "x" }], nextCursor: null }],
  ["a field of another type", 200, { items: [{ ...SECRET, createdAt: 1 }], nextCursor: null }],
  ["a field missing", 200, { items: [] }],
  ["a status that is not declared", 201, { items: [], nextCursor: null }],
  ["an error that is no problem", 404, { error: "gone" }],
  ["an error as plain JSON", 404, PROBLEM],
])("an answer with %s is noticed", (_, status, body) => {
  expect(() => check(status, body)).toThrow(/^GET \/api\/v1\/secrets answered/);
});

test.each([
  ["a code that the route does not declare", { ...PROBLEM, code: "VERSION_NOT_FOUND" }, "/api/v1/secrets/A"],
  ["a code of another status", { ...PROBLEM, code: "PERMISSION_DENIED" }, "/api/v1/secrets/A"],
  ["a code that does not exist", { ...PROBLEM, code: "OOPS" }, "/api/v1/secrets/A"],
  ["a route's code where there is no route", PROBLEM, "/api/v1/nothing"],
])("a problem with %s is noticed", (_, body, path) => {
  expect(() => check(404, body, "application/problem+json", path)).toThrow(/answered 404/);
});

test("declared answers are not complained of", () => {
  expect(() => check(200, { items: [SECRET], nextCursor: null })).not.toThrow();
  expect(() => check(404, PROBLEM, "application/problem+json", "/api/v1/secrets/A")).not.toThrow();
});
