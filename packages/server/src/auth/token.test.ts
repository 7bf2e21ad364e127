import { createHmac, generateKeyPairSync } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, SignJWT } from "jose";
import type { JSONWebKeySet, JWTPayload } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestPlatform } from "../../test/platform.ts";
import type { TestPlatform } from "../../test/platform.ts";
import { openTokenKeys } from "./token-keys.ts";
import { createTokenVerifier } from "./token.ts";

const SECRET = "a secret of thirty-two bytes, or more";
const NOW_S = Math.floor(Date.now() / 1_000);

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const stranger = generateKeyPairSync("rsa", { modulusLength: 2048 });
const publicPem = rsa.publicKey.export({ type: "spki", format: "pem" });

const CLAIMS = {
  tenant: "acme",
  sub: "u1",
  permissions: ["scripts.read", "everything"],
  iss: "https://host.example",
  aud: "skerry",
  exp: NOW_S + 600,
};

let skerry: TestPlatform;
let keys: JSONWebKeySet;

beforeAll(async () => {
  keys = {
    keys: [
      { ...(await exportJWK(rsa.publicKey)), kid: "rsa", alg: "RS256" },
      { ...(await exportJWK(ec.publicKey)), kid: "ec", alg: "ES256" },
    ],
  };
  skerry = await createTestPlatform({
    tokens: { jwks: keys, issuer: "https://host.example", audience: "skerry" },
  });
  for (const id of ["acme", "paused"]) await skerry.createTenant(id);
  await skerry.operator.request("PATCH", "/api/v1/tenants/paused", { status: "suspended" });
});
afterAll(() => skerry[Symbol.asyncDispose]());

async function sign(claims: object, key: KeyObject | Uint8Array = rsa.privateKey, header: object = {}) {
  return await new SignJWT(claims as JWTPayload)
    .setProtectedHeader({ alg: "RS256", kid: "rsa", ...header })
    .sign(key);
}

/** A token of a header and signature that no library makes. */
function forge(header: object, signature: (input: string) => string): string {
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString("base64url");
  const input = `${encode(header)}.${encode(CLAIMS)}`;
  return `${input}.${signature(input)}`;
}

function without(name: keyof typeof CLAIMS): object {
  return Object.fromEntries(Object.entries(CLAIMS).filter(([each]) => each !== name));
}

describe("a token of the host", () => {
  test("stands for its tenant and subject, with those of its permissions that exist", async () => {
    for (const token of [
      await sign(CLAIMS),
      await sign(CLAIMS, ec.privateKey, { alg: "ES256", kid: "ec" }),
    ]) {
      const who = await skerry.client(token).request("GET", "/api/v1/session");
      expect(who.body).toEqual({
        kind: "token",
        id: "u1",
        tenant: "acme",
        permissions: ["scripts.read"],
        user: null,
      });
      expect((await skerry.client(token).request("GET", "/api/v1/scripts")).status).toBe(200);
      expect((await skerry.client(token).request("GET", "/api/v1/executions")).status).toBe(403);
      expect((await skerry.client(token).request("GET", "/api/v1/tenants")).status).toBe(403);
    }
  });

  test("may be off by 30 s, for clocks differ", async () => {
    for (const exp of [NOW_S - 15, NOW_S + 3_615]) {
      const client = skerry.client(await sign({ ...CLAIMS, exp }));
      expect((await client.request("GET", "/api/v1/scripts")).status).toBe(200);
    }
  });

  test("of a suspended tenant is refused", async () => {
    const client = skerry.client(await sign({ ...CLAIMS, tenant: "paused" }));
    expect(await client.request("GET", "/api/v1/scripts")).toMatchObject({
      status: 403,
      body: { code: "TENANT_SUSPENDED" },
    });
  });

  const hmac = (key: string) => (input: string) =>
    createHmac("sha256", key).update(input).digest("base64url");
  const refused: readonly (readonly [string, string, () => Promise<string> | string])[] = [
    ["that has expired", "has expired", () => sign({ ...CLAIMS, exp: NOW_S - 60 })],
    ["that lives longer than an hour", "3600 s", () => sign({ ...CLAIMS, exp: NOW_S + 4_000 })],
    ["without an end", "claim exp", () => sign(without("exp"))],
    ["that is not valid yet", "claim nbf", () => sign({ ...CLAIMS, nbf: NOW_S + 300 })],
    ["without a tenant", "claim tenant", () => sign(without("tenant"))],
    ["of no tenant of ours", "does not exist", () => sign({ ...CLAIMS, tenant: "nowhere" })],
    ["of a tenant that is no id", "does not exist", () => sign({ ...CLAIMS, tenant: "a'b" })],
    ["with permissions that are no list", "permissions", () => sign({ ...CLAIMS, permissions: "all" })],
    ["with NUL in its subject", "claim sub", () => sign({ ...CLAIMS, sub: "a\0" })],
    ["of another issuer", "claim iss", () => sign({ ...CLAIMS, iss: "https://evil.example" })],
    ["for somebody else", "claim aud", () => sign({ ...CLAIMS, aud: "other" })],
    ["signed by a stranger", "not signed", () => sign(CLAIMS, stranger.privateKey)],
    ["signed with an unknown key", "not signed", () => sign(CLAIMS, stranger.privateKey, { kid: "x" })],
    ["without a signature", "algorithm", () => forge({ alg: "none" }, () => "")],
    ["whose algorithm is None", "algorithm", () => forge({ alg: "None" }, () => "")],
    ["whose secret is the public key", "algorithm", () => forge({ alg: "HS256" }, hmac(publicPem))],
    [
      "that brings its own key",
      "not signed",
      async () => await sign(CLAIMS, stranger.privateKey, { jwk: await exportJWK(stranger.publicKey) }),
    ],
    [
      "that must understand what we do not",
      "malformed",
      () => forge({ alg: "RS256", kid: "rsa", crit: ["x"], x: 1 }, () => "AA"),
    ],
    ["that is no JSON", "malformed", () => "e30.e30.AA"],
    [
      "whose claims were changed",
      "not signed",
      async () => {
        const [header, , signature] = (await sign(CLAIMS)).split(".");
        const claims = Buffer.from(JSON.stringify({ ...CLAIMS, permissions: ["tenant.admin"] }));
        return `${header}.${claims.toString("base64url")}.${signature}`;
      },
    ],
  ];
  test.each(refused)("%s is refused, and the answer says no more than why", async (_name, why, make) => {
    const token = await make();
    const answer = await skerry.client(token).request("GET", "/api/v1/scripts");
    expect(answer).toMatchObject({ status: 401, body: { code: "TOKEN_INVALID" } });
    expect(answer.body.detail).toContain(why);
    expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer /);
    for (const part of token.split(".")) if (part.length > 8) expect(answer.text).not.toContain(part);
  });
});

