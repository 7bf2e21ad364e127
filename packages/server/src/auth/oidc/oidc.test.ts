import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestPlatform } from "../../../test/platform.ts";
import type { TestClient, TestPlatform } from "../../../test/platform.ts";
import { createFlowSeal } from "./flow.ts";

/** Where browsers see the platform: the one of these tests knows that it is on this machine, where the path is gone. */
const BASE_URL = "https://skerry.example/apps";
const CALLBACK = `${BASE_URL}/api/v1/session/oidc/callback`;
const START = `${BASE_URL}/api/v1/session/oidc/start?tenant=acme`;
const SECRET = "a secret between the two of them";

let provider: ChildProcess;
let issuer: string;
let skerry: TestPlatform;
let acme: TestClient;

beforeAll(async () => {
  const program = fileURLToPath(new URL("../../../test/oidc-provider.mjs", import.meta.url));
  provider = spawn(process.execPath, [program, CALLBACK], { stdio: ["pipe", "pipe", "ignore"] });
  const lines = createInterface({ input: provider.stdout as NodeJS.ReadableStream });
  [issuer] = (await once(lines, "line")) as [string];
  lines.close();
  skerry = await createTestPlatform({
    baseUrl: BASE_URL,
    oidc: { issuer, clientId: "skerry", clientSecret: SECRET },
  });
  acme = await skerry.createTenant("acme");
});
afterAll(async () => {
  const ended = once(provider, "exit");
  provider.stdin?.end();
  await ended;
  await skerry[Symbol.asyncDispose]();
});

/** As much of a browser as a sign-in needs: it keeps cookies by host. */
class Browser {
  readonly cookies = new Map<string, Map<string, string>>();

