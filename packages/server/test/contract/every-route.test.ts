import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ALL_PERMISSIONS } from "../../src/auth/permission.ts";
import type { Permission } from "../../src/auth/permission.ts";
import { API_ROUTES } from "../../src/rest/api.ts";
import type { RestContext } from "../../src/rest/app.ts";
import type { Route } from "../../src/rest/route.ts";
import type { RouteCall, RouteHandler } from "../../src/rest/router.ts";
import { createTestPlatform, OPERATOR_KEY } from "../platform.ts";
import type { TestClient, TestPlatform } from "../platform.ts";
import { bindPermittedRoutes } from "./bound-routes.ts";
import { UNKNOWN_ID } from "./resources.ts";
import { sampleBody } from "./sample-body.ts";

let skerry: TestPlatform;
let acme: TestClient & { readonly key: string };
const keysWithout = new Map<Permission, TestClient>();
const keysWith = new Map<Permission, TestClient>();

/** Beside the permission that the route declares; the answer to a replay shows the execution's input. */
const ALSO_NEEDED: Partial<Record<Permission, Permission>> = { "scripts.execute": "executions.read" };

beforeAll(async () => {
  skerry = await createTestPlatform();
  acme = await skerry.createTenant("acme");
  const makeKey = async (name: string, scopes: readonly Permission[]): Promise<TestClient> => {
    const { body } = await acme.request("POST", "/api/v1/api-keys", { name, scopes });
    return skerry.client(body.key);
  };
  for (const permission of ALL_PERMISSIONS) {
    const others = ALL_PERMISSIONS.filter((each) => each !== permission);
    keysWithout.set(permission, await makeKey(`no ${permission}`, others));
    const own = [permission, ...(ALSO_NEEDED[permission] === undefined ? [] : [ALSO_NEEDED[permission]])];
    keysWith.set(permission, await makeKey(`just ${permission}`, own));
  }
});
afterAll(() => skerry[Symbol.asyncDispose]());

/** Who may not call is told so before anything is looked up or read: neither ids nor bodies need to fit. */
async function ask(client: TestClient, { method, path }: Route) {
  const filled = path.replaceAll(/\{\w+\}/g, UNKNOWN_ID);
  return await client.request(
    method,
    `/api/v1${filled}`,
    method === "GET" || method === "DELETE" ? undefined : {},
  );
}

const routes = API_ROUTES.map((route) => [`${route.method} ${route.path}`, route] as const);

test("no two routes share an operation, or a method and path", () => {
  for (const names of [API_ROUTES.map(({ operation }) => operation), routes.map(([name]) => name)]) {
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  }
});

describe("who may call", () => {
  test.each(routes.filter(([, { access }]) => access !== "public"))(
    "%s: nobody without a key",
    async (_, route) => {
      const answer = await ask(skerry.client(), route);
      expect(answer).toMatchObject({ status: 401, body: { code: "KEY_MISSING" } });
      expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer realm="skerry"/);
    },
  );

  test.each(routes.filter(([, { access }]) => access === "operator"))(
    "%s: no tenant's key",
    async (_, route) => {
      const answer = await ask(acme, route);
      expect(answer).toMatchObject({ status: 403, body: { code: "PERMISSION_DENIED" } });
    },
  );

  const permitted = routes.flatMap(([name, route]) => {
    const permission = ALL_PERMISSIONS.find((each) => each === route.access);
    return permission === undefined ? [] : [[name, permission, route] as const];
  });
  test.each(permitted)("%s: no key without %s, whatever else it may", async (_, permission, route) => {
    const answer = await ask(keysWithout.get(permission) as TestClient, route);
    expect(answer).toMatchObject({ status: 403, body: { code: "PERMISSION_DENIED" } });
    expect(answer.body.detail).toContain(permission);
  });

  /** As code would that comes to a service past the router. */
  test.each(permitted)("%s: its service does not go without %s either", async (_, permission, route) => {
    const bound = bindPermittedRoutes(skerry.platform.services).find((each) => each.route === route);
    const permissions = new Set(ALL_PERMISSIONS.filter((each) => each !== permission));
    const principal = { kind: "key", tenantId: "acme", id: UNKNOWN_ID, permissions } as const;
    const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);
    const call: RouteCall<unknown, unknown, unknown> = {
      caller: { tenantId: "acme", principal, suspended: false, origin: {} },
      operator: { principal, origin: {} },
      params: Object.fromEntries(names.map((name) => [name, UNKNOWN_ID])),
      query: route.query?.parse({}),
      body: route.body?.safeParse(sampleBody(route)).data ?? {},
      context: { set() {}, req: { header() {} } } as unknown as RestContext,
    };
    const handle = bound?.handle as RouteHandler<unknown, unknown, unknown>;
    await expect(async () => await handle(call)).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
  });

  test.each(permitted)("%s: a key with %s alone", async (_, permission, route) => {
    const client = keysWith.get(permission) as TestClient;
    const path = `/api/v1${route.path.replaceAll(/\{\w+\}/g, UNKNOWN_ID)}`;
    const answer = await client.request(route.method, path, sampleBody(route));
    expect(answer.status === 403 ? answer.text : "").toBe("");
  });

  test.each(permitted)(
    "%s: an operator who names the tenant, and only then",
    async (_, _permission, route) => {
      const bare = await ask(skerry.operator, route);
      expect(bare).toMatchObject({ status: 400, body: { code: "TENANT_REQUIRED" } });
      const unknown = await ask(skerry.client(OPERATOR_KEY, { "skerry-tenant": "nobody" }), route);
      expect(unknown).toMatchObject({ status: 404, body: { code: "TENANT_NOT_FOUND" } });
    },
  );
});
