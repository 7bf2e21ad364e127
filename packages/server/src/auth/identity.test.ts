import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestPlatform } from "../../test/platform.ts";
import type { TestPlatform } from "../../test/platform.ts";
import type { Identity } from "./identity.ts";

let skerry: TestPlatform;
let key: string;

/** A host that believes its own cookie, and can be made to fail. */
function identify(request: Request): Promise<Identity | undefined> | Identity | undefined {
  const user = /host=(\w+)/.exec(request.headers.get("cookie") ?? "")?.[1];
  if (user === "broken") throw new Error("the host's database is away");
  if (user === "late") return Promise.reject(new Error("the host's database is away"));
  if (user === "odd") return { tenant: "acme", permissions: "all" } as never;
  const tenant = user === "lost" ? "nowhere" : "acme";
  return user === undefined ? undefined : { tenant, user, permissions: ["scripts.read", "x" as never] };
}

beforeAll(async () => {
  skerry = await createTestPlatform({ identify });
  ({ key } = await skerry.createTenant("acme"));
});
afterAll(() => skerry[Symbol.asyncDispose]());

function ask(user: string, headers: Record<string, string> = {}, method = "GET", path = "/api/v1/scripts") {
  return skerry.client(undefined, { cookie: `host=${user}`, ...headers }).request(method, path);
}

describe("the host's identify", () => {
  test("tells who sends a request, and its permissions hold", async () => {
    expect((await ask("ada")).status).toBe(200);
    expect((await ask("ada", {}, "GET", "/api/v1/session")).body).toMatchObject({
      kind: "host",
      id: "ada",
      tenant: "acme",
      permissions: ["scripts.read"],
    });
    expect((await ask("ada", {}, "DELETE", "/api/v1/scripts/x")).status).toBe(403);
    expect((await ask("ada", {}, "GET", "/api/v1/tenants")).status).toBe(403);
  });

  test("is not asked where a request brings a credential of its own", async () => {
    expect((await ask("broken", { authorization: `Bearer ${key}` })).status).toBe(200);
    expect((await ask("ada", { authorization: "Bearer sk_wrong" })).status).toBe(401);
  });

  test("leaves others to Skerry", async () => {
    const answer = await skerry.client().request("GET", "/api/v1/scripts");
    expect(answer).toMatchObject({ status: 401, body: { code: "KEY_MISSING" } });
  });

  test.each(["broken", "late", "odd", "lost"])("that fails (%s) lets nobody in", async (user) => {
    const answer = await ask(user);
    expect(answer).toMatchObject({ status: 401, body: { code: "IDENTITY_INVALID" } });
    expect(answer.text).not.toContain("database");
  });

  test("does not let other sites write with the host's cookie", async () => {
    const other = { "sec-fetch-site": "cross-site" };
    expect(await ask("ada", other, "DELETE", "/api/v1/scripts/x")).toMatchObject({
      status: 403,
      body: { code: "CROSS_ORIGIN" },
    });
  });
});
