import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestPlatform } from "../../test/platform.ts";
import type { TestClient, TestPlatform } from "../../test/platform.ts";
import { actAsHost } from "../auth/host.ts";
import { readPermissions } from "../auth/permission.ts";
import type { Caller } from "../auth/principal.ts";
import { describeCurl } from "./curl-command.ts";
import { MAX_SHOWN_BYTES } from "./response-start.ts";
import type { EndpointService } from "./service.ts";
import type { TestRequest } from "./test-request.ts";

const run = promisify(execFile);

let skerry: TestPlatform;
let endpoints: EndpointService;
let acme: TestClient & { readonly key: string };
const caller: Caller = {
  tenantId: "acme",
  principal: actAsHost({ tenant: "acme" }),
  suspended: false,
  origin: {},
};

beforeAll(async () => {
  skerry = await createTestPlatform();
  endpoints = skerry.platform.services.endpoints;
  acme = await skerry.createTenant("acme");
});
afterAll(() => skerry[Symbol.asyncDispose]());

const ECHO = `export default async (request, ctx) => {
  const { method, url, headers } = request;
  const body = method === "GET" || method === "HEAD" ? "" : await request.text();
  const { pathname, search } = new URL(url);
  return Response.json({ method, path: pathname + search, params: ctx.trigger.params, type: headers.get("content-type"), body });
};`;

async function publish(
  name: string,
  settings: object,
  source = ECHO,
  client: TestClient = acme,
): Promise<void> {
  const answer = await client.request("POST", "/api/v1/scripts", { name, type: "http", source, settings });
  if (answer.status !== 201) throw new Error(answer.text);
}

function send(name: string, request: Partial<TestRequest> = {}, as = caller) {
  const whole: TestRequest = { method: "GET", params: {}, query: "", headers: [], body: "", ...request };
  return endpoints.test(as, name, whole, skerry.url);
}

describe("a test request", () => {
  test("reaches the script as it was put together, and is recorded", async () => {
    await publish("parts", { path: "/parts/:id/:rest*" });
    const answer = await send("parts", {
      method: "POST",
      params: { id: "a/b?c#d ü", rest: "x y/z" },
      query: "?n=1#2",
      headers: [["content-type", "text/x-odd"]],
      body: "hello",
    });
    expect(answer).toMatchObject({ status: 200, isCut: false, executionId: expect.any(String) });
    expect(JSON.parse(answer.text ?? "")).toEqual({
      method: "POST",
      path: "/run/acme/parts/a%2Fb%3Fc%23d%20%C3%BC/x%20y/z?n=1%232",
      params: { id: "a/b?c#d ü", rest: "x y/z" },
      type: "text/x-odd",
      body: "hello",
    });
    const bare = await send("parts", { params: { id: "1" } });
    expect(JSON.parse(bare.text ?? "")).toMatchObject({ method: "GET", path: "/run/acme/parts/1" });
    const { responses, lastResponse } = await endpoints.get(caller, "parts");
    expect(responses.map(({ executionId }) => executionId)).toEqual([bare.executionId, answer.executionId]);
    expect(lastResponse).toMatchObject({ status: 200, state: "completed" });
  });

  test("has to prove what any other has to", async () => {
    await publish("keyed", { auth: { type: "apiKey" } });
    expect(await send("keyed")).toMatchObject({ status: 401, executionId: null });
    const rival = await skerry.createTenant("rival");
    expect(await send("keyed", { headers: [["authorization", `Bearer ${rival.key}`]] })).toMatchObject({
      status: 401,
    });
    expect(await send("keyed", { headers: [["authorization", `Bearer ${acme.key}`]] })).toMatchObject({
      status: 200,
    });
  });

  test("leads nowhere but to its endpoint", async () => {
    await publish("walled", { path: "/walled/:x/*" });
    await publish("root", { path: "/*" });
    const paths = [{ x: ".." }, { x: "." }, { x: "a", "0": "b/../../../rival/secret" }, { x: "" }, {}];
    for (const params of paths) {
      await expect(send("walled", { params })).rejects.toMatchObject({
        code: "INPUT_INVALID",
        details: [{ path: expect.stringMatching(/^params\.(?:x|0)$/) }],
      });
    }
    const odd = await send("walled", { params: { x: "%2e%2e", "0": "//evil.example/%2e." } });
    expect(JSON.parse(odd.text ?? "")).toMatchObject({ params: { x: "%2e%2e", "0": "//evil.example/%2e." } });
    await expect(send("walled", { params: { x: "a" }, headers: [["no name", "x"]] })).rejects.toMatchObject({
      details: [{ path: "headers" }],
    });
  });

  test("is for those who may run scripts of the tenant", async () => {
    await publish("guarded", {});
    const principal = { ...caller.principal, permissions: readPermissions(["scripts.read"]) };
    await expect(send("guarded", {}, { ...caller, principal })).rejects.toMatchObject({
      code: "PERMISSION_DENIED",
    });
    const foreign = { ...caller, tenantId: "rival", principal: actAsHost({ tenant: "rival" }) };
    await expect(send("guarded", {}, foreign)).rejects.toMatchObject({ code: "SCRIPT_NOT_FOUND" });
    const seen = await endpoints.get({ ...caller, principal }, "guarded");
    expect(seen).toMatchObject({ responses: [], lastResponse: null });
  });

  test("shows failures, and of large and binary bodies what can be shown", async () => {
    await publish("failing", {}, "export default () => { throw new Error('no'); };");
    expect(await send("failing")).toMatchObject({ status: 500, executionId: expect.any(String) });
    await publish("large", {}, "export default () => new Response('ü'.repeat(100_000));");
    const large = await send("large");
    expect(large).toMatchObject({ bytes: MAX_SHOWN_BYTES, isCut: true });
    expect(large.text).toMatch(/^ü+$/);
    await publish("binary", {}, "export default () => new Response(new Uint8Array([255, 0, 1]));");
    expect(await send("binary")).toMatchObject({ bytes: 3, text: undefined });
  });
});

