import { expect, test } from "vitest";
import { z } from "zod";
import { checkInput } from "./input.ts";

const shape = z.strictObject({
  name: z.string().min(2).max(5).optional(),
  count: z.int().min(1).max(9).optional(),
  ratio: z.number().positive().multipleOf(0.5).optional(),
  flag: z.boolean().optional(),
  kind: z.enum(["a", "b", "c"]).optional(),
  tags: z.array(z.string()).min(1).max(2).optional(),
  email: z.email().optional(),
  at: z.iso.datetime().optional(),
  own: z.string().min(3, "must be longer than this").optional(),
  either: z.union([z.strictObject({ id: z.string() }), z.array(z.string())]).optional(),
});

test.each([
  [{ name: "a" }, "name: must have at least 2 characters"],
  [{ name: "abcdef" }, "name: must have at most 5 characters"],
  [{ name: 7 }, "name: must be a text"],
  [{ name: null }, "name: must be a text"],
  [{ count: 0 }, "count: must be at least 1"],
  [{ count: 1.5 }, "count: must be a whole number"],
  [{ ratio: 0 }, "ratio: must be more than 0"],
  [{ ratio: 0.7 }, "ratio: must be a multiple of 0.5"],
  [{ flag: "yes" }, "flag: must be true or false"],
  [{ kind: "d" }, "kind: must be a, b or c"],
  [{ tags: [] }, "tags: must have at least 1 item"],
  [{ tags: "a" }, "tags: must be a list"],
  [{ email: "a" }, "email: must be an e-mail address"],
  [{ at: "today" }, "at: must be a time such as 2026-01-31T12:00:00Z"],
  [{ own: "a" }, "own: must be longer than this"],
  [{ either: 1 }, "either: must be an object or a list"],
  [{ either: {} }, "either.id: is required"],
  [{ other: 1 }, "other: is not known here; leave it out"],
  [[], "must be an object"],
])("%j is refused in words for its sender", (input, message) => {
  expect(() => checkInput(shape, input)).toThrow(message);
});

test("what is missing is required, whatever it should be", () => {
  const fields = {
    a: z.string(),
    b: z.enum(["x"]),
    c: z.union([z.string(), z.number()]),
    d: z.array(z.int()),
  };
  try {
    checkInput(z.strictObject(fields), {});
    expect.unreachable();
  } catch (error) {
    expect(error).toMatchObject({
      details: Object.keys(fields).map((path) => ({ path, message: "is required" })),
    });
  }
});
