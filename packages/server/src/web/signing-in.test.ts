import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createVisitors } from "../../test/browser/visitors.ts";
import type { Visitors } from "../../test/browser/visitors.ts";
import { createTestPlatform } from "../../test/platform.ts";
import type { TestPlatform } from "../../test/platform.ts";

const SAME_SITE = { "sec-fetch-site": "same-origin" };
const PASSWORD = "correct horse battery";
const ADA = { tenant: "acme", email: "ada@example.com", password: PASSWORD };

let skerry: TestPlatform;
let visitors: Visitors;
let adaId: string;

beforeAll(async () => {
  skerry = await createTestPlatform();
  visitors = await createVisitors(skerry);
  const found = await visitors.acme.request<{ items: { id: string }[] }>(
    "GET",
    "/api/v1/users?email=ada@example.com",
  );
  adaId = found.body.items[0]?.id ?? "";
  await setPassword(PASSWORD);
});
afterAll(() => skerry[Symbol.asyncDispose]());

async function setPassword(password: string | null): Promise<void> {
  const changed = await visitors.acme.request("PATCH", `/api/v1/users/${adaId}`, { password });
  expect(changed.status).toBe(200);
}

async function createLink(): Promise<string> {
  return (await visitors.acme.request<{ link: string }>("POST", `/api/v1/users/${adaId}/sign-in-link`)).body
    .link;
}

interface Sent {
  readonly status: number;
  readonly text: string;
  readonly location: string | null;
  /** The session that came with the answer. */
  readonly session: string | undefined;
}

async function post(
  path: string,
  fields: Readonly<Record<string, string>>,
  { session, headers = SAME_SITE }: { session?: string | undefined; headers?: Record<string, string> } = {},
): Promise<Sent> {
  const answer = await fetch(skerry.url + path, {
    method: "POST",
    redirect: "manual",
    headers: { ...headers, ...(session !== undefined && { cookie: `skerry_session=${session}` }) },
    body: new URLSearchParams(fields),
  });
  const cookie = answer.headers.get("set-cookie") ?? "";
  return {
    status: answer.status,
    text: await answer.text(),
    location: answer.headers.get("location"),
    session: /skerry_session=(ss_[\w-]+)/.exec(cookie)?.[1],
  };
}

async function show(path: string, session?: string): Promise<{ status: number; text: string }> {
  const headers = session === undefined ? {} : { cookie: `skerry_session=${session}` };
  const answer = await fetch(skerry.url + path, { redirect: "manual", headers });
  return { status: answer.status, text: await answer.text() };
}

describe("signing in", () => {
  test("by password leads on to the page that was asked for, without any script", async () => {
    const page = await show("/sign-in?to=%2Ft%2Facme%2Fevents%3Flimit%3D5");
    expect(page.text).toMatch(/name="to" value="\/t\/acme\/events\?limit=5"/);
    expect(page.text).toMatch(/<input[^>]*value="acme"[^>]*name="tenant"|name="tenant"[^>]*value="acme"/);
    const { status, location, session } = await post("/sign-in", { ...ADA, to: "/t/acme/events?limit=5" });
    expect([status, location]).toEqual([303, "/t/acme/events?limit=5"]);
    expect((await show("/t/acme/events?limit=5", session)).status).toBe(200);
  });

  test("by link works once", async () => {
    const link = await createLink();
    const first = await post("/sign-in", { link, to: "/t/acme/scripts?tour=1" });
    expect([first.status, first.location]).toEqual([303, "/t/acme/scripts?tour=1"]);
    expect((await show("/t/acme/scripts", first.session)).status).toBe(200);
    const second = await post("/sign-in", { link });
    expect(second).toMatchObject({ status: 401, session: undefined });
    expect(second.text).toContain("was used already");
  });

  test("goes on to places of this server only", async () => {
    const to = "//evil.example/";
    expect((await show(`/sign-in?to=${encodeURIComponent(to)}`)).text).not.toContain("evil.example");
    expect((await post("/sign-in", { ...ADA, to })).location).toBe("/");
  });

  test.each(["cross-site", "same-site"])("is refused to a page that is %s", async (site) => {
    const headers = { "sec-fetch-site": site };
    expect(await post("/sign-in", ADA, { headers })).toMatchObject({ status: 403, session: undefined });
  });

  test("tells nobody what was wrong, and gives no password back", async () => {
    const attempts = [
      { ...ADA, password: "wrong password" },
      { ...ADA, email: "nobody@example.com" },
      { ...ADA, tenant: "nowhere" },
      { ...ADA, tenant: "" },
      { ...ADA, tenant: "no'tenant" },
    ];
    const said = new Set<string | undefined>();
    for (const attempt of attempts) {
      const { text, session } = await post("/sign-in", attempt);
      expect(session).toBeUndefined();
      expect(text).not.toContain(attempt.password);
      said.add(/role="alert".*?<div>(.*?)<\/div>/.exec(text)?.[1]);
    }
    expect([...said]).toEqual(["Tenant, e-mail or password is wrong, or the user is disabled."]);
  });

  test("is throttled", async () => {
    const eve = { ...ADA, email: "eve@example.com" };
    for (let round = 0; round < 10; round += 1) expect((await post("/sign-in", eve)).status).toBe(401);
    const refused = await post("/sign-in", eve);
    expect(refused.status).toBe(429);
    expect(refused.text).toContain("Too many attempts failed");
  });

  test.each<[string, Record<string, string>]>([
    ["nothing", {}],
    ["a link of megabytes", { link: "x".repeat(1_000_000) }],
    ["a place of megabytes", { ...ADA, to: `/${"x".repeat(1_000_000)}` }],
    ["a NUL", { ...ADA, email: "a\0@example.com" }],
  ])("by %s is refused", async (_name, fields) => {
    const { status, session } = await post("/sign-in", fields);
    expect(session).toBeUndefined();
    expect([401, 422]).toContain(status);
  });
});

