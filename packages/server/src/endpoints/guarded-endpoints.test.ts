import { createHmac, generateKeyPairSync } from "node:crypto";
import { SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestPlatform } from "../../test/platform.ts";
import type { TestClient, TestPlatform } from "../../test/platform.ts";

const SECRET = "a secret of more than thirty-two bytes";
const SHOW =
  "export default (request, ctx) => ({ auth: ctx.trigger.auth, header: request.headers.get('authorization') });";

let skerry: TestPlatform;
let acme: TestClient & { readonly key: string };
let visitor: TestClient;

beforeAll(async () => {
  skerry = await createTestPlatform();
  acme = await skerry.createTenant("acme");
  visitor = skerry.client();
  await acme.request("PUT", "/api/v1/secrets/SHARED", { value: SECRET });
});
afterAll(() => skerry[Symbol.asyncDispose]());

async function publish(name: string, settings: object, source = SHOW) {
  const answer = await acme.request("POST", "/api/v1/scripts", { name, type: "http", source, settings });
  if (answer.status !== 201) throw new Error(answer.text);
}

async function countExecutions(): Promise<number> {
  return (await acme.request("GET", "/api/v1/executions?limit=200")).body.items.length;
}

describe("an endpoint for API keys", () => {
  test("takes keys of the tenant that may execute, and shows none to the script", async () => {
    await publish("keyed", { auth: { type: "apiKey" } });
    const globex = await skerry.createTenant("globex");
    const weak = await acme.request("POST", "/api/v1/api-keys", { name: "weak", scopes: ["scripts.read"] });
    const before = await countExecutions();
    expect(await visitor.request("GET", "/run/acme/keyed")).toMatchObject({
      status: 401,
      body: { code: "KEY_MISSING" },
    });
    for (const client of [globex, skerry.client("sk_unknown_0123456789abcdef"), skerry.operator]) {
      expect(await client.request("GET", "/run/acme/keyed")).toMatchObject({
        status: 401,
        body: { code: "KEY_INVALID" },
      });
    }
    expect(await skerry.client(weak.body.key).request("GET", "/run/acme/keyed")).toMatchObject({
      status: 403,
      body: { code: "PERMISSION_DENIED" },
    });
    expect(await countExecutions()).toBe(before);

    const answer = await acme.request("GET", "/run/acme/keyed", undefined, { "x-request-id": "r-7" });
    expect(answer.body).toEqual({
      auth: { type: "apiKey", keyId: expect.any(String) as string },
      header: null,
    });
    const id = answer.headers.get("skerry-execution-id");
    const { body } = await acme.request("GET", `/api/v1/executions/${id}`);
    expect(body).toMatchObject({ requestId: "r-7", actor: expect.stringMatching(/^key:/) as string });
  });
});

describe("an endpoint for tokens", () => {
  const sign = (claims: object, key: Parameters<SignJWT["sign"]>[0] = Buffer.from(SECRET), alg = "HS256") =>
    new SignJWT({ ...claims }).setProtectedHeader({ alg }).sign(key);
  const inAMinute = Math.floor(Date.now() / 1_000) + 60;
  const send = (path: string, token: string) =>
    visitor.request("GET", path, undefined, { authorization: `Bearer ${token}` });

  test("takes those that the secret signed, with the claims that it asks for", async () => {
    const auth = { type: "jwt", secret: "SHARED", issuer: "shop", audience: "acme" };
    await publish("tokens", { auth });
    const good = { sub: "ada", iss: "shop", aud: ["acme"], exp: inAMinute };
    const answer = await send("/run/acme/tokens", await sign(good));
    expect(answer).toMatchObject({ status: 200, body: { auth: { type: "jwt", claims: good } } });
    const id = answer.headers.get("skerry-execution-id");
    expect((await acme.request("GET", `/api/v1/executions/${id}`)).body).toMatchObject({ actor: "jwt:ada" });

    const before = await countExecutions();
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const [head, payload] = (await sign(good)).split(".");
    const none = Buffer.from('{"alg":"none"}').toString("base64url");
    for (const token of [
      await sign({ ...good, exp: inAMinute - 120 }),
      await sign({ ...good, exp: undefined }),
      await sign({ ...good, iss: "other" }),
      await sign({ ...good, aud: "other" }),
      await sign(good, Buffer.from("another secret of more than thirty-two bytes")),
      await sign(good, privateKey, "RS256"),
      `${head}.${payload}.`,
      `${none}.${payload}.`,
      "x.y.z",
      "{}",
    ]) {
      expect(await send("/run/acme/tokens", token)).toMatchObject({
        status: 401,
        body: { code: "REQUEST_UNPROVEN" },
      });
    }
    expect(await visitor.request("GET", "/run/acme/tokens")).toMatchObject({ status: 401 });
    expect(await countExecutions()).toBe(before);
  });

  test("takes a public key, and never as a shared secret", async () => {
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const pem = publicKey.export({ type: "spki", format: "pem" });
    const jwk = JSON.stringify(publicKey.export({ format: "jwk" }));
    for (const [name, value] of Object.entries({ PEM: pem, JWK: jwk, JWKS: `{"keys":[${jwk}]}` })) {
      await acme.request("PUT", `/api/v1/secrets/${name}`, { value });
      await publish(`by-${name.toLowerCase()}`, { auth: { type: "jwt", secret: name } });
      const path = `/run/acme/by-${name.toLowerCase()}`;
      expect((await send(path, await sign({ exp: inAMinute }, privateKey, "ES256"))).status).toBe(200);
      expect((await send(path, await sign({ exp: inAMinute }, Buffer.from(value)))).status).toBe(401);
    }
  });

  test.each([
    ["that is not there", undefined],
    ["that is too short", "short"],
    ["that is no key", '{"keys":[{"kty":"EC","crv":"P-256","x":"!","y":"!"}]}'],
    ["that is no key set", '{"keys":7}'],
    ["that is no PEM", "-----BEGIN nothing"],
  ])("is closed with a secret %s", async (what, value) => {
    const name = what.toUpperCase().replaceAll(" ", "_");
    if (value !== undefined) await acme.request("PUT", `/api/v1/secrets/${name}`, { value });
    const script = name.toLowerCase().replaceAll("_", "-");
    await publish(script, { auth: { type: "jwt", secret: name } });
    const token = await sign(
      { exp: inAMinute },
      generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey,
      "ES256",
    );
    const answer = await send(`/run/acme/${script}`, token);
    expect(answer).toMatchObject({ status: 503, body: { code: "ENDPOINT_SECRET_UNUSABLE" } });
    expect(answer.text).not.toContain(name);
  });
});

