import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createVisitors } from "../../test/browser/visitors.ts";
import type { Visitor, Visitors } from "../../test/browser/visitors.ts";
import { createTestPlatform } from "../../test/platform.ts";
import type { TestPlatform } from "../../test/platform.ts";

let skerry: TestPlatform;
let visitors: Visitors;

beforeAll(async () => {
  skerry = await createTestPlatform({ plans: { default: {}, large: {} } });
  visitors = await createVisitors(skerry);
});
afterAll(() => skerry[Symbol.asyncDispose]());

interface Shown {
  readonly status: number;
  readonly text: string;
  readonly location: string | null;
  readonly trigger: string | null;
}

async function read(answer: Promise<Response>): Promise<Shown> {
  const { status, headers, ...response } = await answer.then(async (got) => ({
    status: got.status,
    headers: got.headers,
    text: await got.text(),
  }));
  return {
    status,
    text: response.text,
    location: headers.get("location"),
    trigger: headers.get("hx-trigger"),
  };
}

function show(path: string, visitor: Visitor = "admin"): Promise<Shown> {
  return read(visitors.ask(visitor, path));
}

function post(
  path: string,
  fields: Readonly<Record<string, string | readonly string[]>> = {},
  { as = "admin", isFragment = false }: { readonly as?: Visitor; readonly isFragment?: boolean } = {},
): Promise<Shown> {
  const body = new URLSearchParams(
    Object.entries(fields).flatMap(([name, values]) => [values].flat().map((value) => [name, value])),
  );
  const headers = { "sec-fetch-site": "same-origin", ...(isFragment && { "hx-request": "true" }) };
  return read(visitors.ask(as, path, { method: "POST", headers, body }));
}

describe("secrets", () => {
  test("go in and never come out, and are deleted by name", async () => {
    const set = await post("/t/acme/secrets", {
      name: "BILLING_KEY",
      value: "sk_live_very secret\r\nsecond",
    });
    expect([set.status, set.location]).toEqual([303, "/t/acme/secrets"]);
    const list = await show("/t/acme/secrets");
    expect(list.text).toContain("BILLING_KEY");
    expect(list.text).not.toContain("sk_live_very");
    expect((await show("/t/acme/secrets", "viewer")).text).not.toContain("/secrets/BILLING_KEY/delete");
    expect((await post("/t/acme/secrets/BILLING_KEY/delete")).status).toBe(303);
    expect((await show("/t/acme/secrets")).text).not.toContain("BILLING_KEY");
  });

  test("that are refused are told beside their field, without the value", async () => {
    const refused = await post("/t/acme/secrets", { name: "no name", value: "something private" });
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('id="name-error"');
    expect(refused.text).toContain("no name");
    expect(refused.text).not.toContain("something private");
  });
});

test("a key is shown once, with the scopes that were chosen, and is revoked", async () => {
  const fields = { name: "deploy", expiry: "d7", scopes: ["scripts.read", "scripts.update"] };
  const created = await post("/t/acme/keys", fields);
  const [key] = /sk_[\w-]{20,}/.exec(created.text) ?? [];
  expect([created.status, key]).toEqual([200, expect.any(String)]);
  const list = await show("/t/acme/keys");
  expect(list.text).toContain("scripts.read, scripts.update");
  expect(list.text).not.toContain(key);
  expect((await skerry.client(key).request("GET", "/api/v1/scripts")).status).toBe(200);
  const { items } = (await visitors.acme.request("GET", "/api/v1/api-keys")).body;
  const { id } = items.find(({ name }) => name === "deploy") ?? {};
  expect((await post(`/t/acme/keys/${id}/revoke`, { name: "deploy" })).status).toBe(303);
  expect((await skerry.client(key).request("GET", "/api/v1/scripts")).status).toBe(401);
  expect((await post("/t/acme/keys", { name: "", scopes: "everything" })).status).toBe(422);
});

describe("users", () => {
  test("are invited by a link that works, and their role, status and link change in their row", async () => {
    const invited = await post("/t/acme/users", {
      name: "Grace",
      email: "grace@example.com",
      role: "viewer",
    });
    expect(invited.text).toMatch(/\/sign-in#sl_[\w-]+/);
    const { id = "" } =
      (await visitors.acme.request("GET", "/api/v1/users?email=grace@example.com")).body.items[0] ?? {};
    const promoted = await post(`/t/acme/users/${id}/role`, { role: "developer" }, { isFragment: true });
    expect(promoted.trigger).toContain("Grace is Developer now");
    expect(promoted.text).toMatch(/^<tr id="user-/);
    const disabled = await post(`/t/acme/users/${id}/disable`, {}, { isFragment: true });
    expect(disabled.text).toContain(`/users/${id}/enable`);
    expect((await post(`/t/acme/users/${id}/link`)).status).toBe(409);
    expect((await post(`/t/acme/users/${id}/delete`)).location).toBe("/t/acme/users");
    expect((await show("/t/acme/users")).text).not.toContain("grace@example.com");
  });

  test("that exist are told beside the form, and the last admin stays", async () => {
    const twice = await post("/t/acme/users", { name: "Vera", email: "vera@example.com", role: "viewer" });
    expect([twice.status, twice.text.includes("There is a user")]).toEqual([422, true]);
    const { id = "" } =
      (await visitors.acme.request("GET", "/api/v1/users?email=ada@example.com")).body.items[0] ?? {};
    const refused = await post(`/t/acme/users/${id}/disable`, {}, { isFragment: true });
    expect([refused.status, refused.text]).toEqual([409, ""]);
    expect(refused.trigger).toContain("the only active admin");
  });
});

test("operators make, suspend and delete tenants, whose first key is shown once", async () => {
  const as = { as: "operator" } as const;
  const wrong = await post("/operator/tenants/new", { name: "New", id: "Not An Id", plan: "default" }, as);
  expect([wrong.status, wrong.text.includes('id="id-error"')]).toEqual([422, true]);
  const made = await post("/operator/tenants/new", { name: "New & Co", id: "new-co", plan: "default" }, as);
  expect(made.text).toContain("New &amp; Co");
  const [key] = /sk_[\w-]{20,}/.exec(made.text) ?? [];
  expect((await skerry.client(key).request("GET", "/api/v1/scripts")).status).toBe(200);
  const row = { as: "operator", isFragment: true } as const;
  expect((await post("/operator/tenants/new-co/plan", { plan: "large" }, row)).trigger).toContain("large");
  expect((await post("/operator/tenants/new-co/suspend", {}, row)).text).toContain("/tenants/new-co/resume");
  expect((await skerry.client(key).request("GET", "/api/v1/scripts")).status).toBe(403);
  expect((await post("/operator/tenants/new-co/delete", {}, as)).location).toBe("/operator/tenants");
  expect((await post("/operator/tenants/new-co/delete", {}, as)).status).toBe(404);
  expect((await post("/operator/tenants/new", { name: "X" }, { as: "admin" })).status).toBe(403);
});

test("operators see nodes, runners, queue and plans", async () => {
  for (const path of ["", "/nodes", "/runners", "/queue", "/plans", "/audit"]) {
    expect([path, (await show(`/operator${path}`, "operator")).status]).toEqual([path, 200]);
  }
});
