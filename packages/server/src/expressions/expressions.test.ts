import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestPlatform, OPERATOR_KEY } from "../../test/platform.ts";
import type { Answer, TestClient, TestPlatform } from "../../test/platform.ts";
import { actAsHost } from "../auth/host.ts";
import { evaluateInput } from "./evaluation.ts";
import { createExpressionService } from "./service.ts";
import { createTenantEvaluator } from "./tenant-evaluator.ts";

interface Body {
  readonly result: unknown;
  readonly code: string;
  readonly detail: string;
  readonly errors: readonly object[];
}

let skerry: TestPlatform;
let acme: TestClient;

beforeAll(async () => {
  skerry = await createTestPlatform();
  acme = await skerry.createTenant("acme");
});

afterAll(() => skerry[Symbol.asyncDispose]());

const evaluate = (body: unknown, client = acme): Promise<Answer<Body>> =>
  client.request<Body>("POST", "/api/v1/expressions/evaluate", body);

describe("an evaluation", () => {
  test.each([
    [
      "a template",
      { template: "Hello {{ $json.name.toTitleCase() }}", data: { $json: { name: "ada" } } },
      "Hello Ada",
    ],
    ["an expression", { expression: "$json.map((n) => n * 2)", data: { $json: [1, 2] } }, [2, 4]],
    ["an expression that ends with a comment", { expression: "1 + 1 // two" }, 2],
    ["a text without expressions", { template: "as it is" }, "as it is"],
    ["an expression in braces", { expression: "{{ 1 + 1 }}" }, 2],
    ["a text that begins with braces", { expression: "{{ 1 }} and {{ 2 }}" }, "1 and 2"],
    ["no value", { expression: "undefined" }, null],
    [
      "a time zone",
      { expression: "DateTime.fromISO('2026-07-01T12:00').offset", timezone: "Asia/Tokyo" },
      540,
    ],
    ["a date", { expression: "new Date(0)" }, "1970-01-01T00:00:00.000Z"],
    ["data by odd names", { expression: "$json", data: { "a b": 1, constructor: 2, $json: 3 } }, 3],
  ])("gives %s", async (_name, input, result) => {
    expect(await evaluate(input)).toMatchObject({ status: 200, body: { result } });
  });

  test("is refused what it cannot read, with the place within what was sent", async () => {
    expect(await evaluate({ template: "a\nb {{ 1 + }}" })).toMatchObject({
      status: 422,
      body: {
        code: "EXPRESSION_SYNTAX",
        errors: [{ path: "template", line: 2, range: { start: expect.any(Number) } }],
      },
    });
    const { body } = await evaluate({ expression: "$json.missing.field", data: { $json: {} } });
    expect(body).toMatchObject({
      code: "EXPRESSION_FAILED",
      errors: [
        { path: "expression", line: 1, column: 1, range: { start: 0, end: "$json.missing.field".length } },
      ],
    });
    for (const [expression, line, column] of [
      ["1 + + ;", 1, 7],
      ["1 +\n  2 2", 2, 5],
    ] as const) {
      const place = `line ${line}, column ${column}`;
      expect((await evaluate({ expression })).body).toMatchObject({
        code: "EXPRESSION_SYNTAX",
        detail: expect.stringContaining(place),
        errors: [{ line, column, message: expect.stringContaining(place) }],
      });
    }
    expect((await evaluate({})).body).toMatchObject({ errors: [{ path: "expression" }] });
  });

  test.each([
    ["EXPRESSION_UNSUPPORTED", { expression: "await $json" }],
    ["EXPRESSION_EXTENSION", { expression: "(5).toTitleCase()" }],
    ["EXPRESSION_FAILED", { expression: "$env.PATH" }],
    ["EXPRESSION_FAILED", { expression: "(() => { throw 1; })()" }],
    ["EXPRESSION_RESULT", { expression: "() => 1" }],
    ["EXPRESSION_RESULT", { expression: "10n ** 20n" }],
    ["EXPRESSION_RESULT", { expression: "'x'.repeat(5_000_000)" }],
    ["EXPRESSION_TIMEZONE", { expression: "1", timezone: "Mars/Olympus" }],
    ["EXPRESSION_TIMEOUT", { expression: "(() => { for (;;); })()" }],
    ["EXPRESSION_MEMORY", { expression: "Array.from({ length: 3e7 }, (_, i) => ({ i })).length" }],
  ])("fails with %s: %j", async (code, input) => {
    expect(await evaluate(input)).toMatchObject({ status: 422, body: { code } });
    expect(await evaluate({ expression: "1" })).toMatchObject({ status: 200, body: { result: 1 } });
  });

  test.each([
    {},
    { expression: "1", template: "1" },
    { expression: 1 },
    { template: "x".repeat(70_000) },
    { expression: "1", data: [] },
    { expression: "1", data: null },
    { expression: "1", timezone: "" },
    { expression: "1", owner: "globex" },
  ])("takes no %j", async (input) => {
    expect(await evaluate(input)).toMatchObject({ status: 422, body: { code: "INPUT_INVALID" } });
  });

  test("shares nothing with another tenant's", async () => {
    const globex = await skerry.createTenant("globex");
    await evaluate({ expression: "(Array.prototype.mark = 1)" });
    await evaluate({ expression: "(globalThis.mark = 1)" });
    expect(await evaluate({ expression: "typeof mark + typeof [].mark" }, globex)).toMatchObject({
      body: { result: "undefinedundefined" },
    });
  });

  test("runs in a process of its own tenant", async () => {
    await using evaluator = createTenantEvaluator();
    const { quotas } = skerry;
    const service = createExpressionService({ evaluator, quotas });
    const principal = actAsHost({ operator: true });
    await skerry.createTenant("initech");
    for (const tenantId of ["acme", "initech", "acme"]) {
      const caller = { tenantId, principal, suspended: false, origin: {} };
      const input = evaluateInput.parse({ expression: "/a/.test('a')" });
      expect(await service.evaluate(caller, input)).toEqual({ result: true });
    }
    expect(evaluator.stats().pool).toMatchObject({ owners: 2, misses: 2, reuses: 1 });
  });

  test("needs the permission to run scripts, and an active tenant", async () => {
    const { body } = await acme.request("POST", "/api/v1/api-keys", {
      name: "reader",
      scopes: ["scripts.read"],
    });
    expect((await evaluate({ expression: "1" }, skerry.client(body.key))).status).toBe(403);
    const idle = await skerry.createTenant("idle");
    await skerry.operator.request("PATCH", "/api/v1/tenants/idle", { status: "suspended" });
    const operator = skerry.client(OPERATOR_KEY, { "skerry-tenant": "idle" });
    for (const client of [idle, operator]) {
      const { body: refusal } = await evaluate({ expression: "1" }, client);
      expect(refusal.code).toBe("TENANT_SUSPENDED");
    }
  });

  test("counts against the tenant's quotas as an execution does", async () => {
    const thrifty = await skerry.createTenant("thrifty");
    const quotas = { executionsPerMonth: 1 };
    expect((await skerry.operator.request("PATCH", "/api/v1/tenants/thrifty", { quotas })).status).toBe(200);
    expect((await evaluate({ expression: "1" }, thrifty)).status).toBe(200);
    expect(await evaluate({ expression: "1" }, thrifty)).toMatchObject({
      status: 429,
      body: { code: "QUOTA_EXCEEDED" },
    });
  });
});
