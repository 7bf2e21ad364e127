import { describe, expect, test } from "vitest";
import { callHttp, createTestCapability } from "../../../test/http/call.ts";
import { serveHttp, serveHttps, TLS_CERTIFICATE, watchConnects } from "../../../test/http/servers.ts";
import type { LocalServer } from "../../../test/http/servers.ts";
import { SkerryError } from "../../problems/errors.ts";
import type { SecretSource } from "../secrets.ts";
import { createHttpCapability } from "./capability.ts";
import type { HttpCapabilityOptions } from "./capability.ts";

const VALUES: Readonly<Record<string, string>> = {
  STRIPE: "sk_live_hunter2",
  BROKEN: "hunter3\r\nx-injected: 1",
};

/** The tenant's secrets, and which of them were read. */
function createSecrets() {
  const read: string[] = [];
  const source: SecretSource = {
    async read({ tenantId, name }) {
      read.push(`${tenantId}.${name}`);
      const value = VALUES[name];
      if (value === undefined) throw new SkerryError("SECRET_NOT_FOUND", `There is no secret ${name}.`);
      return value;
    },
  };
  return { read, source };
}

function serveEcho(): Promise<LocalServer> {
  return serveHttp((request, response) => response.end(JSON.stringify(request.headers)));
}

async function sentHeaders(
  servers: readonly LocalServer[],
  args: object,
  options: HttpCapabilityOptions = {},
): Promise<Record<string, string>> {
  await using capability = createTestCapability(servers, { secrets: createSecrets().source, ...options });
  const { text } = await callHttp(capability, args);
  return JSON.parse(text) as Record<string, string>;
}

describe("secrets", () => {
  test.each([
    [{ auth: { bearer: { secret: "STRIPE" } } }, "authorization", "Bearer sk_live_hunter2"],
    [{ auth: { bearer: "plain" } }, "authorization", "Bearer plain"],
    [
      { auth: { username: "ü", password: { secret: "STRIPE" } } },
      "authorization",
      `Basic ${Buffer.from("ü:sk_live_hunter2").toString("base64")}`,
    ],
    [{ headers: [["X-Api-Key", { secret: "STRIPE" }]] }, "x-api-key", "sk_live_hunter2"],
  ])("%j is filled in by the host", async (args, name, value) => {
    await using server = await serveEcho();
    const headers = await sentHeaders([server], { url: `http://one.test:${server.port}/`, ...args });
    expect(headers[name]).toBe(value);
  });

  test("stay with their origin: a redirect within it keeps them, one to another loses them for good", async () => {
    const seen: string[] = [];
    await using server = await serveHttp((request, response) => {
      const { host, authorization, accept } = request.headers;
      seen.push(`${host?.split(":")[0]} ${authorization} ${accept}`);
      const next = {
        "/0": "/1",
        "/1": `http://two.test:${server.port}/2`,
        "/2": `http://one.test:${server.port}/3`,
      }[request.url ?? ""];
      if (next === undefined) response.end("{}");
      else response.writeHead(307, { location: next }).end();
    });
    await sentHeaders([server], {
      url: `http://one.test:${server.port}/0`,
      auth: { bearer: { secret: "STRIPE" } },
      // Other headers of this name would follow anywhere.
      headers: [["accept", { secret: "STRIPE" }]],
    });
    const { STRIPE } = VALUES;
    expect(seen).toEqual([
      `one.test Bearer ${STRIPE} ${STRIPE}`,
      `one.test Bearer ${STRIPE} ${STRIPE}`,
      "two.test undefined */*",
      "one.test undefined */*",
    ]);
  });

  test("are sent by TLS, or to hosts that the host product named", async () => {
    const { read, source } = createSecrets();
    await using server = await serveHttps((request, response) =>
      response.end(JSON.stringify(request.headers)),
    );
    await using capability = createTestCapability([server], { secrets: source, ca: [TLS_CERTIFICATE] });
    const auth = { bearer: { secret: "STRIPE" } };
    const { text } = await callHttp(capability, { url: `https://secure.test:${server.port}/`, auth });
    expect(text).toContain(VALUES["STRIPE"]);
    expect(read).toEqual(["acme.STRIPE"]);

    using connects = watchConnects();
    await expect(callHttp(capability, { url: "http://api.example.com/", auth })).rejects.toMatchObject({
      code: "HTTP_SECRET_REFUSED",
      message: 'The secret "STRIPE" is not sent to api.example.com over http:; use https:.',
    });
    expect(read).toHaveLength(1);
    expect(connects.count()).toBe(0);
  });

  test.each([
    [{ url: "https://127.0.0.1.local/" }, "HTTP_DESTINATION_REFUSED"],
    [{ url: "https://one.test:1/" }, "HTTP_DESTINATION_REFUSED"],
    [{ method: "TRACE" }, "HTTP_METHOD_REFUSED"],
    [{ headers: [["Host", { secret: "STRIPE" }]] }, "HTTP_HEADER_REFUSED"],
    [{ headers: [["x y", { secret: "STRIPE" }]] }, "HTTP_HEADER_REFUSED"],
    [{ headers: [["Authorization", "mine"]] }, "HTTP_HEADER_REFUSED"],
    [{ headers: [["authorization", { secret: "STRIPE" }]] }, "HTTP_HEADER_REFUSED"],
    [
      { headers: Array.from({ length: 101 }, (_, n) => [`x-${n}`, { secret: "STRIPE" }]) },
      "HTTP_HEADER_REFUSED",
    ],
  ])("are not even read for %j", async (args, code) => {
    const { read, source } = createSecrets();
    await using capability = createHttpCapability({ secrets: source });
    const auth = { bearer: { secret: "STRIPE" } };
    const request = callHttp(capability, { url: "https://api.example.com/", auth, ...args });
    await expect(request).rejects.toMatchObject({ code });
    expect(read).toEqual([]);
  });

  test("that are missing or cannot be a header refuse the request, without the value", async () => {
    await using server = await serveEcho();
    await using capability = createTestCapability([server], { secrets: createSecrets().source });
    const url = `http://one.test:${server.port}/`;
    const missing = callHttp(capability, { url, auth: { bearer: { secret: "OTHER" } } });
    await expect(missing).rejects.toMatchObject({ code: "SECRET_NOT_FOUND" });
    const broken = callHttp(capability, { url, auth: { bearer: { secret: "BROKEN" } } });
    await expect(broken).rejects.toMatchObject({
      code: "HTTP_HEADER_REFUSED",
      message: expect.stringContaining("made of the secret BROKEN") as string,
    });
    await expect(broken).rejects.not.toThrow("hunter3");
    expect(server.connections()).toBe(0);
  });

  test.each([
    { auth: { username: "a:b", password: "c" } },
    { auth: { username: "a\n", password: "c" } },
    { auth: { bearer: { secret: "STRIPE", extra: 1 } } },
    { auth: { bearer: { secret: "S".repeat(65) } } },
    { auth: { bearer: "a", username: "b", password: "c" } },
    { auth: "token" },
    { headers: [["x-a", ["STRIPE"]]] },
    { headers: [["x-a", { secret: ["STRIPE"] }]] },
  ])("%j is not taken", async (args) => {
    await using capability = createHttpCapability({ secrets: createSecrets().source });
    await expect(callHttp(capability, { url: "https://api.example.com/", ...args })).rejects.toThrow(
      TypeError,
    );
  });
});
