import { SandboxError } from "@skerry/sandbox";
import { expect, test } from "vitest";
import { SkerryError } from "./errors.ts";
import { respondToError, toSkerryError } from "./problem.ts";

test.each([
  ["something unforeseen", new Error("select secret from password"), "INTERNAL", 500],
  ["something that is no error", "select secret from password", "INTERNAL", 500],
  ["a wait for a runner that was too long", new SandboxError("QUEUE_TIMEOUT", "secret"), "CAPACITY", 503],
  ["a pool that closes", new SandboxError("POOL_CLOSED", "secret"), "SHUTTING_DOWN", 503],
  [
    "a database that is away",
    Object.assign(new Error("secret"), { code: "ECONNREFUSED", syscall: "connect" }),
    "STORAGE_UNAVAILABLE",
    503,
  ],
])("%s becomes a problem that tells nothing of its cause", async (_, thrown, code, status) => {
  const response = respondToError(toSkerryError(thrown));
  const text = await response.text();
  expect(JSON.parse(text)).toMatchObject({ type: `urn:skerry:problem:${code}`, code, status });
  expect(text).not.toContain("secret");
  expect(response.headers.has("retry-after")).toBe(status === 503);
});

test("an error that is to be shown stays what it is", () => {
  const error = new SkerryError("SCRIPT_NOT_FOUND", "There is no script x.");
  expect(toSkerryError(error)).toBe(error);
});
