import { randomUUIDv7 } from "node:crypto";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestPlatform } from "../../test/platform.ts";
import type { CreatedTenantBody, TestClient, TestPlatform } from "../../test/platform.ts";
import { createKey } from "./key.ts";
import { ALL_PERMISSIONS } from "./permission.ts";

let skerry: TestPlatform;
let acme: TestClient & { readonly key: string };

beforeAll(async () => {
  skerry = await createTestPlatform();
  acme = await skerry.createTenant("acme");
});
afterAll(() => skerry[Symbol.asyncDispose]());

describe("an API key", () => {
  test("is shown once, kept as a hash, and works until it is revoked", async () => {
    const made = await acme.request("POST", "/api/v1/api-keys", { name: "deploy" });
    expect(made.status).toBe(201);
    const { key, apiKey } = made.body;
    expect(key).toMatch(/^sk_[0-9a-f]{8}_[\w-]{43}$/);
    expect(key.startsWith(apiKey.prefix)).toBe(true);

    const { rows } = await sql`select api_keys::text as row from skerry.api_keys`.execute(
      skerry.database.kysely,
    );
    const stored = JSON.stringify(rows);
    expect(stored).not.toContain(key.slice(apiKey.prefix.length));
    // As PostgreSQL writes bytes.
    expect(stored).not.toContain(Buffer.from(key.slice(-16)).toString("hex"));
    const client = skerry.client(key);
    expect((await client.request("GET", "/api/v1/scripts")).status).toBe(200);
    const list = await acme.request("GET", "/api/v1/api-keys");
    expect(list.body.items.map(({ name }) => name)).toEqual(["deploy", "first key"]);
    expect(list.text).not.toContain(key);

    expect((await acme.request("DELETE", `/api/v1/api-keys/${apiKey.id}`)).status).toBe(204);
    expect(await client.request("GET", "/api/v1/scripts")).toMatchObject({
      status: 401,
      body: { code: "KEY_INVALID" },
    });
    expect((await acme.request("DELETE", `/api/v1/api-keys/${apiKey.id}`)).status).toBe(404);
  });

  test("cannot make another one that may do more", async () => {
    const narrow = await acme.request("POST", "/api/v1/api-keys", {
      name: "narrow",
      scopes: ["scripts.read", "tenant.admin"],
    });
    const client = skerry.client(narrow.body.key);
    const wider = await client.request("POST", "/api/v1/api-keys", {
      name: "wide",
      scopes: ["scripts.update"],
    });
    expect(wider).toMatchObject({ status: 403, body: { code: "PERMISSION_DENIED" } });
    const same = await client.request("POST", "/api/v1/api-keys", { name: "same" });
    expect(same.body.apiKey.scopes).toEqual(["scripts.read", "tenant.admin"]);
  });

  test("that may run but not see executions cannot replay one: the answer shows its input", async () => {
    const scopes = ALL_PERMISSIONS.filter((each) => each !== "executions.read");
    const { body } = await acme.request("POST", "/api/v1/api-keys", { name: "blind", scopes });
    const refused = await skerry.client(body.key).request("POST", "/api/v1/executions/x/replay", {});
    expect(refused).toMatchObject({ status: 403, body: { code: "PERMISSION_DENIED" } });
    expect(refused.body.detail).toContain("executions.read");
  });

  test.each([
    ["nothing", {}, "KEY_MISSING"],
    ["another scheme", { authorization: "Basic YTpi" }, "KEY_MISSING"],
    ["an empty key", { authorization: "Bearer " }, "KEY_MISSING"],
    ["an unknown key", { authorization: `Bearer ${createKey().text}` }, "KEY_INVALID"],
    ["a very long key", { authorization: `Bearer ${"x".repeat(5_000)}` }, "KEY_INVALID"],
  ])("is needed: %s is a 401 that says so, also on unknown routes", async (_name, headers, code) => {
    for (const path of ["/api/v1/scripts", "/api/v1/tenants", "/api/v1/nothing"]) {
      const answer = await skerry.client().request("GET", path, undefined, headers);
      expect(answer).toMatchObject({ status: 401, body: { code } });
      expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer realm="skerry"/);
    }
  });

  test("that has expired is no more valid", async () => {
    const { text, hash, prefix } = createKey();
    await skerry.database.kysely
      .insertInto("api_keys")
      .values({
        id: randomUUIDv7(),
        tenant_id: "acme",
        name: "old",
        key_hash: hash,
        prefix,
        scopes: [],
        expires_at: new Date(Date.now() - 1_000),
      })
      .execute();
    expect(await skerry.client(text).request("GET", "/api/v1/scripts")).toMatchObject({ status: 401 });
  });
});

describe("an operator", () => {
  test("makes, reads, changes and removes tenants", async () => {
    const made = await skerry.operator.request<CreatedTenantBody>("POST", "/api/v1/tenants", {
      name: "Blue Ocean & Söhne",
    });
    expect(made.status).toBe(201);
    const { tenant, apiKey } = made.body;
    expect(tenant.id).toMatch(/^blue-ocean-so-hne-[0-9a-f]{6}$/);
    expect(tenant).toMatchObject({ name: "Blue Ocean & Söhne", status: "active", plan: "default" });
    expect((await skerry.client(apiKey).request("GET", "/api/v1/scripts")).status).toBe(200);

    const changed = await skerry.operator.request("PATCH", `/api/v1/tenants/${tenant.id}`, { name: "Blue" });
    expect(changed.body).toMatchObject({ id: tenant.id, name: "Blue", plan: "default" });
    expect((await skerry.operator.request("GET", `/api/v1/tenants/${tenant.id}`)).body).toEqual(changed.body);
    expect((await skerry.operator.request("DELETE", `/api/v1/tenants/${tenant.id}`)).status).toBe(204);
    expect((await skerry.operator.request("GET", `/api/v1/tenants/${tenant.id}`)).status).toBe(404);
    expect((await skerry.client(apiKey).request("GET", "/api/v1/scripts")).status).toBe(401);
  });

  test("is refused ids that are taken or no ids", async () => {
    const taken = await skerry.operator.request("POST", "/api/v1/tenants", { id: "acme", name: "x" });
    expect(taken).toMatchObject({ status: 409, body: { code: "TENANT_EXISTS" } });
    const odd = await skerry.operator.request("POST", "/api/v1/tenants", {
      id: "a'; drop table x",
      name: "x",
    });
    expect(odd).toMatchObject({ status: 422, body: { errors: [{ path: "id" }] } });
    expect((await skerry.operator.request("GET", "/api/v1/tenants/%00")).status).toBe(404);
  });

  test("names the tenant to act on", async () => {
    const bare = await skerry.operator.request("GET", "/api/v1/scripts");
    expect(bare).toMatchObject({ status: 400, body: { code: "TENANT_REQUIRED" } });
    const headers = { "skerry-tenant": "acme" };
    expect((await skerry.operator.request("GET", "/api/v1/scripts", undefined, headers)).status).toBe(200);
    const unknown = await skerry.operator.request("GET", "/api/v1/scripts", undefined, {
      "skerry-tenant": "no'body",
    });
    expect(unknown).toMatchObject({ status: 404, body: { code: "TENANT_NOT_FOUND" } });
  });
});