describe("an endpoint for signed requests", () => {
  test("takes each of them once, over the bytes that were sent", async () => {
    const auth = { type: "hmac", scheme: "stripe", secret: "SHARED" };
    await publish("signed", { auth }, "export default async (request) => (await request.bytes()).join();");
    const bytes = Buffer.from([0, 255, 13, 10, 0xef, 0xbb, 0xbf]);
    const time = Math.floor(Date.now() / 1_000);
    const signature = createHmac("sha256", SECRET).update(`${time}.`).update(bytes).digest("hex");
    const send = (body: Buffer, at: number) =>
      fetch(`${skerry.url}/run/acme/signed`, {
        method: "POST",
        body,
        headers: { "stripe-signature": `t=${at},v1=${signature}` },
      });
    const before = await countExecutions();
    expect((await send(Buffer.from("other"), time)).status).toBe(401);
    expect((await send(bytes, time - 1)).status).toBe(401);
    expect(await countExecutions()).toBe(before);

    const answer = await send(bytes, time);
    expect([answer.status, await answer.text()]).toEqual([200, bytes.join()]);
    const again = await send(bytes, time);
    expect([again.status, await again.text()]).toEqual([401, expect.stringContaining("REQUEST_UNPROVEN")]);
    expect(await countExecutions()).toBe(before + 1);
  });
});

describe("settings", () => {
  test.each([
    [{ auth: { type: "basic" } }],
    [{ auth: { type: "jwt" } }],
    [{ auth: { type: "jwt", secret: "no name" } }],
    [{ auth: { type: "hmac", scheme: "github", secret: "A", toleranceSeconds: 9 } }],
    [{ auth: { type: "hmac", scheme: "md5", secret: "A" } }],
    [{ cors: { origins: [] } }],
    [{ cors: { origins: ["https://a.example/"] } }],
    [{ cors: { origins: ["*", "https://a.example"] } }],
    [{ cors: { origins: ["*"], credentials: true } }],
    [{ cors: { origins: ["null"] } }],
    [{ cors: { origins: ["*"], headers: ["a b"] } }],
    [{ bodyBytes: -1 }],
    [{ path: "/a/*/b" }],
  ])("%j are refused", async (settings) => {
    const script = { name: "refused", type: "http", source: SHOW, settings };
    expect(await acme.request("POST", "/api/v1/scripts", script)).toMatchObject({
      status: 422,
      body: { code: "INPUT_INVALID" },
    });
  });
});

describe("an endpoint for pages of other origins", () => {
  const PAGE = "https://app.example";
  const cors = {
    origins: [PAGE],
    headers: ["x-a"],
    exposedHeaders: ["x-b"],
    credentials: true,
    maxAgeSeconds: 60,
  };

  test("answers preflights itself, and lets its origins read, failures too", async () => {
    const source =
      "export default () => new Response('{}', { headers: { 'access-control-allow-origin': '*', vary: 'accept' } });";
    await publish("shared", { cors, methods: ["GET", "PUT"], auth: { type: "apiKey" } }, source);
    const before = await countExecutions();
    const ask = (origin: string) =>
      visitor.request("OPTIONS", "/run/acme/shared", undefined, {
        origin,
        "access-control-request-method": "PUT",
        "access-control-request-headers": "x-a",
      });
    const preflight = await ask(PAGE);
    expect(preflight.status).toBe(204);
    expect(Object.fromEntries(preflight.headers)).toMatchObject({
      "access-control-allow-origin": PAGE,
      "access-control-allow-methods": "GET, PUT",
      "access-control-allow-headers": "x-a",
      "access-control-allow-credentials": "true",
      "access-control-max-age": "60",
      vary: "origin, access-control-request-headers",
    });
    expect((await ask("https://evil.example")).headers.has("access-control-allow-origin")).toBe(false);
    expect(await countExecutions()).toBe(before);

    const refused = await visitor.request("GET", "/run/acme/shared", undefined, { origin: PAGE });
    expect(refused.status).toBe(401);
    expect(refused.headers.get("access-control-allow-origin")).toBe(PAGE);
    const answer = await acme.request("GET", "/run/acme/shared", undefined, { origin: PAGE });
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "access-control-allow-origin": PAGE,
      "access-control-expose-headers": "x-b",
      vary: "accept, origin",
    });
    const other = await acme.request("GET", "/run/acme/shared", undefined, {
      origin: "https://evil.example",
    });
    expect(other.headers.has("access-control-allow-origin")).toBe(false);
  });

  test("lets any page read, without credentials, what is open to all", async () => {
    await publish("open", { cors: { origins: ["*"] } });
    const answer = await visitor.request("GET", "/run/acme/open", undefined, { origin: PAGE });
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    expect(answer.headers.has("access-control-allow-credentials")).toBe(false);
  });
});
