import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createTestPlatform } from "../../test/platform.ts";
import type { TestClient, TestPlatform } from "../../test/platform.ts";

interface UserBody {
  readonly id: string;
  readonly email: string;
  readonly role: string;
  readonly detail: string;
  readonly items: readonly { readonly email: string }[];
}

let skerry: TestPlatform;
let acme: TestClient & { readonly key: string };

beforeAll(async () => {
  skerry = await createTestPlatform();
  acme = await skerry.createTenant("acme");
});
afterAll(() => skerry[Symbol.asyncDispose]());

const PASSWORD = "correct horse battery";

async function createUser(client: TestClient, email: string, role = "developer"): Promise<UserBody> {
  const body = { email, name: email, role, password: PASSWORD };
  const made = await client.request<UserBody>("POST", "/api/v1/users", body);
  expect(made.status).toBe(201);
  return made.body;
}

async function signIn(email: string, tenant = "acme"): Promise<TestClient> {
  const { body, status } = await skerry
    .client()
    .request<{ token: string }>("POST", "/api/v1/session", { tenant, email, password: PASSWORD });
  expect(status).toBe(201);
  return skerry.client(body.token);
}

/**
 * Sends requests while somebody holds the row of a user, and lets go of it when each has ended or waits for a lock: so
 * none of them sees what another one changes.
 */
async function holdingRow<Result>(id: string, send: () => Promise<Result>[]): Promise<Result[]> {
  const client = await skerry.database.pool.connect();
  try {
    await client.query("begin");
    await client.query("select from skerry.users where id = $1 for update", [id]);
    let ended = 0;
    const answers = send().map((answer) => answer.finally(() => (ended += 1)));
    await vi.waitFor(async () => {
      const { rows } = await client.query<{ waiting: number }>(
        `select count(*)::int as waiting from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock'`,
      );
      expect(ended + (rows[0]?.waiting ?? 0)).toBe(answers.length);
    });
    await client.query("commit");
    return await Promise.all(answers);
  } finally {
    client.release();
  }
}

describe("users of a tenant", () => {
  test("are made, listed, changed and removed; their passwords are never shown", async () => {
    const ada = await createUser(acme, " Ada@Example.com ");
    expect(ada).toMatchObject({
      email: "ada@example.com",
      status: "active",
      hasPassword: true,
      role: "developer",
    });
    const changed = await acme.request("PATCH", `/api/v1/users/${ada.id}`, { name: "Ada", role: "viewer" });
    expect(changed.body).toMatchObject({ name: "Ada", role: "viewer", hasPassword: true });
    const found = await acme.request<UserBody>("GET", "/api/v1/users?email=ADA@example.com");
    expect(found.body.items.map(({ email }) => email)).toEqual(["ada@example.com"]);
    expect(found.text).not.toMatch(/scrypt|password_hash/);

    const twin = { email: "ADA@EXAMPLE.COM", name: "x", role: "viewer" };
    expect(await acme.request("POST", "/api/v1/users", twin)).toMatchObject({
      status: 409,
      body: { code: "USER_EXISTS" },
    });
    const rival = await skerry.createTenant("rival");
    const { name: _name, ...nameless } = twin;
    expect(await rival.request("POST", "/api/v1/users", nameless)).toMatchObject({
      status: 201,
      body: { name: "ada" },
    });
    expect((await rival.request("GET", `/api/v1/users/${ada.id}`)).status).toBe(404);
    expect((await rival.request("DELETE", `/api/v1/users/${ada.id}`)).status).toBe(404);

    expect((await acme.request("DELETE", `/api/v1/users/${ada.id}`)).status).toBe(204);
    expect((await acme.request("GET", `/api/v1/users/${ada.id}`)).status).toBe(404);
  });

  test.each([
    ["a role of the installation", { role: "superadmin" }],
    ["an address that is none", { email: "ada" }],
    ["an address with NUL", { email: "a\0da@example.com" }],
    ["a short password", { password: "short" }],
    ["a name of two lines", { name: "a\nb" }],
    ["a status at the start", { status: "disabled" }],
  ])("are refused with %s", async (_name, wrong) => {
    const body = { email: "new@example.com", name: "New", role: "viewer", ...wrong };
    expect((await acme.request("POST", "/api/v1/users", body)).status).toBe(422);
  });

  test("lose their sessions with their role, password, status or themselves, and at once", async () => {
    const ben = await createUser(acme, "ben@example.com", "developer");
    for (const change of [{ role: "viewer" }, { status: "disabled" }, { password: "another long one" }]) {
      const client = await signIn("ben@example.com");
      expect((await client.request("GET", "/api/v1/scripts")).status).toBe(200);
      await acme.request("PATCH", `/api/v1/users/${ben.id}`, change);
      expect(await client.request("GET", "/api/v1/scripts")).toMatchObject({
        status: 401,
        body: { code: "SESSION_INVALID" },
      });
      await acme.request("PATCH", `/api/v1/users/${ben.id}`, { status: "active", password: PASSWORD });
    }
    const client = await signIn("ben@example.com");
    await acme.request("DELETE", `/api/v1/users/${ben.id}`);
    expect((await client.request("GET", "/api/v1/scripts")).status).toBe(401);
  });

  test("do what their role allows", async () => {
    await createUser(acme, "vic@example.com", "viewer");
    const viewer = await signIn("vic@example.com");
    expect((await viewer.request("GET", "/api/v1/scripts")).status).toBe(200);
    const script = { name: "x", type: "oneoff", source: "export default () => 1;" };
    expect(await viewer.request("POST", "/api/v1/scripts", script)).toMatchObject({
      status: 403,
      body: { code: "PERMISSION_DENIED" },
    });
    expect((await viewer.request("GET", "/api/v1/users")).status).toBe(403);
    expect((await viewer.request("GET", "/api/v1/tenants")).status).toBe(403);
  });
});

