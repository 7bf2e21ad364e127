import { buffer } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { callHttp, createTestCapability } from "../../../test/http/call.ts";
import {
  describeRequest,
  serveHttp,
  serveHttps,
  TLS_CERTIFICATE,
  watchConnects,
} from "../../../test/http/servers.ts";
import { createHttpCapability } from "./capability.ts";

const KIB = 1024;

describe("requests", () => {
  test("method, headers, body and reply cross unchanged; repeated headers stay apart", async () => {
    await using server = await serveHttp(async (request, response) => {
      const body = await buffer(request);
      response.setHeader("set-cookie", ["a=1", "b=2"]);
      response
        .writeHead(201, "Made", { "x-latin": "caf\u00e9" })
        .end(JSON.stringify(describeRequest(request, body)));
    });
    await using capability = createTestCapability([server]);
    const url = `http://one.test:${server.port}/path?q=1#part`;
    const headers = [
      ["X-Name", "v\u00e9"],
      ["User-Agent", "mine"],
    ];
    const reply = await callHttp(capability, { url, method: "post", headers }, { body: Buffer.from("data") });
    expect(reply).toMatchObject({ url, status: 201, statusText: "Made", redirected: false });
    expect(reply.headers).toEqual(
      expect.arrayContaining([
        ["set-cookie", "a=1"],
        ["set-cookie", "b=2"],
        ["x-latin", "caf\u00e9"],
      ]),
    );
    expect(JSON.parse(reply.text)).toMatchObject({
      method: "POST",
      url: "/path?q=1",
      body: "data",
      headers: {
        host: `one.test:${server.port}`,
        "x-name": "v\u00e9",
        "user-agent": "mine",
        "accept-encoding": "gzip, br, zstd",
        "content-length": "4",
      },
    });
  });

  test("TLS keeps the host's name: its certificate is asked for and must fit", async () => {
    await using server = await serveHttps((_request, response) => response.end("secure"));
    await using trusting = createTestCapability([server], { ca: [TLS_CERTIFICATE] });
    await using strict = createTestCapability([server]);
    const url = `https://secure.test:${server.port}/`;
    expect((await callHttp(trusting, { url })).text).toBe("secure");
    await expect(callHttp(trusting, { url: url.replace("secure", "one") })).rejects.toMatchObject({
      code: "HTTP_TLS",
      message: "one.test failed the TLS handshake (ERR_TLS_CERT_ALTNAME_INVALID).",
    });
    await expect(callHttp(strict, { url })).rejects.toMatchObject({ code: "HTTP_TLS" });
  });

  test.each([
    [{ headers: [["Host", "evil.test"]] }, "HTTP_HEADER_REFUSED"],
    [{ headers: [["content-LENGTH", "4"]] }, "HTTP_HEADER_REFUSED"],
    [{ headers: [["X-Forwarded-For", "10.0.0.1"]] }, "HTTP_HEADER_REFUSED"],
    [{ headers: [["x-a", "1\r\nx-b: 2"]] }, "HTTP_HEADER_REFUSED"],
    [{ headers: [["x-a", "1\0"]] }, "HTTP_HEADER_REFUSED"],
    [{ headers: [["x-a", "\u0100"]] }, "HTTP_HEADER_REFUSED"],
    [{ headers: [["x a", "1"]] }, "HTTP_HEADER_REFUSED"],
    [{ headers: [["", "1"]] }, "HTTP_HEADER_REFUSED"],
    [{ headers: [["x-a", "v".repeat(17 * KIB)]] }, "HTTP_HEADER_REFUSED"],
    [{ headers: Array.from({ length: 101 }, () => ["x-a", "1"]) }, "HTTP_HEADER_REFUSED"],
    [{ method: "TRACE" }, "HTTP_METHOD_REFUSED"],
    [{ method: "get", body: "x" }, "HTTP_METHOD_REFUSED"],
    [{ method: "PUT", body: "x".repeat(1025) }, "HTTP_BODY_LIMIT"],
    [{ url: "http://localhost./" }, "HTTP_URL_INVALID"],
    [{ url: "http://user@one.test/" }, "HTTP_URL_INVALID"],
    [{ url: "/relative" }, "HTTP_URL_INVALID"],
    [{ url: "file:///etc/passwd" }, "HTTP_URL_INVALID"],
    [{ url: "ftp://one.test:8080/" }, "HTTP_URL_INVALID"],
    [{ url: "http://1.2.3.4.5/" }, "HTTP_URL_INVALID"],
    [{ url: `http://one.test/${"x".repeat(9000)}` }, "HTTP_URL_INVALID"],
  ])("%o is refused before anything is sent", async ({ body, ...args }: Record<string, unknown>, code) => {
    await using server = await serveHttp((_request, response) => response.end());
    await using capability = createTestCapability([server], { limits: { requestBytes: 1024 } });
    using connects = watchConnects();
    const call = { body: typeof body === "string" ? Buffer.from(body) : undefined };
    const request = callHttp(capability, { url: `http://one.test:${server.port}/`, ...args }, call);
    await expect(request).rejects.toMatchObject({ code });
    expect(connects.count()).toBe(0);
  });

  test.each([
    "localhost",
    "sub.localhost",
    "printer.local",
    "metadata.google.internal",
    "intranet",
    "nas.home.arpa",
  ])("%s is local by its name and not even looked up", async (host) => {
    const asked: string[] = [];
    await using capability = createHttpCapability({
      lookup: async (name) => {
        asked.push(name);
        return [];
      },
    });
    await expect(callHttp(capability, { url: `http://${host}/` })).rejects.toMatchObject({
      code: "HTTP_DESTINATION_REFUSED",
    });
    await expect(callHttp(capability, { url: `http://${host}.example.com/` })).rejects.toMatchObject({
      code: "HTTP_DNS",
    });
    expect(asked).toEqual([`${host}.example.com`]);
  });
});

