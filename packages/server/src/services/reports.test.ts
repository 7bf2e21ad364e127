import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { createTestPlatform } from "../../test/platform.ts";
import type { TestClient, TestPlatform } from "../../test/platform.ts";
import { defineService } from "./service.ts";

const refund = {
  name: "orders.refund",
  input: z.object({ id: z.string(), amount: z.number().positive() }),
  output: z.null(),
  handler: () => null,
};
const SERVICES = [
  defineService({ ...refund, permission: "orders.refund", deprecated: "use orders.v2.refund" }),
  defineService({ ...refund, version: 2 }),
  defineService({ ...refund, name: "ping" }),
];

interface Services {
  readonly items: readonly { readonly path: string; readonly [name: string]: unknown }[];
}

let skerry: TestPlatform;
let acme: TestClient;
let globex: TestClient;

beforeAll(async () => {
  skerry = await createTestPlatform({ services: SERVICES });
  acme = await skerry.createTenant("acme");
  globex = await skerry.createTenant("globex");
  await skerry.operator.request("PATCH", "/api/v1/tenants/acme", { grants: ["orders.*"] });
  await run(
    acme,
    "takes-apart",
    "const { v2 } = ctx.services.orders; await v2.refund(order); await v2.refund(order);",
  );
  await run(acme, "names-others", "await ctx.services.orders.refund(order);");
  await run(globex, "pays-back", "await ctx.services.orders.v2.refund(order);");
  const source = "export default (input, ctx) => ctx.services\n  .orders?.v2\n  .refund(input);";
  await acme.request("POST", "/api/v1/scripts", { name: "only-names", type: "oneoff", source });
});
afterAll(() => skerry[Symbol.asyncDispose]());

async function run(tenant: TestClient, name: string, body: string): Promise<void> {
  const source = `export default async (_, ctx) => { const order = { id: "A7", amount: 1 }; ${body} };`;
  await tenant.request("POST", "/api/v1/scripts", { name, type: "oneoff", source });
  const ended = await tenant.request("POST", `/api/v1/scripts/${name}/execute`, { wait: true });
  expect(ended).toMatchObject({ body: { status: "completed" } });
}

test("operators see all services, and how much they are used", async () => {
  const { body } = await skerry.operator.request<Services>("GET", "/api/v1/services");
  const about = { permission: null, deprecated: null, rateLimit: null, timeoutMs: 10_000 };
  const input = { properties: { id: { type: "string" }, amount: { type: "number", exclusiveMinimum: 0 } } };
  expect(body.items).toMatchObject([
    { path: "orders.refund", version: 1, permission: "orders.refund", deprecated: "use orders.v2.refund" },
    {
      path: "orders.v2.refund",
      name: "orders.refund",
      version: 2,
      input,
      output: { type: "null" },
      ...about,
    },
    { path: "ping", uses: { tenants: 0, scripts: 0, calls: 0, lastUsedAt: null } },
  ]);
  expect(body.items[1]).toMatchObject({ uses: { tenants: 2, scripts: 2, calls: 3 } });
});

test("tenants see what they may call, and their own scripts", async () => {
  const own = await globex.request<Services>("GET", "/api/v1/services/granted");
  expect(own.body.items).toMatchObject([
    { path: "orders.v2.refund", scripts: [{ scriptName: "pays-back", calls: 1 }] },
    { path: "ping", scripts: [] },
  ]);
  const others = await acme.request<Services>("GET", "/api/v1/services/granted");
  expect(others.body.items.map(({ path }) => path)).toEqual(["orders.refund", "orders.v2.refund", "ping"]);
  expect(others.body.items[1]).toMatchObject({ scripts: [{ scriptName: "takes-apart", calls: 2 }] });
  expect(others.text).not.toContain("pays-back");
});

test("editors learn of services that the tenant may call", async () => {
  const declared = async (tenant: TestClient): Promise<string> =>
    (await tenant.request<{ readonly text: string }>("GET", "/api/v1/declarations")).body.text;
  expect(await declared(acme)).toMatch(/@deprecated use orders\.v2\.refund/);
  expect(await declared(globex)).not.toContain("@deprecated use orders");
  expect(await declared(globex)).toMatch(/readonly v2: \{\s+refund\(/);
});

test("operators see which published scripts of which tenants call or name a service", async () => {
  const seen: unknown[] = [];
  for (let cursor = ""; ;) {
    const path = `/api/v1/services/orders.v2.refund/impact?limit=1${cursor}`;
    const { body } = await skerry.operator.request<Services & { readonly nextCursor: string | null }>(
      "GET",
      path,
    );
    expect(body).toMatchObject({ comparedWith: null, changes: [] });
    seen.push(...body.items);
    if (body.nextCursor === null) break;
    cursor = `&cursor=${body.nextCursor}`;
  }
  expect(seen).toMatchObject([
    { tenantId: "acme", scriptName: "takes-apart", calls: 2, isNamed: false },
    { tenantId: "acme", scriptName: "only-names", calls: null, isNamed: true },
    { tenantId: "globex", scriptName: "pays-back", calls: 1, isNamed: true, version: 1 },
  ]);
  const missing = await skerry.operator.request("GET", "/api/v1/services/orders.gone/impact");
  expect(missing).toMatchObject({ status: 404, body: { code: "SERVICE_NOT_FOUND" } });
  for (const query of ["days=0", "days=x", "cursor=x"]) {
    const bad = await skerry.operator.request("GET", `/api/v1/services/ping/impact?${query}`);
    expect(bad).toMatchObject({ status: 422, body: { code: "INPUT_INVALID" } });
  }
});