  async visit(url: string): Promise<Response> {
    const { host } = new URL(url);
    const jar = this.cookies.get(host) ?? new Map<string, string>();
    this.cookies.set(host, jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(url.replace(BASE_URL, skerry.url), {
      headers: { cookie },
      redirect: "manual",
    });
    for (const set of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      jar.set(name, value);
    }
    return response;
  }

  /** Follows redirects until `stop` says that an address is not to be visited. */
  async follow(url: string, stop: (url: string) => boolean): Promise<string> {
    let next = url;
    while (!stop(next)) {
      const response = await this.visit(next);
      const location = response.headers.get("location");
      if (location === null) throw new Error(`${next} answers ${response.status}: ${await response.text()}`);
      next = new URL(location, next).href;
    }
    return next;
  }

  /** Goes to the provider and back as far as the callback, which it does not visit. */
  async reachCallback(account: string, start = START): Promise<string> {
    const asked = await this.follow(start, (url) => url.startsWith(issuer));
    return await this.follow(`${asked}&login_hint=${encodeURIComponent(account)}`, (url) =>
      url.startsWith(CALLBACK),
    );
  }

  async signIn(account: string, start?: string): Promise<Response> {
    return await this.visit(await this.reachCallback(account, start));
  }

  get token(): string | undefined {
    return this.cookies.get("skerry.example")?.get("skerry_session");
  }
}

async function createUser(email: string): Promise<string> {
  const user = { email, name: email, role: "viewer" };
  return (await acme.request("POST", "/api/v1/users", user)).body.id;
}

async function codeOf(response: Response): Promise<[number, string | undefined]> {
  const { code } = JSON.parse((await response.text()) || "{}") as { code?: string };
  return [response.status, code];
}

describe("signing in at an identity provider", () => {
  test("takes who has the verified address, and then knows the subject, whatever the address", async () => {
    const id = await createUser("ada@example.com");
    const browser = new Browser();
    const answer = await browser.signIn("s1,Ada@example.com,verified", `${START}&return=/apps/scripts?tag=a`);
    expect(answer.status).toBe(303);
    expect(answer.headers.get("location")).toBe("/apps/scripts?tag=a");
    const cookie = answer.headers.getSetCookie().find((set) => set.startsWith("skerry_session="));
    expect(cookie).toMatch(/; Path=\/apps; HttpOnly; Secure; SameSite=Lax$/);
    const who = await skerry.client(browser.token).request("GET", "/api/v1/session");
    expect(who.body).toMatchObject({ kind: "user", id, tenant: "acme" });

    const again = new Browser();
    expect((await again.signIn("s1,elsewhere@example.com,unverified")).status).toBe(303);
    expect((await skerry.client(again.token).request("GET", "/api/v1/session")).body).toMatchObject({ id });
  });

  test("lets nobody in by an address that is not verified, not known, or another account's already", async () => {
    await createUser("ben@example.com");
    for (const account of ["s2,ben@example.com,unverified", "s3,nobody@example.com,verified"]) {
      expect(await codeOf(await new Browser().signIn(account))).toEqual([403, "OIDC_USER_UNKNOWN"]);
    }
    expect((await new Browser().signIn("s4,ben@example.com,verified")).status).toBe(303);
    // The address went to somebody else since.
    const thief = new Browser();
    expect(await codeOf(await thief.signIn("s5,ben@example.com,verified"))).toEqual([
      403,
      "OIDC_USER_UNKNOWN",
    ]);
    expect(thief.token).toBeUndefined();
  });

  test("lets no disabled user in, nor one tenant's user into another", async () => {
    const id = await createUser("cem@example.com");
    expect((await new Browser().signIn("s6,cem@example.com,verified")).status).toBe(303);
    await skerry.createTenant("rival");
    const other = START.replace("acme", "rival");
    expect(await codeOf(await new Browser().signIn("s6,cem@example.com,verified", other))).toEqual([
      403,
      "OIDC_USER_UNKNOWN",
    ]);
    await acme.request("PATCH", `/api/v1/users/${id}`, { status: "disabled" });
    expect((await new Browser().signIn("s6,cem@example.com,verified")).status).toBe(403);
  });

  test("goes on only in the browser that began, with what the provider said there", async () => {
    await createUser("dia@example.com");
    const account = "s7,dia@example.com,verified";
    const browser = new Browser();
    const callback = await browser.reachCallback(account);

    const refused = [401, "OIDC_FAILED"];
    expect(await codeOf(await new Browser().visit(callback))).toEqual(refused);
    const victim = new Browser();
    await victim.reachCallback(account);
    expect(await codeOf(await victim.visit(callback))).toEqual(refused);
    const forged = new URL(callback);
    forged.searchParams.set("code", "forged");
    expect(await codeOf(await browser.visit(forged.href))).toEqual(refused);
    expect(await codeOf(await browser.visit(CALLBACK))).toEqual(refused);

    expect((await browser.visit(callback)).status).toBe(303);
    expect(await codeOf(await browser.visit(callback))).toEqual(refused);
    expect(await codeOf(await new Browser().signIn("refuse"))).toEqual(refused);
  });

  test.each([
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "scripts",
    "/a\\b",
    "/a\nb",
    "/a b",
  ])("does not go on to %j", async (place) => {
    const answer = await new Browser().visit(`${START}&return=${encodeURIComponent(place)}`);
    expect(await codeOf(answer)).toEqual([422, "INPUT_INVALID"]);
  });

  test("leads back to nothing outside of the base path", async () => {
    await createUser("eli@example.com");
    for (const place of ["/elsewhere", "/apps/../elsewhere", "/apps2/", "/.//evil.example/apps/"]) {
      const start = `${START}&return=${encodeURIComponent(place)}`;
      const answer = await new Browser().signIn("s8,eli@example.com,verified", start);
      expect([place, answer.status, answer.headers.get("location")]).toEqual([place, 303, "/apps/"]);
    }
  });

  test("needs a provider that answers, and is tried again", async () => {
    const away = { issuer: "http://127.0.0.1:9", clientId: "skerry", clientSecret: SECRET };
    await using other = await createTestPlatform({ oidc: away });
    const start = "/api/v1/session/oidc/start";
    for (let round = 0; round < 2; round += 1) {
      const answer = await other.client().request("GET", start);
      expect(answer).toMatchObject({ status: 503, body: { code: "OIDC_UNAVAILABLE" } });
    }
  });
});

test("a sign-in that has begun can be neither read nor made by the browser, nor by another installation", async () => {
  const flow = { state: "s", nonce: "n", verifier: "v", tenant: "acme", returnPath: "/" };
  const seal = createFlowSeal(SECRET);
  const text = await seal.seal(flow);
  expect(await seal.open(text)).toEqual(flow);
  expect(Buffer.from(text.split(".")[3] ?? "", "base64url").toString("latin1")).not.toContain("acme");
  expect(await createFlowSeal("another secret").open(text)).toBeUndefined();
  expect(await seal.open(`${text.slice(0, -2)}AA`)).toBeUndefined();
  expect(await seal.open("")).toBeUndefined();
});