describe("keys of tokens", () => {
  const tenants = { requireActive: () => Promise.resolve(true), forget: () => {} };

  test("may be PEM texts, of which any may fit, or a secret, which excludes all other algorithms", async () => {
    const [first, second] = [stranger.publicKey, rsa.publicKey].map((key) =>
      key.export({ type: "spki", format: "pem" }),
    );
    const byPem = await createTokenVerifier({ publicKeys: [first ?? "", second ?? ""] }, tenants);
    const token = await sign(CLAIMS, rsa.privateKey, { kid: undefined });
    expect(await byPem.authenticate(token)).toMatchObject({ tenantId: "acme", id: "u1" });

    const bySecret = await createTokenVerifier({ secret: SECRET }, tenants);
    const shared = await sign(CLAIMS, Buffer.from(SECRET), { alg: "HS256" });
    expect(await bySecret.authenticate(shared)).toMatchObject({ tenantId: "acme" });
    await expect(bySecret.authenticate(token)).rejects.toMatchObject({ code: "TOKEN_INVALID" });
    await expect(byPem.authenticate(shared)).rejects.toMatchObject({ code: "TOKEN_INVALID" });
  });

  test("are fetched from an address, and without an answer nobody is let in", async () => {
    let answer: string | undefined = JSON.stringify(keys);
    const server = createServer((_request, response) => {
      response.statusCode = answer === undefined ? 500 : 200;
      response.end(answer);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const jwksUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
    try {
      const verifier = await createTokenVerifier({ jwksUrl }, tenants);
      expect(await verifier.authenticate(await sign(CLAIMS))).toMatchObject({ id: "u1" });
      answer = undefined;
      const next = await createTokenVerifier({ jwksUrl }, tenants);
      await expect(next.authenticate(await sign(CLAIMS))).rejects.toMatchObject({
        code: "TOKEN_KEYS_UNAVAILABLE",
        status: 503,
      });
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });

  test.each([
    ["a short secret", { secret: "short" }],
    ["an address without TLS", { jwksUrl: "http://keys.example/jwks" }],
    ["a file that is not there", { jwksFile: "/nowhere/keys.json" }],
    ["a set that is none", { jwks: { keys: "x" } as never }],
    ["a PEM text that is none", { publicKeys: ["x"] }],
  ])("cannot be %s", async (_name, source) => {
    await expect(openTokenKeys(source)).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  });
});

test("without keys of the host no token is taken", async () => {
  await using plain = await createTestPlatform();
  const answer = await plain.client(await sign(CLAIMS)).request("GET", "/api/v1/scripts");
  expect(answer).toMatchObject({ status: 401, body: { code: "TOKEN_INVALID" } });
});