describe("tenants", () => {
  test("an allowance and a warm connection serve the tenant they belong to, and no other", async () => {
    await using server = await serveHttp((_request, response) => response.end("internal"));
    await using capability = createHttpCapability({
      allow: (tenant) => (tenant === "other" ? [] : [{ host: "erp.example.com", port: server.port }]),
      lookup: async () => ["127.0.0.1"],
      ports: [server.port],
    });
    const url = `http://erp.example.com:${server.port}/`;
    for (let turn = 0; turn < 5; turn += 1) {
      expect((await callHttp(capability, { url })).text).toBe("internal");
    }
    const warm = server.connections();
    expect(warm).toBeLessThan(5);
    expect((await callHttp(capability, { url }, { tenant: "third" })).text).toBe("internal");
    expect(server.connections()).toBe(warm + 1);
    await expect(callHttp(capability, { url }, { tenant: "other" })).rejects.toMatchObject({
      code: "HTTP_DESTINATION_REFUSED",
    });
    expect(server.connections()).toBe(warm + 1);
  });

  test("a host allowed by literal or for the usual ports is open there alone", async () => {
    await using server = await serveHttp((_request, response) => response.end("literal"));
    await using capability = createHttpCapability({
      allow: () => [{ host: "127.0.0.1" }],
      ports: [server.port],
    });
    expect((await callHttp(capability, { url: `http://127.1:${server.port}/` })).text).toBe("literal");
    for (const url of ["http://127.0.0.1:1/", `http://127.0.0.2:${server.port}/`]) {
      await expect(callHttp(capability, { url })).rejects.toMatchObject({ code: "HTTP_DESTINATION_REFUSED" });
    }
  });

  test("requests over the tenant's number wait in line; other tenants do not", async () => {
    const held: Array<() => void> = [];
    await using server = await serveHttp((_request, response) => held.push(() => response.end("done")));
    await using capability = createTestCapability([server], { limits: { concurrentPerTenant: 2 } });
    const url = `http://one.test:${server.port}/`;
    const requests = [1, 2, 3].map(() => callHttp(capability, { url }));
    await expect.poll(() => held.length).toBe(2);
    requests.push(callHttp(capability, { url }, { tenant: "other" }));
    await expect.poll(() => held.length).toBe(3);
    held.splice(0).forEach((finish) => finish());
    await expect.poll(() => held.length).toBe(1);
    held.splice(0).forEach((finish) => finish());
    expect((await Promise.all(requests)).map(({ text }) => text)).toEqual(["done", "done", "done", "done"]);
  });
});