test("endpoints are listed with what answers them, and told apart where they overlap", async () => {
  const client = await skerry.createTenant("listed");
  const as: Caller = { ...caller, tenantId: "listed", principal: actAsHost({ tenant: "listed" }) };
  await publish("any-order", { path: "/orders/:id", methods: ["GET", "POST"] }, ECHO, client);
  await publish("new-order", { path: "/orders/new", methods: ["POST"] }, ECHO, client);
  await client.request("POST", "/api/v1/scripts", {
    name: "unborn",
    type: "http",
    source: ECHO,
    status: "draft",
  });
  const { items } = await endpoints.list(as, { limit: 10 });
  expect(items.map(({ scriptName, pattern, methods }) => [scriptName, pattern, methods])).toEqual([
    ["new-order", "/orders/new", ["POST"]],
    ["any-order", "/orders/:id", ["GET", "POST"]],
  ]);
  expect((await endpoints.list(as, { limit: 10, search: "ANY" })).items).toHaveLength(1);
  expect((await endpoints.list(as, { limit: 10, status: "paused" })).items).toEqual([]);
  const overlap = { pattern: "/orders/:id", methods: ["POST"], wins: true };
  expect((await endpoints.get(as, "new-order")).overlaps).toMatchObject([overlap]);
  expect((await endpoints.get(as, "any-order")).overlaps).toMatchObject([
    { pattern: "/orders/new", wins: false },
  ]);
  await client.request("PATCH", "/api/v1/scripts/new-order", { status: "paused" });
  expect((await endpoints.get(as, "any-order")).overlaps).toEqual([]);
  await client.request("PATCH", "/api/v1/scripts/new-order", { status: "archived" });
  const namesOf = async (status?: "archived") =>
    (await endpoints.list(as, { limit: 10, status })).items.map(({ scriptName }) => scriptName);
  expect([await namesOf(), await namesOf("archived")]).toEqual([["any-order"], ["new-order"]]);
  expect((await endpoints.get(as, "new-order")).scriptStatus).toBe("archived");
  await expect(endpoints.get(as, "unborn")).rejects.toMatchObject({ code: "SCRIPT_NOT_FOUND" });
});

describe("the command of a shell", () => {
  const secret = 'it\'s a "secret" of $32 bytes at least';
  const schemes = ["generic", "stripe", "github", "slack"].map((scheme) => ({
    name: `signs as ${scheme}`,
    script: `curl-${scheme}`,
    auth: { type: "hmac", scheme, secret: "HOOK" },
  }));

  async function call(name: string, method: "GET" | "POST", env: Record<string, string>): Promise<unknown> {
    const { url, auth } = await endpoints.get(caller, name);
    const command = describeCurl({ url: skerry.url + url, method, auth }).replace("curl ", "curl -sS ");
    const { stdout } = await run("sh", ["-c", command], { env: { PATH: process.env["PATH"], ...env } });
    return JSON.parse(stdout);
  }

  beforeAll(() => acme.request("PUT", "/api/v1/secrets/HOOK", { value: secret }));

  test.each([
    { name: "calls an open endpoint", script: "curl-none", auth: { type: "none" } },
    { name: "sends an API key", script: "curl-key", auth: { type: "apiKey" } },
    { name: "sends a token", script: "curl-token", auth: { type: "jwt", secret: "HOOK" } },
    ...schemes,
  ])("$name", async ({ script, auth }) => {
    await publish(script, { auth });
    const token = new SignJWT({}).setProtectedHeader({ alg: "HS256" }).setExpirationTime("1m");
    const env = { API_KEY: acme.key, TOKEN: await token.sign(Buffer.from(secret)), SECRET: secret };
    expect(await call(script, "POST", env)).toMatchObject({ method: "POST", body: "{}" });
    expect(await call(script, "GET", env)).toMatchObject({ method: "GET" });
  });

  test("signs with a secret in the form of Standard Webhooks", async () => {
    const value = `whsec_${Buffer.from("no text: \0\xff, 32 bytes of them.....", "latin1").toString("base64")}`;
    await acme.request("PUT", "/api/v1/secrets/STANDARD", { value });
    await publish("standard", { auth: { type: "hmac", scheme: "generic", secret: "STANDARD" } });
    expect(await call("standard", "POST", { SECRET: value })).toMatchObject({ method: "POST", body: "{}" });
  });
});
