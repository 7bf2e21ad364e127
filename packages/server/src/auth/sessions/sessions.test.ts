import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestPlatform } from "../../../test/platform.ts";
import type { Answer, TestClient, TestPlatform } from "../../../test/platform.ts";
import { createSignInThrottle, networkOf } from "./throttle.ts";

interface SessionBody {
  readonly token: string;
  readonly code: string;
  readonly detail: string;
  readonly link: string;
  readonly url: string;
}

let skerry: TestPlatform;
let acme: TestClient & { readonly key: string };
let userId: string;

const PASSWORD = "correct horse battery";
const ADA = { tenant: "acme", email: "ada@example.com", password: PASSWORD };

beforeAll(async () => {
  skerry = await createTestPlatform();
  acme = await skerry.createTenant("acme");
  userId = await createUser("ada@example.com");
});
afterAll(() => skerry[Symbol.asyncDispose]());

async function createUser(email: string): Promise<string> {
  const user = { email, name: email, role: "admin", password: PASSWORD };
  return (await acme.request("POST", "/api/v1/users", user)).body.id;
}

async function signIn(
  body: unknown,
  headers?: Record<string, string>,
): Promise<Answer<SessionBody> & { readonly cookie: string }> {
  const answer = await skerry.client().request<SessionBody>("POST", "/api/v1/session", body, headers);
  return { ...answer, cookie: answer.headers.get("set-cookie") ?? "" };
}

/** As a browser sends it. */
function withCookie(token: string, headers: Record<string, string> = {}): TestClient {
  return skerry.client(undefined, { cookie: `skerry_session=${token}`, ...headers });
}

describe("a session", () => {
  test("works as a cookie out of reach of scripts and as a bearer token, until it is ended", async () => {
    const { status, body, cookie, headers } = await signIn(ADA);
    expect(status).toBe(201);
    expect(body).toMatchObject({ tenant: "acme", user: { email: ADA.email, role: "admin" } });
    expect(body.token).toMatch(/^ss_[\w-]{43}$/);
    expect(cookie).toBe(`skerry_session=${body.token}; Max-Age=604800; Path=/; HttpOnly; SameSite=Lax`);
    expect(headers.get("cache-control")).toBe("no-store");

    const bearer = skerry.client(body.token);
    const same = withCookie(body.token, { "sec-fetch-site": "same-origin" });
    for (const client of [bearer, same]) {
      const who = await client.request("GET", "/api/v1/session");
      expect(who.body).toMatchObject({ kind: "user", id: userId, tenant: "acme", user: { id: userId } });
    }
    const ended = await same.request("DELETE", "/api/v1/session");
    expect(ended.status).toBe(204);
    expect(ended.headers.get("set-cookie")).toContain("Max-Age=0");
    expect((await bearer.request("GET", "/api/v1/session")).status).toBe(401);
  });

  test("is kept as a hash, moves its expiry on with use, and ends in time", async () => {
    const { token } = (await signIn(ADA)).body;
    const { database } = skerry;
    const { rows } = await sql`select sessions::text as row from skerry.sessions`.execute(database.kysely);
    expect(JSON.stringify(rows)).not.toContain(Buffer.from(token.slice(-16)).toString("hex"));

    await sql`update skerry.sessions set created_at = now() - interval '6 days 20 hours',
      expires_at = now() + interval '1 minute'`.execute(database.kysely);
    expect((await skerry.client(token).request("GET", "/api/v1/session")).status).toBe(200);
    const left = await sql<{ hours: number }>`
      select extract(epoch from max(expires_at) - now())::float / 3600 as hours from skerry.sessions`.execute(
      database.kysely,
    );
    // Twelve hours from now would be later than seven days after the sign-in.
    expect(left.rows[0]?.hours).toBeCloseTo(4, 1);

    const { token: late } = (await signIn(ADA)).body;
    await sql`update skerry.sessions set expires_at = now() - interval '1 second'`.execute(database.kysely);
    expect(await skerry.client(late).request("GET", "/api/v1/session")).toMatchObject({
      body: { code: "SESSION_INVALID" },
    });
  });

  test("that a page chose for its visitor is none, and each sign-in makes another", async () => {
    const fixed = `ss_${"x".repeat(43)}`;
    const first = await signIn(ADA, { cookie: `skerry_session=${fixed}` });
    const second = await signIn(ADA, { cookie: `skerry_session=${first.body.token}` });
    expect(new Set([fixed, first.body.token, second.body.token]).size).toBe(3);
    expect((await skerry.client(fixed).request("GET", "/api/v1/session")).status).toBe(401);
  });
});

describe("what a browser sends by itself", () => {
  let token: string;
  beforeAll(async () => {
    ({ token } = (await signIn(ADA)).body);
  });

  test.each<[string, Record<string, string>, number]>([
    ["of this origin", { "sec-fetch-site": "same-origin" }, 200],
    ["of this origin, told by its Origin", { origin: "SELF" }, 200],
    ["of another site", { "sec-fetch-site": "cross-site" }, 403],
    ["of another host of the site", { "sec-fetch-site": "same-site" }, 403],
    [
      "of another site that claims its origin is ours",
      { "sec-fetch-site": "cross-site", origin: "SELF" },
      403,
    ],
    ["of another origin", { origin: "https://evil.example" }, 403],
    ["of an opaque origin", { origin: "null" }, 403],
    ["that does not say where it is from", {}, 403],
  ])("writes for a page %s", async (_name, headers, status) => {
    const sent = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value === "SELF" ? skerry.url : value]),
    );
    const client = withCookie(token, sent);
    const answer = await client.request("PATCH", `/api/v1/users/${userId}`, { name: "Ada" });
    expect(answer.status).toBe(status);
    if (status === 403) expect(answer.body).toMatchObject({ code: "CROSS_ORIGIN" });
    expect((await client.request("GET", "/api/v1/scripts")).status).toBe(200);
  });

  test("signs nobody in from another site", async () => {
    expect(await signIn(ADA, { "sec-fetch-site": "cross-site" })).toMatchObject({
      status: 403,
      body: { code: "CROSS_ORIGIN" },
      cookie: "",
    });
  });
});

