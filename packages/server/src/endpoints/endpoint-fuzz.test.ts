import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ANY_TEXT } from "../../test/contract/arbitraries.ts";
import { createTestPlatform } from "../../test/platform.ts";
import type { TestPlatform } from "../../test/platform.ts";

let skerry: TestPlatform;

beforeAll(async () => {
  skerry = await createTestPlatform();
  const acme = await skerry.createTenant("acme");
  const source = "export default async (request) => new Response(await request.text());";
  await acme.request("POST", "/api/v1/scripts", { name: "web", type: "http", source });
});
afterAll(() => skerry[Symbol.asyncDispose]());

const request = fc.record({
  segment: ANY_TEXT,
  query: fc.dictionary(fc.string({ maxLength: 5 }), ANY_TEXT, { maxKeys: 3 }),
  body: ANY_TEXT,
});

test.each([
  ["GET", "/run/acme/{}"],
  ["POST", "/run/{}/x"],
  ["GET", "/run/acme/web"],
  ["POST", "/run/acme/web"],
])("no request to an endpoint is answered 500: %s %s", async (method, template) => {
  await fc.assert(
    fc.asyncProperty(request, async ({ segment, query, body }) => {
      const path = template.replace("{}", encodeURIComponent(segment.toWellFormed()) || "x");
      const search = new URLSearchParams(query).toString();
      const response = await skerry.platform.fetch(
        new Request(`${skerry.url}${path}?${search}`, { method, ...(method === "GET" ? {} : { body }) }),
      );
      await response.body?.cancel();
      expect(response.status).toBeLessThan(500);
    }),
    { numRuns: 40 },
  );
});
