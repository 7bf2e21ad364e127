import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestPlatform, OPERATOR_KEY } from "../test/platform.ts";
import type { TestClient, TestPlatform } from "../test/platform.ts";

let skerry: TestPlatform;
let acme: TestClient & { readonly key: string };
let executionId: string;

beforeAll(async () => {
  skerry = await createTestPlatform();
  acme = await skerry.createTenant("acme");
  const source = "export default () => 1;";
  await acme.request("POST", "/api/v1/scripts", { name: "one", type: "oneoff", source });
  await acme.request("POST", "/api/v1/scripts", { name: "web", type: "http", source });
  executionId = (await acme.request("POST", "/api/v1/scripts/one/execute")).body.id;
});
afterAll(() => skerry[Symbol.asyncDispose]());

describe("no request is answered 500", () => {
  const routes: readonly (readonly [method: string, path: string])[] = [
    ["GET", "/api/v1/scripts"],
    ["POST", "/api/v1/scripts"],
    ["GET", "/api/v1/scripts/{}"],
    ["PATCH", "/api/v1/scripts/{}"],
    ["PATCH", "/api/v1/scripts/one"],
    ["DELETE", "/api/v1/scripts/{}"],
    ["GET", "/api/v1/scripts/{}/versions"],
    ["GET", "/api/v1/scripts/one/versions/{}"],
    ["GET", "/api/v1/scripts/one/versions/{}/diff/1"],
    ["POST", "/api/v1/scripts/one/publish"],
    ["POST", "/api/v1/scripts/one/execute"],
    ["GET", "/api/v1/executions"],
    ["GET", "/api/v1/executions/{}"],
    ["GET", "/api/v1/executions/{}/logs"],
    ["GET", "/api/v1/executions/{execution}/logs"],
    ["POST", "/api/v1/executions/{}/cancel"],
    ["POST", "/api/v1/executions/{}/replay"],
    ["POST", "/api/v1/executions/{execution}/replay"],
    ["GET", "/api/v1/api-keys"],
    ["POST", "/api/v1/api-keys"],
    ["DELETE", "/api/v1/api-keys/{}"],
    ["POST", "/api/v1/tenants"],
    ["PATCH", "/api/v1/tenants/{}"],
    ["GET", "/run/acme/{}"],
    ["POST", "/run/{}/x"],
  ];
  const FIELDS = [
    "name",
    "type",
    "source",
    "language",
    "description",
    "tags",
    "status",
    "settings",
    "note",
    "publish",
    "baseVersion",
    "version",
    "input",
    "wait",
    "timeoutMs",
    "scopes",
    "expiresAt",
    "id",
    "plan",
  ];
  const value = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom("oneoff", "http", "\0", "\ud800", "active", -1, 0, 1, 1e308, {}, []),
  );
  const body = fc.oneof(
    fc.dictionary(fc.constantFrom(...FIELDS), value).map((fields) => JSON.stringify(fields)),
    fc.json(),
    fc.string({ unit: "binary" }),
  );
  const query = fc.dictionary(
    fc.constantFrom("limit", "cursor", "script", "status", "type", "from", "to", "trigger", "x"),
    fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("1", "-1", "MQ", "\0", "2020-01-01T00:00:00Z")),
  );

  const headers = fc.record(
    {
      "idempotency-key": fc.string({ unit: "grapheme-ascii" }),
      "last-event-id": fc.oneof(
        fc.string({ unit: "grapheme-ascii" }),
        fc.constantFrom("0", "-1", "9".repeat(20)),
      ),
      accept: fc.oneof(fc.string({ unit: "grapheme-ascii" }), fc.constant("text/event-stream")),
      "skerry-tenant": fc.constantFrom("acme", "rival", "no'body"),
    },
    { requiredKeys: [] },
  );
  const request = fc.record({ segment: fc.string({ unit: "binary" }), query, headers, body });

  test.each(routes)("%s %s", async (method, template) => {
    const asOperator = template.startsWith("/api/v1/tenants");
    const key = asOperator ? OPERATOR_KEY : acme.key;
    await fc.assert(
      fc.asyncProperty(request, async ({ segment, query, headers, body }) => {
        const path = template
          .replace("{}", encodeURIComponent(segment.toWellFormed()) || "x")
          .replace("{execution}", executionId);
        const request = new Request(`${skerry.url}${path}?${new URLSearchParams(query).toString()}`, {
          method,
          headers: { ...headers, authorization: `Bearer ${key}`, "content-type": "application/json" },
          ...(method === "GET" || method === "DELETE" ? {} : { body }),
        });
        const response = await skerry.platform.fetch(request);
        await response.body?.cancel();
        expect(response.status).toBeLessThan(500);
      }),
      { numRuns: 40 },
    );
  });
});
