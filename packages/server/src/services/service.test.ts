import { describe, expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { writeServiceMembers } from "./declarations.ts";
import { describeService } from "./declared.ts";
import { pathOf, requireDistinctNames } from "./names.ts";
import { createRateWindows } from "./rate-window.ts";
import { describeSchema } from "./schema.ts";
import type { ServiceSchema } from "./schema.ts";
import { defineService, ServiceError } from "./service.ts";
import type { ServiceOptions } from "./service.ts";

const plain = { name: "orders.find", input: z.string(), output: z.null(), handler: () => null };

describe("a declaration", () => {
  test("has the types of its schemas", () => {
    const service = defineService({
      name: "orders.find",
      input: z.object({ id: z.string().transform(Number) }),
      output: z.object({ total: z.string().transform(Number) }),
      handler(input, call) {
        expectTypeOf(input).toEqualTypeOf<{ id: number }>();
        expectTypeOf(call.user).toEqualTypeOf<string | undefined>();
        return { total: "7" };
      },
    });
    expect(service).toMatchObject({ version: 1, timeoutMs: 10_000, audit: false });
    // @ts-expect-error -- the handler has to give what goes into the output's schema
    defineService({ ...plain, handler: () => 7 });
  });

  test.each([
    ["no words", { name: "" }],
    ["a capital word", { name: "Orders.find" }],
    ["an empty word", { name: "orders..find" }],
    ["a prototype's name", { name: "orders.constructor" }],
    ["the name of the prototype", { name: "__proto__.find" }],
    ["what a promise has", { name: "orders.then" }],
    ["the word of a version", { name: "orders.v2.find" }],
    ["a long name", { name: `orders.${"x".repeat(60)}` }],
    ["no text for a name", { name: 7 }],
    ["version 0", { version: 0 }],
    ["half a version", { version: 1.5 }],
    ["a schema that is none", { input: { type: "string" } }],
    ["no handler", { handler: "refund" }],
    ["a pattern for a permission", { permission: "orders.*" }],
    ["a time-out without end", { timeoutMs: Infinity }],
    ["a rate of none", { rateLimit: { limit: 0, perSeconds: 1 } }],
    ["an option that there is not", { permissions: ["orders"] }],
    ["larger inputs than cross", { maxInputBytes: 10_000_000 }],
  ])("with %s is refused by its name", (_, change) => {
    const options = { ...plain, ...change } as unknown as ServiceOptions<ServiceSchema, ServiceSchema>;
    expect(() => defineService(options)).toThrow(
      expect.objectContaining({
        code: "CONFIG_INVALID",
        message: expect.stringContaining("The service ") as string,
      }),
    );
  });

  test("goes by its name, which has the version from the second on", () => {
    expect(pathOf({ name: "orders.find", version: 1 })).toBe("orders.find");
    expect(pathOf({ name: "orders.find", version: 2 })).toBe("orders.v2.find");
    expect(pathOf({ name: "find", version: 12 })).toBe("v12.find");
  });

  test("cannot be there twice, nor be a service and a namespace", () => {
    const one = { name: "orders.find", version: 1 };
    expect(() =>
      requireDistinctNames([one, { ...one, version: 2 }, { name: "orders.v3x", version: 1 }]),
    ).not.toThrow();
    expect(() => requireDistinctNames([one, one])).toThrow("orders.find is declared twice");
    expect(() => requireDistinctNames([one, { name: "orders", version: 1 }])).toThrow(
      /^orders cannot be a service/,
    );
  });
});

test.each(["", "lower", "CPU_LIMIT", "CAPABILITY_FAILED", "SERVICE_TIMEOUT", "A".repeat(65), "WITH SPACE"])(
  "%j is no code for a ServiceError",
  (code) => {
    expect(() => new ServiceError(code, "")).toThrow(TypeError);
  },
);

test("a window holds as many calls of each tenant as it may, and then begins anew", () => {
  let now = 0;
  const windows = createRateWindows({ limit: 2, perSeconds: 10 }, () => now);
  expect([windows.take("acme"), windows.take("acme"), windows.take("globex")]).toEqual([0, 0, 0]);
  now = 9_999;
  expect([windows.take("acme"), windows.take("globex")]).toEqual([1, 0]);
  now = 10_000;
  expect([windows.take("acme"), windows.take("acme"), windows.take("acme")]).toEqual([0, 0, 10_000]);
  for (let count = 0; count < 5_000; count++) windows.take(`tenant-${count}`);
  expect(windows.take("acme")).toBe(10_000);
});

describe("a schema in JSON", () => {
  test("has no references, and takes anything where it would hold itself", () => {
    interface Part {
      readonly name: string;
      readonly parts: readonly Part[];
    }
    const part: z.ZodType<Part> = z.object({ name: z.string(), parts: z.array(z.lazy(() => part)) });
    const text = JSON.stringify(describeSchema(z.object({ part }), "input"));
    expect(text).not.toMatch(/\$ref|\$defs/);
    expect(text).toContain('"name":{"type":"string"}');
  });

  test("is open where the schema cannot tell", () => {
    const silent: ServiceSchema = {
      "~standard": { version: 1, vendor: "own", validate: (value) => ({ value }) },
    };
    expect(describeSchema(silent, "input")).toEqual({});
    expect(describeSchema(z.object({ at: z.date() }), "output")).toMatchObject({ properties: { at: {} } });
  });
});

test("editors learn of services as members of namespaces", () => {
  const services = [
    defineService({
      ...plain,
      summary: "Finds an order. */",
      permission: "orders.find",
      deprecated: "use v2",
    }),
    defineService({
      ...plain,
      version: 2,
      input: z.object({ id: z.string(), limit: z.int().optional() }).optional(),
      output: z.array(z.object({ total: z.number() })),
      handler: () => [],
    }),
  ];
  expect(writeServiceMembers(services.map(describeService))).toBe(`readonly orders: {
/**
 * Finds an order. *\\/
 * Needs the permission \`orders.find\`.
 * @deprecated use v2
 */
find(input: string): Promise<null>;
readonly v2: {
find(input?: {
readonly "id": string;
readonly "limit"?: number;
}): Promise<readonly ({
readonly "total": number;
})[]>;
};
};`);
});