describe("nobody gives what they do not have:", () => {
  test("a key that manages users alone neither makes, becomes nor removes an admin", async () => {
    const boss = await createUser(acme, "boss@example.com", "admin");
    const made = await acme.request("POST", "/api/v1/api-keys", { name: "hr", scopes: ["tenant.admin"] });
    const clerk = skerry.client(made.body.key);
    const admin = { email: "mole@example.com", name: "Mole", role: "admin" };
    const attempts = [
      clerk.request("POST", "/api/v1/users", admin),
      clerk.request("POST", "/api/v1/users", { ...admin, role: "viewer" }),
      clerk.request("PATCH", `/api/v1/users/${boss.id}`, { password: "chosen by the clerk" }),
      clerk.request("POST", `/api/v1/users/${boss.id}/sign-in-link`),
      clerk.request("DELETE", `/api/v1/users/${boss.id}`),
    ];
    for (const attempt of await Promise.all(attempts)) {
      expect(attempt).toMatchObject({ status: 403, body: { code: "PERMISSION_DENIED" } });
    }
  });
});

describe("the last admin", () => {
  test("stays, also when two admins remove each other at the same moment", async () => {
    const small = await skerry.createTenant("small");
    const one = await createUser(small, "one@example.com", "admin");
    const path = `/api/v1/users/${one.id}`;
    for (const [method, body] of [
      ["DELETE", undefined],
      ["PATCH", { role: "developer" }],
      ["PATCH", { status: "disabled" }],
    ] as const) {
      expect(await small.request(method, path, body)).toMatchObject({
        status: 409,
        body: { code: "LAST_ADMIN" },
      });
    }
    expect((await small.request("PATCH", path, { name: "Uno" })).status).toBe(200);

    const two = await createUser(small, "two@example.com", "admin");
    const answers = await holdingRow(one.id, () => [
      small.request("PATCH", path, { role: "viewer" }),
      small.request("DELETE", `/api/v1/users/${two.id}`),
    ]);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(1);
  });
});

describe("superadmins", () => {
  test("are made by operators only, belong to no tenant, and act on each that they name", async () => {
    const root = { email: "root@example.com", name: "Root", password: PASSWORD };
    expect((await acme.request("POST", "/api/v1/operators", root)).status).toBe(403);
    const made = await skerry.operator.request<UserBody>("POST", "/api/v1/operators", root);
    expect(made.body).toMatchObject({ role: "superadmin" });
    expect((await acme.request("GET", `/api/v1/users/${made.body.id}`)).status).toBe(404);

    const { email, password } = root;
    const session = await skerry
      .client()
      .request<{ token: string }>("POST", "/api/v1/session", { email, password });
    const client = skerry.client(session.body.token);
    expect((await client.request("GET", "/api/v1/tenants")).status).toBe(200);
    expect(await client.request("GET", "/api/v1/scripts")).toMatchObject({
      body: { code: "TENANT_REQUIRED" },
    });
    const headers = { "skerry-tenant": "acme" };
    expect((await client.request("GET", "/api/v1/scripts", undefined, headers)).status).toBe(200);
    expect((await client.request("GET", "/api/v1/session")).body).toMatchObject({
      kind: "user",
      tenant: null,
      user: { email },
    });
    const path = `/api/v1/operators/${made.body.id}`;
    expect((await client.request("POST", `${path}/sign-in-link`)).status).toBe(201);
    expect((await client.request("DELETE", path)).status).toBe(204);
    expect((await client.request("GET", "/api/v1/tenants")).status).toBe(401);
  });
});
