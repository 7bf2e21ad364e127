import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase } from "../../test/database.ts";
import { createTestPlatform } from "../../test/platform.ts";
import type { TestClient, TestPlatform } from "../../test/platform.ts";

const resources = new AsyncDisposableStack();
let here: TestPlatform;
let there: TestPlatform;
let acme: TestClient & { readonly key: string };

beforeAll(async () => {
  const { database } = resources.use(await createTestDatabase());
  here = resources.use(await createTestPlatform({ database }));
  there = resources.use(await createTestPlatform({ database }));
  acme = await here.createTenant("acme");
});
afterAll(() => resources[Symbol.asyncDispose]());

// Polling ends before the 30 s are over after which nodes look again by themselves.
test("what changes on one node is obeyed on the others: versions, archived scripts, keys, quotas, suspended tenants", async () => {
  const call = () => there.client(acme.key).request("POST", "/api/v1/scripts/price/call", { input: 1 });
  const visit = () => there.client().request("GET", "/run/acme/page");
  const embedded = { name: "price", type: "embedded", source: "export default () => 1;" };
  const page = { name: "page", type: "http", source: "export default () => 'one';" };
  for (const script of [embedded, page]) await acme.request("POST", "/api/v1/scripts", script);
  await expect.poll(call).toMatchObject({ status: 200, body: { output: 1 } });
  await expect.poll(visit).toMatchObject({ status: 200, text: "one" });

  await acme.request("PATCH", "/api/v1/scripts/price", { source: "export default () => 2;" });
  await expect.poll(call).toMatchObject({ body: { output: 2 } });
  await acme.request("DELETE", "/api/v1/scripts/page");
  await expect.poll(visit).toMatchObject({ status: 404 });

  const { body: second } = await acme.request("POST", "/api/v1/api-keys", { name: "second" });
  const list = () => there.client(second.key).request("GET", "/api/v1/scripts");
  await expect.poll(list).toMatchObject({ status: 200 });
  await acme.request("DELETE", `/api/v1/api-keys/${second.apiKey.id}`);
  await expect.poll(list).toMatchObject({ status: 401, body: { code: "KEY_INVALID" } });

  await here.operator.request("PATCH", "/api/v1/tenants/acme", { quotas: { executionsPerMonth: 0 } });
  await expect.poll(call).toMatchObject({ status: 429, body: { code: "QUOTA_EXCEEDED" } });
  await here.operator.request("PATCH", "/api/v1/tenants/acme", { status: "suspended" });
  await expect.poll(call).toMatchObject({ status: 403, body: { code: "TENANT_SUSPENDED" } });
});
