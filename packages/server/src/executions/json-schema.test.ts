import { describe, expect, test } from "vitest";
import { checkSchema, createSchemaCheck } from "./json-schema.ts";

const ORDER = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  $defs: {
    line: { type: "object", properties: { sku: { type: "string", minLength: 1 } }, required: ["sku"] },
  },
  type: "object",
  properties: {
    lines: { type: "array", items: { $ref: "#/$defs/line" }, maxItems: 3 },
    country: { enum: ["DE", "FR"] },
    at: { type: "string", format: "date-time" },
  },
  required: ["lines"],
  additionalProperties: false,
};

describe("a schema", () => {
  test("finds every kind of misfit, with its path", () => {
    expect(checkSchema(ORDER)).toBeUndefined();
    const check = createSchemaCheck(ORDER);
    expect(check({ lines: [{ sku: "A1" }], country: "DE", at: "2026-11-22T10:00:00Z" })).toEqual([]);
    expect(check({ lines: [{ sku: "A1" }, {}] })).toMatchObject([{ path: "lines.1" }]);
    expect(check({ lines: [{ sku: "" }] })).toMatchObject([{ path: "lines.0.sku" }]);
    expect(check({ lines: [], country: "XX" })).toMatchObject([{ path: "country" }]);
    expect(check({ lines: [], at: "today" })).toMatchObject([{ path: "at" }]);
    expect(check({ lines: [], "a/b~c": 1 })).toMatchObject([{ path: "a/b~c" }]);
    expect(check({})).toMatchObject([{ path: "", message: expect.stringContaining("lines") as string }]);
    for (const value of [null, [], "text", 1, true]) expect(check(value).length).toBeGreaterThan(0);
  });

  test("is not changed by its checks, and names of prototypes are names like others", () => {
    const schema = JSON.parse(
      '{"properties":{"__proto__":{"type":"string"}},"required":["toString"]}',
    ) as object;
    const before = JSON.stringify(schema);
    const check = createSchemaCheck(Object.freeze(schema));
    expect(check({})).toMatchObject([{ message: expect.stringContaining("toString") as string }]);
    expect(check(JSON.parse('{"toString":1,"__proto__":2}') as object as never)).toMatchObject([
      { path: "__proto__" },
    ]);
    expect(JSON.stringify(schema)).toBe(before);
  });

  test.each([
    ["a pattern", { pattern: "^(a+)+$" }, "pattern is not supported here"],
    ["patterns of names", { patternProperties: { "(a+)+$": {} } }, "patternProperties is not supported"],
    ["uniqueItems", { items: { uniqueItems: true } }, "items.uniqueItems is not supported"],
    [
      "a reference to elsewhere",
      { $ref: "https://example.com/schema" },
      "$ref must name one of the schema's own",
    ],
    ["a reference to nothing", { $ref: "#/$defs/missing" }, "$ref must name one of the schema's own"],
    ["an identity", { $id: "https://example.com/schema" }, "$id is not supported"],
    ["recursion", { $defs: { tree: { items: { $ref: "#/$defs/tree" } } } }, "must not lead back to itself"],
    ["another dialect", { $schema: "http://json-schema.org/draft-07/schema#" }, "$schema must be one of"],
    ["an unknown type", { type: "strng" }, "type must be one or a list of"],
    ["a format that backtracks", { format: "url" }, "format must be one of"],
    [
      "a bound that is no number",
      { properties: { n: { minimum: "1" } } },
      "properties.n.minimum must be a number",
    ],
    ["a length below 0", { minLength: -1 }, "minLength must be an integer"],
    ["a divisor of 0", { multipleOf: 0 }, "multipleOf must be a number above 0"],
    ["no object", [], "the schema must be an object"],
    ["nothing at all", undefined, "the schema must be an object"],
    ["names of prototypes as keywords", { constructor: {} }, "constructor is not supported"],
  ])("with %s is refused", (_what, schema, reason) => {
    expect(checkSchema(schema)).toContain(reason);
  });

  test("that is too large, too deep, or grows by its references is refused at once", () => {
    let deep: object = {};
    for (let level = 0; level < 100; level += 1) deep = { not: deep };
    expect(checkSchema(deep)).toContain("deeper than 32 levels");
    expect(checkSchema({ title: "x".repeat(70_000) })).toContain("more than 65536 characters");
    expect(checkSchema({ enum: Array.from({ length: 3_000 }, (_, index) => index) })).toContain("2000 parts");

    const names = Array.from({ length: 30 }, (_, index) => `d${index}`);
    const doubling = names.map((name, index) => {
      const next = { $ref: `#/$defs/d${index + 1}` };
      return [name, index === 29 ? {} : { allOf: [next, next] }];
    });
    const bomb = { $defs: Object.fromEntries(doubling) as object, $ref: "#/$defs/d0" };
    expect(checkSchema(bomb)).toContain("2000 parts");
  });
});

test("the dearest schema and value that may be checked take less than a second of CPU time", () => {
  const all = Array.from({ length: 600 }, (_, index) => ({ type: "number", maximum: index + 1 }));
  const check = createSchemaCheck({ items: { allOf: all } });
  const most = 500;
  const start = process.cpuUsage();
  expect(check(Array.from({ length: most }, () => 0))).toEqual([]);
  expect(check(["x".repeat(30_000)]).length).toBeGreaterThan(0);
  const { user, system } = process.cpuUsage(start);
  expect(user + system).toBeLessThan(1_000_000);
  expect(check(Array.from({ length: 10 * most }, () => 0))).toMatchObject([
    { message: expect.stringContaining("too many to be checked") as string },
  ]);
});