describe("one's own account", () => {
  const signIn = async (): Promise<string | undefined> => (await post("/sign-in", ADA)).session;

  test("has a password that takes the current one to change, and ends the other sessions and links", async () => {
    const [session, other, link] = [await signIn(), await signIn(), await createLink()];
    const next = "another long password";
    for (const currentPassword of ["", "not the password"]) {
      const refused = await post(
        "/t/acme/account/password",
        { currentPassword, password: next },
        { session },
      );
      expect(refused.status).toBe(422);
      expect(refused.text).toContain('id="currentPassword-error"');
      expect(refused.text).not.toContain(next);
    }
    const short = await post(
      "/t/acme/account/password",
      { currentPassword: PASSWORD, password: "short" },
      { session },
    );
    expect(short.text).toContain('id="password-error"');
    expect((await show("/t/acme/scripts", other)).status).toBe(200);

    const fields = { currentPassword: PASSWORD, password: next };
    const changed = await post("/t/acme/account/password", fields, { session });
    expect([changed.status, changed.location]).toEqual([303, "/t/acme/account"]);
    expect((await show("/t/acme/account", session)).status).toBe(200);
    expect((await show("/t/acme/scripts", other)).status).toBe(303);
    expect((await post("/sign-in", { link })).status).toBe(401);
    expect((await post("/sign-in", ADA)).status).toBe(401);
    expect((await post("/sign-in", { ...ADA, password: next })).status).toBe(303);
    const { text } = await visitors.acme.request("GET", "/api/v1/audit?action=user.updated");
    expect(text).toContain('"password":"changed"');
    expect(text).not.toContain(next);
    await setPassword(PASSWORD);
  });

  test("lets nobody guess the current password for long", async () => {
    const session = await signIn();
    const fields = { currentPassword: "a guess", password: "another long password" };
    for (let round = 0; round < 10; round += 1) {
      expect((await post("/t/acme/account/password", fields, { session })).status).toBe(422);
    }
    const right = { ...fields, currentPassword: PASSWORD };
    expect((await post("/t/acme/account/password", right, { session })).status).toBe(429);
  });

  test("is there for viewers and operators, who set a first password and their name", async () => {
    for (const [visitor, root] of [
      ["viewer", "/t/acme"],
      ["operator", "/operator"],
    ] as const) {
      const session = visitors.sessionOf(visitor);
      expect((await show(`${root}/account`, session)).text).not.toContain('name="currentPassword"');
      const named = await post(`${root}/account/name`, { name: "Somebody <else>" }, { session });
      expect(named.status).toBe(303);
      expect((await show(`${root}/account`, session)).text).toContain("Somebody &lt;else&gt;");
      const set = await post(`${root}/account/password`, { password: PASSWORD }, { session });
      expect(set.status).toBe(303);
      expect((await show(`${root}/account`, session)).text).toContain('name="currentPassword"');
    }
    const operator = { email: "olga@example.com", password: PASSWORD };
    const signedIn = await post("/sign-in", { ...operator, tenant: "" });
    expect((await show("/operator/tenants", signedIn.session)).status).toBe(200);
  });

  test("is nobody else's: a role cannot be taken, a key has none", async () => {
    const session = visitors.sessionOf("developer");
    const fields = { name: "Dorothy", role: "admin" };
    expect((await post("/t/acme/account/name", fields, { session })).status).toBe(422);
    const { key } = await skerry.createTenant("keyed");
    const answer = await skerry
      .client(key)
      .request("GET", "/t/keyed/account")
      .catch((error: unknown) => error);
    expect(answer).toMatchObject({ status: 404 });
  });
});
