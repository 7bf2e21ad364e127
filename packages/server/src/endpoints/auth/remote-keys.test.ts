import { generateKeyPairSync } from "node:crypto";
import { SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TLS_CERTIFICATE, serveHttps, watchConnects } from "../../../test/http/servers.ts";
import type { LocalServer } from "../../../test/http/servers.ts";
import { createTestPlatform } from "../../../test/platform.ts";
import type { TestClient, TestPlatform } from "../../../test/platform.ts";
import { createRemoteKeys } from "./remote-keys.ts";

const inAMinute = Math.floor(Date.now() / 1_000) + 60;

/** A key of somebody who signs tokens. */
function createSigner(kid: string) {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const sign = (claims: object) =>
    new SignJWT({ exp: inAMinute, ...claims }).setProtectedHeader({ alg: "ES256", kid }).sign(privateKey);
  return { sign, jwk: { ...publicKey.export({ format: "jwk" }), kid } };
}

let keys: LocalServer;
/** What the server of keys answers. */
let answer: { readonly status: number; readonly body: string } = { status: 200, body: "" };
let fetched = 0;
let skerry: TestPlatform;
let acme: TestClient;

beforeAll(async () => {
  keys = await serveHttps((_request, response) => {
    fetched += 1;
    response.writeHead(answer.status, { location: "https://secure.test/" }).end(answer.body);
  });
  skerry = await createTestPlatform({
    plans: { closed: { capabilities: ["cache"] } },
    egress: {
      allow: () => [{ host: "secure.test", port: keys.port }],
      lookup: async () => ["127.0.0.1"],
      ca: [TLS_CERTIFICATE],
    },
  });
  acme = await skerry.createTenant("acme");
});
afterAll(async () => {
  await skerry[Symbol.asyncDispose]();
  await keys[Symbol.asyncDispose]();
});

/** An endpoint whose tokens are signed with the keys at an address of its own. */
async function publish(name: string, jwksUrl = `https://secure.test:${keys.port}/${name}`, owner = acme) {
  const settings = { auth: { type: "jwt", jwksUrl } };
  const source = "export default (_, ctx) => ctx.trigger.auth.claims.sub;";
  const script = { name, type: "http", source, settings };
  return await owner.request("POST", "/api/v1/scripts", script);
}

function ask(name: string, token: string, tenant = "acme") {
  return skerry.client(token).request("GET", `/run/${tenant}/${name}`);
}

describe("tokens that are signed with keys at an address", () => {
  test("pass, and the keys are fetched once", async () => {
    const ada = createSigner("ada");
    const stranger = createSigner("ada");
    const unknown = createSigner("unknown");
    answer = { status: 200, body: JSON.stringify({ keys: [ada.jwk] }) };
    fetched = 0;
    expect((await publish("keyed")).status).toBe(201);
    const token = await ada.sign({ sub: "ada" });
    const answers = await Promise.all([1, 2, 3].map(() => ask("keyed", token)));
    expect(answers.map(({ text }) => text)).toEqual(["ada", "ada", "ada"]);
    for (const other of [await stranger.sign({}), await unknown.sign({}), await ada.sign({ exp: 1 })]) {
      expect(await ask("keyed", other)).toMatchObject({ status: 401, body: { code: "REQUEST_UNPROVEN" } });
    }
    expect(fetched).toBe(1);
  });

  test.each([
    ["refused", { status: 404, body: "{}" }],
    ["redirected", { status: 302, body: "" }],
    ["no-json", { status: 200, body: "<html>" }],
    ["no-keys", { status: 200, body: "[]" }],
    ["too-large", { status: 200, body: JSON.stringify({ keys: [], filler: "x".repeat(70_000) }) }],
  ])("cannot be checked while the answer is %s", async (name, given) => {
    answer = given;
    expect((await publish(name)).status).toBe(201);
    const token = await createSigner("ada").sign({});
    const refused = await ask(name, token);
    expect(refused).toMatchObject({ status: 503, body: { code: "TOKEN_KEYS_UNAVAILABLE" } });
    expect(refused.text).not.toContain("secure.test");
  });

  test("are not fetched again at once from an address that does not answer", async () => {
    answer = { status: 500, body: "" };
    fetched = 0;
    await publish("failing");
    const token = await createSigner("ada").sign({});
    for (let count = 0; count < 3; count += 1) expect((await ask("failing", token)).status).toBe(503);
    expect(fetched).toBe(1);
  });

  test.each([
    "https://169.254.169.254/keys",
    "https://127.0.0.1:8443/keys",
    "https://localhost/keys",
    "https://example.com/keys",
  ])("are not looked for where scripts may not reach: %s", async (url) => {
    await using remote = createRemoteKeys({
      capabilitiesOf: async () => ["http"],
      lookup: async () => ["127.0.0.1"],
    });
    const { getKey } = remote.open("acme", url);
    using connects = watchConnects();
    await expect(getKey({ alg: "ES256" }, { payload: "", signature: "" })).rejects.toMatchObject({
      code: "TOKEN_KEYS_UNAVAILABLE",
      cause: { code: "HTTP_DESTINATION_REFUSED" },
    });
    expect(connects.count()).toBe(0);
  });

  test("are not looked for on behalf of tenants whose scripts may send no requests", async () => {
    const closed = await skerry.createTenant("closed");
    const moved = await skerry.operator.request("PATCH", "/api/v1/tenants/closed", { plan: "closed" });
    expect(moved.status).toBe(200);
    fetched = 0;
    expect((await publish("kept", undefined, closed)).status).toBe(201);
    expect((await ask("kept", await createSigner("ada").sign({}), "closed")).status).toBe(503);
    expect(fetched).toBe(0);
  });

  test.each(["http://example.com/keys", "https://ada:secret@example.com/", "keys", "file:///etc/passwd"])(
    "cannot be at %s",
    async (jwksUrl) => {
      expect(await publish("nowhere", jwksUrl)).toMatchObject({
        status: 422,
        body: { code: "INPUT_INVALID" },
      });
    },
  );

  test("stand in place of a secret", async () => {
    for (const auth of [{ type: "jwt" }, { type: "jwt", secret: "A", jwksUrl: "https://example.com/" }]) {
      const script = { name: "both", type: "http", source: "export default () => 1;", settings: { auth } };
      expect((await acme.request("POST", "/api/v1/scripts", script)).status).toBe(422);
    }
  });
});
