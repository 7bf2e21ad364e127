import { describe, expect, test } from "vitest";
import { z } from "zod";
import { findBreakingChanges } from "./comparison.ts";
import { describeSchema } from "./schema.ts";
import type { ServiceSchema } from "./schema.ts";

const input = (earlier: ServiceSchema, later: ServiceSchema) =>
  findBreakingChanges(
    { input: describeSchema(earlier, "input"), output: {} },
    { input: describeSchema(later, "input"), output: {} },
  ).map(({ path, message }) => `${path} ${message}`);
const output = (earlier: ServiceSchema, later: ServiceSchema) =>
  findBreakingChanges(
    { input: {}, output: describeSchema(earlier, "output") },
    { input: {}, output: describeSchema(later, "output") },
  ).map(({ path, message }) => `${path} ${message}`);

const order = z.object({ id: z.string(), note: z.string().optional() });

describe("of what scripts give", () => {
  test.each<[string, ServiceSchema, ServiceSchema]>([
    ["the same", order, order],
    ["other words about it", order, order.extend({ id: z.string().describe("As on the invoice.") })],
    ["a further field that may be left out", order, order.extend({ tip: z.number().optional() })],
    ["a field that may be left out now", order, order.partial()],
    ["a field that is taken no more, and ignored", order, order.omit({ note: true })],
    ["a wider bound", z.string().max(5), z.string().max(9)],
    ["no bound any more", z.number().min(1), z.number()],
    ["one more choice", z.enum(["a", "b"]), z.enum(["a", "b", "c"])],
    ["one more type", z.string(), z.union([z.string(), z.number()])],
    ["numbers where integers were", z.int(), z.number()],
    ["anything", order, z.any()],
    ["a value of its type", z.literal("a"), z.string()],
  ])("%s breaks nothing", (_, earlier, later) => {
    expect(input(earlier, later)).toEqual([]);
  });

  test.each<[string, ServiceSchema, ServiceSchema, string[]]>([
    ["a new field", order, order.extend({ tip: z.number() }), ["tip must be given now"]],
    ["a field that could be left out", order, order.required(), ["note must be given now"]],
    ["no further fields", order, z.strictObject(order.shape), ["* is refused now"]],
    [
      "a field that is refused",
      z.object({ lines: z.array(z.strictObject({ sku: z.string(), size: z.int().optional() })) }),
      z.object({ lines: z.array(z.strictObject({ sku: z.string() })) }),
      ["lines[].size is refused now"],
    ],
    ["another type", order, order.extend({ id: z.number() }), ["id takes less than before: the type number"]],
    ["fewer choices", z.enum(["a", "b"]), z.enum(["a"]), [' takes less than before: one of ["a"]']],
    ["choices instead of any", z.string(), z.enum(["a"]), [' takes less than before: one of ["a"]']],
    ["a narrower bound", z.string().max(9), z.string().max(5), [" takes less than before: maxLength 5"]],
    ["a pattern", z.string(), z.string().regex(/^a/), [' takes less than before: pattern "^a"']],
    [
      "one type less",
      z.union([z.string(), z.number()]),
      z.string(),
      [" takes less than before: the type string"],
    ],
    ["null no more", order.nullable(), order, [" takes less than before: the type object"]],
    [
      "a record of other values",
      z.record(z.string(), z.any()),
      z.record(z.string(), z.int()),
      ["* takes less than before: the type integer"],
    ],
    ["something where anything was", z.any(), z.string(), [" takes less than before: the type string"]],
    [
      "a longer tuple",
      z.tuple([z.int()]),
      z.tuple([z.int(), z.int()]),
      [" takes less than before: prefixItems"],
    ],
  ])("%s", (_, earlier, later, changes) => {
    expect(input(earlier, later)).toEqual(changes);
  });
});

describe("of what scripts get", () => {
  test.each<[string, ServiceSchema, ServiceSchema]>([
    ["a further field", order, order.extend({ tip: z.number() })],
    ["a field that is always there now", order, order.required()],
    ["fewer choices", z.enum(["a", "b"]), z.enum(["a"])],
    ["integers where numbers were", z.number(), z.int()],
    ["null no more", order.nullable(), order],
  ])("%s breaks nothing", (_, earlier, later) => {
    expect(output(earlier, later)).toEqual([]);
  });

  test.each<[string, ServiceSchema, ServiceSchema, string[]]>([
    ["a field that is gone", order, order.omit({ id: true }), ["id is gone"]],
    ["a field that may be missing", order, order.partial(), ["id may be missing now"]],
    [
      "another type",
      order,
      order.extend({ id: z.int() }),
      ["id may be something else than before: the type string"],
    ],
    ["null", order, order.nullable(), [" may be something else than before: the type object"]],
    [
      "one more choice",
      z.enum(["a"]),
      z.enum(["a", "b"]),
      [' may be something else than before: one of ["a"]'],
    ],
  ])("%s", (_, earlier, later, changes) => {
    expect(output(earlier, later)).toEqual(changes);
  });
});
