import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { callHttp, createTestCapability } from "../../../test/http/call.ts";
import { describeRequest, serveHttp, watchConnects } from "../../../test/http/servers.ts";

describe("redirects", () => {
  test.each([
    [301, "POST", "GET", ""],
    [302, "POST", "GET", ""],
    [303, "PUT", "GET", ""],
    [302, "PUT", "PUT", "data"],
    [307, "POST", "POST", "data"],
    [308, "POST", "POST", "data"],
  ])("%i turns %s into %s", async (status, method, expectedMethod, expectedBody) => {
    await using server = await serveHttp(redirectOnce(status, "/second"));
    await using capability = createTestCapability([server]);
    const url = `http://one.test:${server.port}/first#part`;
    const headers = [
      ["content-type", "text/plain"],
      ["x-api-key", "k"],
    ];
    const reply = await callHttp(capability, { url, method, headers }, { body: Buffer.from("data") });
    expect(reply).toMatchObject({ redirected: true, url: `http://one.test:${server.port}/second#part` });
    const second = JSON.parse(reply.text) as ReturnType<typeof describeRequest>;
    expect(second).toMatchObject({
      method: expectedMethod,
      body: expectedBody,
      headers: { "x-api-key": "k" },
    });
    expect(second.headers["content-type"]).toBe(expectedBody === "" ? undefined : "text/plain");
  });

  test("to another origin only harmless headers follow, and they do not come back", async () => {
    await using server = await serveHttp((request, response) => {
      const host = request.headers.host ?? "";
      if (request.url === "/0")
        response.writeHead(302, { location: `http://two.test:${server.port}/1` }).end();
      else if (host.startsWith("two"))
        response.writeHead(302, { location: `http://one.test:${server.port}/2` }).end();
      else response.end(JSON.stringify(request.headers));
    });
    await using capability = createTestCapability([server]);
    const headers = ["authorization", "cookie", "x-api-key", "accept"].map((name) => [name, "text/plain"]);
    const { text } = await callHttp(capability, { url: `http://one.test:${server.port}/0`, headers });
    expect(Object.keys(JSON.parse(text) as object).toSorted()).toEqual([
      "accept",
      "accept-encoding",
      "connection",
      "host",
      "user-agent",
    ]);
  });

  test.each([
    "http://[::ffff:127.0.0.1]/",
    "http://[::1]/",
    "http://2130706433/",
    "http://169.254.169.254/latest/meta-data/",
    "//localhost/",
    "http://user:password@one.test/",
    "ftp://one.test/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "http://one.test:22/",
    "http://",
  ])("to %s is refused, and no second connection is opened", async (location) => {
    await using server = await serveHttp(redirectOnce(302, location));
    await using capability = createTestCapability([server]);
    using connects = watchConnects();
    const request = callHttp(capability, { url: `http://one.test:${server.port}/first` });
    await expect(request).rejects.toMatchObject({
      code: expect.stringMatching(/^HTTP_(DESTINATION_REFUSED|URL_INVALID)$/) as string,
    });
    expect(connects.count()).toBe(1);
  });

  test("an allowed host cannot redirect to one that is not", async () => {
    await using target = await serveHttp((_request, response) => response.end("secret"));
    await using server = await serveHttp(redirectOnce(307, `http://127.0.0.1:${target.port}/`));
    await using capability = createTestCapability([server], { ports: [target.port] });
    const url = `http://one.test:${server.port}/first`;
    const request = callHttp(capability, { url, method: "POST" }, { body: Buffer.from("x") });
    await expect(request).rejects.toMatchObject({ code: "HTTP_DESTINATION_REFUSED" });
    expect(target.connections()).toBe(0);
  });

  test("manual hands the redirect back, error refuses it, and a circle ends at the limit", async () => {
    let requests = 0;
    await using server = await serveHttp((_request, response) => {
      requests += 1;
      response.writeHead(302, { location: "/again" }).end("moved");
    });
    await using capability = createTestCapability([server]);
    const url = `http://one.test:${server.port}/`;
    const manual = await callHttp(capability, { url, redirect: "manual" });
    expect(manual).toMatchObject({ status: 302, redirected: false, text: "moved" });
    expect(manual.headers).toContainEqual(["location", "/again"]);
    await expect(callHttp(capability, { url, redirect: "error" })).rejects.toMatchObject({
      code: "HTTP_REDIRECT_REFUSED",
    });
    requests = 0;
    await expect(callHttp(capability, { url })).rejects.toMatchObject({ code: "HTTP_REDIRECT_LIMIT" });
    expect(requests).toBe(6);
  });
});

function redirectOnce(status: number, location: string) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(request);
    if (request.url === "/first") response.writeHead(status, { location }).end("moved");
    else response.end(JSON.stringify(describeRequest(request, body)));
  };
}