describe("signing in by password", () => {
  test("tells nobody what was wrong, and takes as long for users that do not exist", async () => {
    await createUser("off@example.com");
    const off = await acme.request<{ items: { id: string }[] }>("GET", "/api/v1/users?email=off@example.com");
    await acme.request("PATCH", `/api/v1/users/${off.body.items[0]?.id}`, { status: "disabled" });
    const attempts = [
      { ...ADA, password: "wrong" },
      { ...ADA, email: "nobody@example.com" },
      { ...ADA, tenant: "nowhere" },
      { email: ADA.email, password: PASSWORD },
      { ...ADA, email: "off@example.com" },
    ];
    const answers: Answer<SessionBody>[] = [];
    // Time on the processor, which does not depend on what else the machine does.
    const times: number[] = [];
    for (const attempt of attempts) {
      const begun = process.cpuUsage();
      answers.push(await signIn(attempt));
      times.push(process.cpuUsage(begun).user);
    }
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 401, body: { code: "SIGN_IN_FAILED" } });
    // Without the work for unknown users these take a tenth.
    expect(Math.min(...times)).toBeGreaterThan(Math.max(...times) / 3);
  });

  test("is refused after ten failures, also with the right password, and other accounts are not", async () => {
    await createUser("eve@example.com");
    const eve = { ...ADA, email: "eve@example.com" };
    for (let round = 0; round < 10; round += 1) {
      expect((await signIn({ ...eve, password: "wrong" })).status).toBe(401);
    }
    const refused = await signIn(eve);
    expect(refused).toMatchObject({ status: 429, body: { code: "SIGN_IN_THROTTLED" } });
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(60);
    expect((await signIn(ADA)).status).toBe(201);
  });

  test("is refused in a suspended tenant, where sessions end at once", async () => {
    const { token } = (await signIn(ADA)).body;
    const client = skerry.client(token);
    expect((await client.request("GET", "/api/v1/scripts")).status).toBe(200);
    await skerry.operator.request("PATCH", "/api/v1/tenants/acme", { status: "suspended" });
    expect(await client.request("GET", "/api/v1/scripts")).toMatchObject({
      body: { code: "TENANT_SUSPENDED" },
    });
    expect(await signIn(ADA)).toMatchObject({ status: 403, body: { code: "TENANT_SUSPENDED" } });
    await skerry.operator.request("PATCH", "/api/v1/tenants/acme", { status: "active" });
    expect((await signIn(ADA)).status).toBe(201);
  });

  test.each([
    ["nothing", {}],
    ["two ways at once", { ...ADA, link: "sl_x" }],
    ["a password of megabytes", { ...ADA, password: "x".repeat(500_000) }],
    ["a tenant that is none", { ...ADA, tenant: "a'b" }],
  ])("by %s is not understood", async (_name, body) => {
    expect((await signIn(body)).status).toBe(422);
  });
});

describe("a sign-in link", () => {
  async function createLink(): Promise<SessionBody> {
    const made = await acme.request<SessionBody>("POST", `/api/v1/users/${userId}/sign-in-link`);
    expect(made.status).toBe(201);
    return made.body;
  }

  test("signs its user in once, also when it is used twice at the same moment", async () => {
    const { link, url } = await createLink();
    expect(url).toBe(`/sign-in#${link}`);
    const answers = await Promise.all([signIn({ link }), signIn({ link })]);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201, 401]));
    expect((await signIn({ link })).body).toMatchObject({ code: "SIGN_IN_FAILED" });
  });

  test("is not kept in clear, and ends with time, with a new password and with the user", async () => {
    const { link: old } = await createLink();
    const { rows } = await sql`select sign_in_links::text as row from skerry.sign_in_links`.execute(
      skerry.database.kysely,
    );
    expect(JSON.stringify(rows)).not.toContain(old.slice(3));
    await sql`update skerry.sign_in_links set expires_at = now()`.execute(skerry.database.kysely);
    expect((await signIn({ link: old })).status).toBe(401);

    const { link } = await createLink();
    await acme.request("PATCH", `/api/v1/users/${userId}`, { password: "another long one" });
    expect((await signIn({ link })).status).toBe(401);
    await acme.request("PATCH", `/api/v1/users/${userId}`, { password: PASSWORD });
  });
});

describe("attempts", () => {
  test("are counted per address over all accounts, before they are checked", () => {
    const throttle = createSignInThrottle();
    for (let account = 0; account < 50; account += 1) throttle.count(`acme ${account}`, "192.0.2.1");
    expect(() => throttle.count("acme another", "192.0.2.1")).toThrow("Too many attempts failed");
    expect(() => throttle.count("acme another", "::ffff:192.0.2.1")).toThrow("Too many attempts failed");
    expect(() => throttle.count("acme another", "192.0.2.2")).not.toThrow();
  });

  test("that succeed are not counted", () => {
    const throttle = createSignInThrottle();
    for (let round = 0; round < 100; round += 1) throttle.count("acme ada", "192.0.2.1").succeed();
    expect(() => throttle.count("acme ada", "192.0.2.1")).not.toThrow();
  });

  test.each([
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
    ["2001:0db8:1:2::9", "2001:db8:1:2"],
    ["2001:db8::1", "2001:db8:0:0"],
    ["::1", "0:0:0:0"],
  ])("from %s belong to %s", (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
